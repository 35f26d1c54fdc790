#include "dispatch.h"

HS_CLONES void hs_attention_cached(const float *queries, long query_stride, const float *cache,
                                   long width, long heads, long new_tokens, long visible,
                                   float scale, float *out, long out_stride, float *scratch) {
  long size = width / heads;
  for (long i = 0; i < new_tokens; i++) {
    long seen = visible + i;
    for (long head = 0; head < heads; head++) {
      HS_RELAXED
      const float *q = queries + i * query_stride + head * size;
      const float *k = cache + head * size;
      const float *v = k + width;
      float *o = out + i * out_stride + head * size;
      float largest = -INFINITY;
      for (long j = 0; j < seen; j++) {
        const float *kj = k + j * 2 * width;
        float dot = 0;
        for (long d = 0; d < size; d++) dot += q[d] * kj[d];
        scratch[j] = dot * scale;
      }
      for (long j = 0; j < seen; j++) largest = scratch[j] > largest ? scratch[j] : largest;
      float sum = 0;
      for (long j = 0; j < seen; j++) {
        scratch[j] = hs_exp(scratch[j] - largest);
        sum += scratch[j];
      }
      float inverse = 1.0f / sum;
      for (long d = 0; d < size; d++) o[d] = 0;
      for (long j = 0; j < seen; j++) {
        const float *vj = v + j * 2 * width;
        float weight = scratch[j] * inverse;
        for (long d = 0; d < size; d++) o[d] += weight * vj[d];
      }
    }
  }
}
