#include "dispatch.h"

HS_CLONES void hs_layer_norm(const float *restrict x, const float *restrict gain,
                             const float *restrict bias, float epsilon, float *restrict y,
                             float *restrict statistics, long rows, long columns) {
  float inverse = 1.0f / (float)columns;
  for (long r = 0; r < rows; r++) {
    HS_RELAXED
    const float *xr = x + r * columns;
    float *yr = y + r * columns;
    float mean = 0, variance = 0;
    for (long c = 0; c < columns; c++) mean += xr[c];
    mean *= inverse;
    for (long c = 0; c < columns; c++) {
      float d = xr[c] - mean;
      variance += d * d;
    }
    float scale = 1.0f / sqrtf(variance * inverse + epsilon);
    for (long c = 0; c < columns; c++) yr[c] = (xr[c] - mean) * scale * gain[c] + bias[c];
    statistics[2 * r] = mean;
    statistics[2 * r + 1] = scale;
  }
}

HS_CLONES void hs_layer_norm_backward(const float *restrict x, const float *restrict gain,
                                      const float *restrict statistics, const float *restrict dy,
                                      float *restrict dx, bool accumulates, float *restrict dgain,
                                      float *restrict dbias, long rows, long columns) {
  float inverse = 1.0f / (float)columns;
  for (long r = 0; r < rows; r++) {
    HS_RELAXED
    const float *xr = x + r * columns;
    const float *dyr = dy + r * columns;
    float mean = statistics[2 * r], scale = statistics[2 * r + 1];
    float sum = 0, projection = 0;
    for (long c = 0; c < columns; c++) {
      float normalized = (xr[c] - mean) * scale;
      float g = dyr[c] * gain[c];
      sum += g;
      projection += g * normalized;
      dgain[c] += dyr[c] * normalized;
      dbias[c] += dyr[c];
    }
    if (!dx) continue;
    sum *= inverse;
    projection *= inverse;
    float *dxr = dx + r * columns;
    if (accumulates) {
      for (long c = 0; c < columns; c++) {
        float normalized = (xr[c] - mean) * scale;
        dxr[c] += scale * (dyr[c] * gain[c] - sum - normalized * projection);
      }
    } else {
      for (long c = 0; c < columns; c++) {
        float normalized = (xr[c] - mean) * scale;
        dxr[c] = scale * (dyr[c] * gain[c] - sum - normalized * projection);
      }
    }
  }
}
