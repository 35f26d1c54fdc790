// How kernels are compiled for several instruction sets, and the vector arithmetic they share.
#pragma once
#include "kernels.h"

#include <math.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HS_NO_CLONES 1  // its runtime is not up when the resolvers run
#endif
#endif

#if defined(__linux__) && defined(__x86_64__) && !defined(HS_NO_CLONES)
#define HS_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), min_vector_width(512)))
#else
#define HS_CLONES
#endif

#define HS_INLINE static inline __attribute__((always_inline))

#define HS_UNROLL _Pragma("clang loop unroll(full)")

// Lets a loop's sums be taken in any order and multiplies be fused; NaN and infinity keep meaning.
#define HS_RELAXED _Pragma("clang fp reassociate(on) contract(fast)")

HS_INLINE float hs_from_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

HS_INLINE uint32_t hs_to_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

// e^x to 2 ulp by 2^n * p(r), r in [-ln2/2, ln2/2]; branch-free, so that loops vectorize.
// Below -87.3 the result is 0, above 88.7 infinity; NaN stays NaN.
HS_INLINE float hs_exp(float x) {
  float t = x * 1.44269504088896341f;
  t = t > 128.0f ? 128.0f : t;
  t = t < -127.0f ? -127.0f : t;
  const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number
  float shifted = t + magic;
  float n = shifted - magic;
  float r = x - n * 0.693145751953125f;
  r = r - n * 1.428606765330187e-6f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  // 2^n in two factors, so that n = 128 reaches infinity and n = -127 zero only at the ends.
  int32_t whole = (int32_t)(hs_to_bits(shifted) - 0x4B400000u);
  int32_t half = whole >> 1;
  float low = hs_from_bits((uint32_t)(half + 127) << 23);
  float high = hs_from_bits((uint32_t)(whole - half + 127) << 23);
  float y = p * low * high;
  y = x > 88.72283935546875f ? INFINITY : y;
  y = x < -87.33654785156250f ? 0.0f : y;
  return y;
}

// tanh(x): a polynomial near zero, 1 - 2 / (e^2|x| + 1) elsewhere (Cephes' tanhf).
HS_INLINE float hs_tanh(float x) {
  float a = fabsf(x);
  float z = x * x;
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  float near = p * z * x + x;
  float far = 1.0f - 2.0f / (hs_exp(2.0f * a) + 1.0f);
  far = copysignf(far, x);
  return a < 0.625f ? near : far;
}

// erf(x) to a few ulp: x P(x^2) / Q(x^2) on [-4, 4], where it is 1 beyond to single precision
// (the rational approximation of Eigen and XLA).
HS_INLINE float hs_erf(float x) {
  float c = x > 4.0f ? 4.0f : x;
  c = c < -4.0f ? -4.0f : c;
  float z = c * c;
  float p = -2.72614225801306e-10f;
  p = p * z + 2.77068142495902e-08f;
  p = p * z - 2.10102402082508e-06f;
  p = p * z - 5.69250639462346e-05f;
  p = p * z - 7.34990630326855e-04f;
  p = p * z - 2.95459980854025e-03f;
  p = p * z - 1.60960333262415e-02f;
  float q = -1.45660718464996e-05f;
  q = q * z - 2.13374055278905e-04f;
  q = q * z - 1.68282697438203e-03f;
  q = q * z - 7.37332916720468e-03f;
  q = q * z - 1.42647390514189e-02f;
  return c * p / q;
}

// 32 random bits from a row's key and a column: a multiply-xorshift mixer of low bias.
HS_INLINE uint32_t hs_mask_bits(uint32_t row_key, uint32_t column) {
  uint32_t x = row_key + column * 0x9E3779B9u;
  x ^= x >> 16;
  x *= 0x21F0AAADu;
  x ^= x >> 15;
  x *= 0x735A2D97u;
  x ^= x >> 15;
  return x;
}
