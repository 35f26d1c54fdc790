#include "dispatch.h"

HS_CLONES void hs_rms_norm(const float *restrict x, const float *restrict gain, float epsilon,
                           float *restrict y, float *restrict scales, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    HS_RELAXED
    const float *xr = x + r * columns;
    float squares = 0;
    for (long c = 0; c < columns; c++) squares += xr[c] * xr[c];
    scales[r] = 1.0f / sqrtf(squares / (float)columns + epsilon);
    for (long c = 0; c < columns; c++) y[r * columns + c] = xr[c] * scales[r] * gain[c];
  }
}

// dx = s (g dy - x s^2 mean(g dy x)), added to what is there or written; dgain is added to.
HS_CLONES void hs_rms_norm_backward(const float *restrict x, const float *restrict gain,
                                    const float *restrict scales, const float *restrict dy,
                                    float *restrict dx, bool accumulates, float *restrict dgain,
                                    long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    HS_RELAXED
    const float *xr = x + r * columns, *dyr = dy + r * columns;
    float s = scales[r], projection = 0;
    for (long c = 0; c < columns; c++) {
      projection += dyr[c] * gain[c] * xr[c];
      dgain[c] += dyr[c] * xr[c] * s;
    }
    if (!dx) continue;
    projection *= s * s / (float)columns;
    for (long c = 0; c < columns; c++) {
      float slope = s * (dyr[c] * gain[c] - xr[c] * projection);
      dx[r * columns + c] = accumulates ? dx[r * columns + c] + slope : slope;
    }
  }
}
