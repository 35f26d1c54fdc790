#include "dispatch.h"

// average = decay * average + (1 - decay) * values
HS_CLONES void hs_average(const float *restrict values, float *restrict average, float decay,
                          long count) {
  for (long i = 0; i < count; i++) average[i] += (1.0f - decay) * (values[i] - average[i]);
}

// One AdamW step as PyTorch takes it; correction1 = 1 - beta1^t, correction2 = sqrt(1 - beta2^t).
HS_CLONES void hs_adamw(float *restrict values, const float *restrict gradients,
                        float *restrict first, float *restrict second, float rate, float decay,
                        float beta1, float beta2, float correction1, float correction2,
                        float epsilon, float gradient_scale, long count) {
  float shrink = 1.0f - rate * decay;
  float size = rate / correction1;
  for (long i = 0; i < count; i++) {
    float g = gradients[i] * gradient_scale;
    float m = beta1 * first[i] + (1.0f - beta1) * g;
    float v = beta2 * second[i] + (1.0f - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    values[i] = values[i] * shrink - size * m / (sqrtf(v) / correction2 + epsilon);
  }
}
