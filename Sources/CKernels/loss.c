#include "dispatch.h"

// A row whose target is negative does not count: it adds nothing and gets no gradient.
HS_CLONES double hs_cross_entropy(const float *restrict logits, const int32_t *restrict targets,
                                  float *restrict probabilities, long rows, long columns) {
  double total = 0;
  for (long r = 0; r < rows; r++) {
    HS_RELAXED
    const float *x = logits + r * columns;
    float *p = probabilities + r * columns;
    float largest = x[0];
    for (long c = 1; c < columns; c++) largest = x[c] > largest ? x[c] : largest;
    float sum = 0;
    for (long c = 0; c < columns; c++) {
      p[c] = hs_exp(x[c] - largest);
      sum += p[c];
    }
    float inverse = 1.0f / sum;
    for (long c = 0; c < columns; c++) p[c] *= inverse;
    if (targets[r] >= 0) total += log((double)sum) - (double)(x[targets[r]] - largest);
  }
  return total;
}

HS_CLONES void hs_cross_entropy_backward(const float *restrict probabilities,
                                         const int32_t *restrict targets, float factor,
                                         float *restrict dlogits, bool accumulates, long rows,
                                         long columns) {
  for (long r = 0; r < rows; r++) {
    const float *p = probabilities + r * columns;
    float *d = dlogits + r * columns;
    float f = targets[r] >= 0 ? factor : 0.0f;
    if (accumulates) {
      for (long c = 0; c < columns; c++) d[c] += f * p[c];
    } else {
      for (long c = 0; c < columns; c++) d[c] = f * p[c];
    }
    if (targets[r] >= 0) d[targets[r]] -= factor;
  }
}

HS_CLONES double hs_squared_error(const float *x, const float *target, long count) {
  HS_RELAXED
  double total = 0;
  for (long i = 0; i < count; i++) {
    double d = (double)x[i] - (double)target[i];
    total += d * d;
  }
  return total;
}

HS_CLONES void hs_squared_error_backward(const float *restrict x, const float *restrict target,
                                         float factor, float *restrict dx, bool accumulates,
                                         long count) {
  if (accumulates) {
    for (long i = 0; i < count; i++) dx[i] += 2.0f * factor * (x[i] - target[i]);
  } else {
    for (long i = 0; i < count; i++) dx[i] = 2.0f * factor * (x[i] - target[i]);
  }
}
