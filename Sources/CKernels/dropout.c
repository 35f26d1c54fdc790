#include "dispatch.h"

static uint64_t mix64(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

uint32_t hs_mask_row_key(uint64_t key, uint64_t row) {
  return (uint32_t)(mix64(key + row * 0x9E3779B97F4A7C15ull) >> 32);
}

HS_CLONES void hs_dropout(const float *x, const float *residual, float *y, hs_mask mask, long rows,
                          long columns) {
  for (long r = 0; r < rows; r++) {
    uint32_t key = hs_mask_row_key(mask.key, mask.first_row + (uint64_t)r);
    const float *xr = x + r * columns;
    float *yr = y + r * columns;
    if (residual) {
      const float *rr = residual + r * columns;
      for (long c = 0; c < columns; c++) {
        float keep = hs_mask_bits(key, (uint32_t)c) >= mask.threshold ? mask.scale : 0.0f;
        yr[c] = rr[c] + keep * xr[c];
      }
    } else {
      for (long c = 0; c < columns; c++) {
        float keep = hs_mask_bits(key, (uint32_t)c) >= mask.threshold ? mask.scale : 0.0f;
        yr[c] = keep * xr[c];
      }
    }
  }
}

HS_CLONES void hs_dropout_backward(const float *restrict dy, float *restrict dx, bool accumulates,
                                   hs_mask mask, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    uint32_t key = hs_mask_row_key(mask.key, mask.first_row + (uint64_t)r);
    const float *dyr = dy + r * columns;
    float *dxr = dx + r * columns;
    if (accumulates) {
      for (long c = 0; c < columns; c++) {
        float keep = hs_mask_bits(key, (uint32_t)c) >= mask.threshold ? mask.scale : 0.0f;
        dxr[c] += keep * dyr[c];
      }
    } else {
      for (long c = 0; c < columns; c++) {
        float keep = hs_mask_bits(key, (uint32_t)c) >= mask.threshold ? mask.scale : 0.0f;
        dxr[c] = keep * dyr[c];
      }
    }
  }
}
