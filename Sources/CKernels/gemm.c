// Single-precision matrix products by our own tiles, for AVX-512 and AVX2, and by plain loops.
#include "dispatch.h"

static void plain(const float *a, long a_row, long a_inner, const float *b, long b_inner,
                  long b_column, float *c, long c_stride, long rows, long columns, long inner,
                  bool accumulates) {
  for (long row = 0; row < rows; row++) {
    float *sums = c + row * c_stride;
    for (long column = 0; !accumulates && column < columns; column++) sums[column] = 0;
    for (long k = 0; k < inner; k++) {
      float factor = a[row * a_row + k * a_inner];
      const float *values = b + k * b_inner;
      for (long column = 0; column < columns; column++)
        sums[column] += factor * values[column * b_column];
    }
  }
}

#if defined(__linux__) && defined(__x86_64__) && !defined(HS_NO_CLONES)

#define HS_GEMM gemm_v4
#define HS_LANES 16
#define HS_TALL 12
// Without a minimal vector width the compiler splits 512-bit vectors in two.
#define HS_TARGET static __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#include "gemm_tiles.h"

#define HS_GEMM gemm_v3
#define HS_LANES 8
#define HS_TALL 6
#define HS_TARGET static __attribute__((target("arch=x86-64-v3")))
#include "gemm_tiles.h"

int hs_gemm_level(void) {
  if (__builtin_cpu_supports("x86-64-v4")) return 4;
  if (__builtin_cpu_supports("x86-64-v3")) return 3;
  return 0;
}

void hs_gemm(int level, const float *a, long a_row, long a_inner, const float *b, long b_inner,
             long b_column, float *c, long c_stride, long rows, long columns, long inner,
             bool accumulates) {
  if (level == 4)
    gemm_v4(a, a_row, a_inner, b, b_inner, b_column, c, c_stride, rows, columns, inner,
            accumulates);
  else if (level == 3)
    gemm_v3(a, a_row, a_inner, b, b_inner, b_column, c, c_stride, rows, columns, inner,
            accumulates);
  else
    plain(a, a_row, a_inner, b, b_inner, b_column, c, c_stride, rows, columns, inner, accumulates);
}

#else

int hs_gemm_level(void) { return 0; }

void hs_gemm(int level, const float *a, long a_row, long a_inner, const float *b, long b_inner,
             long b_column, float *c, long c_stride, long rows, long columns, long inner,
             bool accumulates) {
  (void)level;
  plain(a, a_row, a_inner, b, b_inner, b_column, c, c_stride, rows, columns, inner, accumulates);
}

#endif
