// Matrix products for one vector width: included by gemm.c once per instruction set, with
//   HS_GEMM       the function's name            HS_LANES   floats in a vector
//   HS_TALL       rows of the largest tile       HS_TARGET  attributes of the instruction set
//
// The largest tile is HS_TALL rows by two vectors: its sums fill most of the vector registers, and
// each step of the inner loop does 2 * HS_TALL multiply-adds for two loads of b and HS_TALL
// broadcasts of a. Every element is summed over k in ascending order, whatever tile it falls into,
// so a row's result does not depend on how many rows there are.

#define HS_PASTE2(a, b) a##_##b
#define HS_PASTE(a, b) HS_PASTE2(a, b)
#define HS_NAME(suffix) HS_PASTE(HS_GEMM, suffix)

typedef float HS_NAME(vec) __attribute__((vector_size(4 * HS_LANES), aligned(4)));

// c[r, ...] (+)= sum over k of a[r * a_row + k * a_inner] * b[k * b_stride + ...]
// The loops over r and w are unrolled, or the sums would live in memory.
#define HS_GEMM_TILE(name, tall, wide)                                                         \
  HS_INLINE void HS_NAME(name)(                                                                \
      const float *a, long a_row, long a_inner, const float *b, long b_stride, long count,     \
      float *c, long c_stride, bool accumulates) {                                             \
    typedef HS_NAME(vec) vec;                                                                  \
    vec sum[tall][wide];                                                                       \
    HS_UNROLL for (int r = 0; r < tall; r++)                                                   \
      HS_UNROLL for (int w = 0; w < wide; w++)                                                 \
        sum[r][w] = accumulates ? *(const vec *)(c + r * c_stride + w * HS_LANES) : (vec){0};  \
    for (long k = 0; k < count; k++) {                                                         \
      if (wide > 2) {  /* few rows: each vector of b is used up as it comes */                 \
        float ak[tall];                                                                        \
        HS_UNROLL for (int r = 0; r < tall; r++) ak[r] = a[r * a_row + k * a_inner];           \
        HS_UNROLL for (int w = 0; w < wide; w++) {                                             \
          vec bk = *(const vec *)(b + k * b_stride + w * HS_LANES);                            \
          HS_UNROLL for (int r = 0; r < tall; r++) sum[r][w] += ak[r] * bk;                    \
        }                                                                                      \
      } else {                                                                                 \
        vec bk[wide];                                                                          \
        HS_UNROLL for (int w = 0; w < wide; w++)                                               \
          bk[w] = *(const vec *)(b + k * b_stride + w * HS_LANES);                             \
        HS_UNROLL for (int r = 0; r < tall; r++) {                                             \
          float ak = a[r * a_row + k * a_inner];                                               \
          HS_UNROLL for (int w = 0; w < wide; w++) sum[r][w] += ak * bk[w];                    \
        }                                                                                      \
      }                                                                                        \
    }                                                                                          \
    HS_UNROLL for (int r = 0; r < tall; r++)                                                   \
      HS_UNROLL for (int w = 0; w < wide; w++)                                                 \
        *(vec *)(c + r * c_stride + w * HS_LANES) = sum[r][w];                                 \
  }

HS_GEMM_TILE(largest_tile, HS_TALL, 2)
HS_GEMM_TILE(rows_1, 1, 2)
HS_GEMM_TILE(rows_2, 2, 2)
HS_GEMM_TILE(rows_3, 3, 2)
HS_GEMM_TILE(rows_4, 4, 2)
HS_GEMM_TILE(rows_5, 5, 2)
#if HS_TALL > 6
HS_GEMM_TILE(rows_6, 6, 2)
HS_GEMM_TILE(rows_7, 7, 2)
HS_GEMM_TILE(rows_8, 8, 2)
HS_GEMM_TILE(rows_9, 9, 2)
HS_GEMM_TILE(rows_10, 10, 2)
HS_GEMM_TILE(rows_11, 11, 2)
#endif
// Few rows: the wider the tile, the longer the runs in which b is read, from wherever it is.
#if HS_LANES == 16
enum { HS_NAME(longest) = 8 };
#else
enum { HS_NAME(longest) = 4 };
#endif
HS_GEMM_TILE(long_row, 1, 8)
HS_GEMM_TILE(two_long_rows, 2, HS_NAME(longest))
HS_GEMM_TILE(three_long_rows, 3, HS_NAME(longest))
#undef HS_GEMM_TILE

// All rows of c for `2 * HS_LANES` columns.
HS_INLINE void HS_NAME(panel)(const float *a, long a_row, long a_inner, const float *b,
                              long b_stride, long count, float *c, long c_stride, long rows,
                              bool accumulates) {
  long r = 0;
  for (; r + HS_TALL <= rows; r += HS_TALL)
    HS_NAME(largest_tile)(a + r * a_row, a_row, a_inner, b, b_stride, count, c + r * c_stride,
                          c_stride, accumulates);
#define HS_REST(tall)                                                                          \
  case tall:                                                                                   \
    HS_NAME(rows_##tall)(a + r * a_row, a_row, a_inner, b, b_stride, count, c + r * c_stride,  \
                         c_stride, accumulates);                                               \
    break;
  switch (rows - r) {
    HS_REST(1)
    HS_REST(2)
    HS_REST(3)
    HS_REST(4)
    HS_REST(5)
#if HS_TALL > 6
    HS_REST(6)
    HS_REST(7)
    HS_REST(8)
    HS_REST(9)
    HS_REST(10)
    HS_REST(11)
#endif
    default: break;
  }
#undef HS_REST
}

HS_TARGET void HS_GEMM(const float *a, long a_row, long a_inner, const float *b, long b_inner,
                       long b_column, float *c, long c_stride, long rows, long columns, long inner,
                       bool accumulates) {
  enum { block = 256, width = 2 * HS_LANES };
  float packed[block * width] __attribute__((aligned(64)));
  float edge[HS_TALL * width] __attribute__((aligned(64)));
  for (long k = 0; k < inner; k += block) {
    long count = inner - k < block ? inner - k : block;
    bool adds = accumulates || k > 0;
    const float *ak = a + k * a_inner;
    long column = 0;
    if (rows < 4 && b_column == 1) {  // few rows: read b once, in long runs, with sums in flight
      long run = (rows == 1 ? 8 : HS_NAME(longest)) * HS_LANES;
      for (; column + run <= columns; column += run) {
        const float *bk = b + k * b_inner + column;
        if (rows == 1)
          HS_NAME(long_row)(ak, a_row, a_inner, bk, b_inner, count, c + column, c_stride, adds);
        else if (rows == 2)
          HS_NAME(two_long_rows)(ak, a_row, a_inner, bk, b_inner, count, c + column, c_stride,
                                 adds);
        else
          HS_NAME(three_long_rows)(ak, a_row, a_inner, bk, b_inner, count, c + column, c_stride,
                                   adds);
      }
    }
    for (; column < columns; column += width) {
      long wide = columns - column < width ? columns - column : width;
      const float *bk = b + k * b_inner + column * b_column;
      // Rows of b far apart fall into few sets of the cache: for many rows of a a copy pays.
      bool is_copied = b_column != 1 || wide < width || (b_inner > 512 && rows >= 4 * HS_TALL);
      if (!is_copied) {
        HS_NAME(panel)(ak, a_row, a_inner, bk, b_inner, count, c + column, c_stride, rows, adds);
        continue;
      }
      if (b_column == 1) {
        for (long i = 0; i < count; i++)
          for (long w = 0; w < wide; w++) packed[i * width + w] = bk[i * b_inner + w];
      } else {
        for (long w = 0; w < wide; w++)
          for (long i = 0; i < count; i++) packed[i * width + w] = bk[i * b_inner + w * b_column];
      }
      for (long w = wide; w < width; w++)
        for (long i = 0; i < count; i++) packed[i * width + w] = 0;
      if (wide == width) {
        HS_NAME(panel)(ak, a_row, a_inner, packed, width, count, c + column, c_stride, rows, adds);
        continue;
      }
      for (long r = 0; r < rows; r += HS_TALL) {
        long tall = rows - r < HS_TALL ? rows - r : HS_TALL;
        float *cr = c + r * c_stride + column;
        if (adds)
          for (long i = 0; i < tall; i++)
            for (long w = 0; w < wide; w++) edge[i * width + w] = cr[i * c_stride + w];
        HS_NAME(panel)(ak + r * a_row, a_row, a_inner, packed, width, count, edge, width, tall, adds);
        for (long i = 0; i < tall; i++)
          for (long w = 0; w < wide; w++) cr[i * c_stride + w] = edge[i * width + w];
      }
    }
  }
}

#undef HS_GEMM
#undef HS_LANES
#undef HS_TALL
#undef HS_TARGET
#undef HS_NAME
#undef HS_PASTE
#undef HS_PASTE2
