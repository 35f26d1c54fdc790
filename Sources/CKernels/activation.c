#include "dispatch.h"

// tanh-gelu: z * sigmoid(2u), u = sqrt(2/pi) (z + 0.044715 z^3), equal to z/2 (1 + tanh u).
static const float two_root = 1.59576912160573071f;  // 2 sqrt(2/pi)
static const float cubic = 0.044715f;

HS_INLINE float gelu(float z) {
  float twice_u = two_root * (z + cubic * z * z * z);
  return z / (1.0f + hs_exp(-twice_u));
}

HS_INLINE float gelu_slope(float z) {
  float twice_u = two_root * (z + cubic * z * z * z);
  float s = 1.0f / (1.0f + hs_exp(-twice_u));
  return s + z * s * (1.0f - s) * two_root * (1.0f + 3.0f * cubic * z * z);
}

HS_CLONES void hs_bias_activation(const float *restrict bias, float *restrict z, float *restrict y,
                                  int kind, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    float *restrict zr = z + r * columns;
    float *restrict yr = y + r * columns;
    switch (kind) {
      case 1:
        for (long c = 0; c < columns; c++) {
          float v = zr[c] + bias[c];
          zr[c] = v;
          yr[c] = v < 0.0f ? 0.0f : v;
        }
        break;
      case 2:
        for (long c = 0; c < columns; c++) {
          float v = zr[c] + bias[c];
          zr[c] = v;
          yr[c] = gelu(v);
        }
        break;
      case 3:
        for (long c = 0; c < columns; c++) {
          float v = zr[c] + bias[c];
          zr[c] = v;
          yr[c] = 0.5f * v * (1.0f + hs_erf(v * 0.70710678118654752f));
        }
        break;
      case 4:
        for (long c = 0; c < columns; c++) {
          float v = zr[c] + bias[c];
          zr[c] = v;
          yr[c] = hs_tanh(v);
        }
        break;
      case 5:
        for (long c = 0; c < columns; c++) {
          float v = zr[c] + bias[c];
          zr[c] = v;
          yr[c] = v / (1.0f + hs_exp(-v));
        }
        break;
    }
  }
}

HS_CLONES void hs_activation_backward(const float *restrict z, const float *restrict y,
                                      float *restrict dy, int kind, long count) {
  switch (kind) {
    case 1:
      for (long i = 0; i < count; i++) dy[i] = z[i] > 0.0f ? dy[i] : 0.0f * z[i];
      break;
    case 2:
      for (long i = 0; i < count; i++) dy[i] *= gelu_slope(z[i]);
      break;
    case 3:
      for (long i = 0; i < count; i++) {
        float density = 0.39894228040143268f * hs_exp(-0.5f * z[i] * z[i]);
        dy[i] *= 0.5f * (1.0f + hs_erf(z[i] * 0.70710678118654752f)) + z[i] * density;
      }
      break;
    case 4:
      for (long i = 0; i < count; i++) dy[i] *= 1.0f - y[i] * y[i];
      break;
    case 5:
      for (long i = 0; i < count; i++) {
        float s = 1.0f / (1.0f + hs_exp(-z[i]));
        dy[i] *= s + z[i] * s * (1.0f - s);
      }
      break;
  }
}
