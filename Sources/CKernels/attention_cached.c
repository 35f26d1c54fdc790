#include "dispatch.h"

// dots[0 ..< 4] = q . rows 0, 1, 2, 3 of k, `stride` floats apart.
HS_INLINE void four_dots(const float *q, const float *k, long stride, long size, float *dots) {
  HS_RELAXED
  const float *k1 = k + stride, *k2 = k1 + stride, *k3 = k2 + stride;
  float a = 0, b = 0, c = 0, d = 0;
  for (long i = 0; i < size; i++) {
    a += q[i] * k[i];
    b += q[i] * k1[i];
    c += q[i] * k2[i];
    d += q[i] * k3[i];
  }
  dots[0] = a, dots[1] = b, dots[2] = c, dots[3] = d;
}

HS_CLONES void hs_attention_cached(const float *queries, long query_stride, const float *cache,
                                   long width, long heads, long new_tokens, long visible,
                                   float scale, float *out, long out_stride, float *scratch) {
  long size = width / heads;
  long stride = 2 * width;
  for (long i = 0; i < new_tokens; i++) {
    long seen = visible + i;
    for (long head = 0; head < heads; head++) {
      HS_RELAXED
      const float *q = queries + i * query_stride + head * size;
      const float *k = cache + head * size;
      const float *v = k + width;
      float *restrict o = out + i * out_stride + head * size;
      float largest = -INFINITY;
      long j = 0;
      for (; j + 4 <= seen; j += 4) four_dots(q, k + j * stride, stride, size, scratch + j);
      for (; j < seen; j++) {
        const float *kj = k + j * stride;
        float dot = 0;
        for (long d = 0; d < size; d++) dot += q[d] * kj[d];
        scratch[j] = dot;
      }
      for (j = 0; j < seen; j++) {
        scratch[j] *= scale;
        largest = scratch[j] > largest ? scratch[j] : largest;
      }
      float sum = 0;
      for (j = 0; j < seen; j++) {
        scratch[j] = hs_exp(scratch[j] - largest);
        sum += scratch[j];
      }
      float inverse = 1.0f / sum;
      for (long d = 0; d < size; d++) o[d] = 0;
      for (j = 0; j + 4 <= seen; j += 4) {
        const float *v0 = v + j * stride, *v1 = v0 + stride, *v2 = v1 + stride, *v3 = v2 + stride;
        float a = scratch[j] * inverse, b = scratch[j + 1] * inverse;
        float c = scratch[j + 2] * inverse, e = scratch[j + 3] * inverse;
        for (long d = 0; d < size; d++) o[d] += a * v0[d] + b * v1[d] + (c * v2[d] + e * v3[d]);
      }
      for (; j < seen; j++) {
        const float *vj = v + j * stride;
        float weight = scratch[j] * inverse;
        for (long d = 0; d < size; d++) o[d] += weight * vj[d];
      }
    }
  }
}
