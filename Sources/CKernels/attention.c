// Ragged causal attention. One (window, head) pair at a time: its queries, keys and values are
// packed into scratch with the head size rounded up to the vector width, the scores of a window
// never leave scratch, and the backward pass computes them again from the saved log-sums.
//
//   w[i, j] = exp(scale * q[i].k[j] - log_sum[i]),  j <= token of query i;   out[i] = sum_j w~[i, j] v[j]
//
// where w~ is w after dropout: kept entries are divided by the keep probability.
#include "dispatch.h"

enum { lanes = 16 };
typedef float vec __attribute__((vector_size(4 * lanes), aligned(4)));
typedef int32_t ivec __attribute__((vector_size(4 * lanes), aligned(4)));
typedef uint32_t uvec __attribute__((vector_size(4 * lanes), aligned(4)));

// Vectors are handed over by address: by value their ABI would depend on the instruction set.

// *result = hs_exp of *argument, whose elements are not positive: 0 for minus infinity, NaN for NaN.
HS_INLINE void exp_below_one(const vec *argument, vec *result) {
  vec x = *argument;
  vec lowest = (vec){0} - 127.0f;
  vec shifted = __builtin_elementwise_max(x * 1.44269504088896341f, lowest) + 12582912.0f;
  vec n = shifted - 12582912.0f;
  vec r = x - n * 0.693145751953125f;
  r = r - n * 1.428606765330187e-6f;
  vec p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  uvec power = ((uvec)shifted - (0x4B400000u - 127u)) << 23;
  ivec vanishes = x < -87.33654785156250f;
  *result = (vec)((uvec)(p * (vec)power) & ~(uvec)vanishes);
}

// hs_mask_bits for the columns from `first` on: all ones where the element is kept.
HS_INLINE void keeps(uint32_t row_key, uint32_t first, uint32_t threshold, uvec *kept) {
  static const uvec steps = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  uvec x = row_key + (first + steps) * 0x9E3779B9u;
  x ^= x >> 16;
  x *= 0x21F0AAADu;
  x ^= x >> 15;
  x *= 0x735A2D97u;
  x ^= x >> 15;
  *kept = (uvec)(x >= threshold);
}

HS_INLINE float total(const vec *x) {
  float sum = 0;
  for (int l = 0; l < lanes; l++) sum += (*x)[l];
  return sum;
}

HS_INLINE long round_up(long n) { return (n + lanes - 1) / lanes * lanes; }

// c[r, 0 ..< 16 * wide] = sum over k of a[r * row_step + k * k_step] * b[k * b_stride + ...]
// for `tall` rows; the accumulators stay in registers.
#define HS_TILE(tall, wide)                                                                   \
  HS_INLINE void tile_##tall##x##wide(const float *a, long row_step, long k_step,             \
                                      const float *b, long b_stride, long count, float *c,    \
                                      long c_stride) {                                        \
    vec sum[tall][wide] = {0};                                                                \
    for (long k = 0; k < count; k++) {                                                        \
      HS_UNROLL for (int w = 0; w < wide; w++) {                                              \
        vec bv = *(const vec *)(b + k * b_stride + w * lanes);                                \
        HS_UNROLL for (int r = 0; r < tall; r++)                                              \
          sum[r][w] += a[r * row_step + k * k_step] * bv;                                     \
      }                                                                                       \
    }                                                                                         \
    HS_UNROLL for (int r = 0; r < tall; r++)                                                  \
      HS_UNROLL for (int w = 0; w < wide; w++)                                                \
        *(vec *)(c + r * c_stride + w * lanes) = sum[r][w];                                   \
  }
HS_TILE(4, 1)
HS_TILE(4, 2)
HS_TILE(1, 1)
HS_TILE(1, 2)

// c[rows, columns] = a (any strides) * b[count, columns]; columns is a multiple of 16.
HS_INLINE void multiply(const float *a, long row_step, long k_step, const float *b, long b_stride,
                        long count, float *c, long c_stride, long rows, long columns) {
  long r = 0;
  for (; r + 4 <= rows; r += 4) {
    const float *ar = a + r * row_step;
    float *cr = c + r * c_stride;
    long w = 0;
    for (; w + 2 * lanes <= columns; w += 2 * lanes)
      tile_4x2(ar, row_step, k_step, b + w, b_stride, count, cr + w, c_stride);
    if (w < columns) tile_4x1(ar, row_step, k_step, b + w, b_stride, count, cr + w, c_stride);
  }
  for (; r < rows; r++) {
    const float *ar = a + r * row_step;
    float *cr = c + r * c_stride;
    long w = 0;
    for (; w + 2 * lanes <= columns; w += 2 * lanes)
      tile_1x2(ar, row_step, k_step, b + w, b_stride, count, cr + w, c_stride);
    if (w < columns) tile_1x1(ar, row_step, k_step, b + w, b_stride, count, cr + w, c_stride);
  }
}

// to[rows, padded] = from[rows, size] * factor, the padding zero.
HS_INLINE void pack(const float *from, long stride, float factor, float *to, long rows, long size,
                    long padded) {
  for (long r = 0; r < rows; r++) {
    for (long d = 0; d < size; d++) to[r * padded + d] = factor * from[r * stride + d];
    for (long d = size; d < padded; d++) to[r * padded + d] = 0;
  }
}

// to[size, padded rows] = from[rows, size] transposed, the padding zero.
HS_INLINE void pack_transposed(const float *from, long stride, float *to, long rows, long size,
                               long padded_rows) {
  for (long d = 0; d < size; d++)
    for (long r = rows; r < padded_rows; r++) to[d * padded_rows + r] = 0;
  for (long r = 0; r < rows; r++)
    for (long d = 0; d < size; d++) to[d * padded_rows + r] = from[r * stride + d];
}

// One head of one window.
typedef struct {
  long first_query, queries;  // rows in the query matrices
  long first_token, tokens;   // rows in the key and value matrices
  long padded_tokens, padded_size;
} span;

HS_INLINE span span_of(const hs_attention_shape *s, long window) {
  span w;
  w.first_token = s->offsets[window];
  w.tokens = s->offsets[window + 1] - w.first_token;
  const int32_t *rows = s->query_offsets ? s->query_offsets : s->offsets;
  w.first_query = rows[window];
  w.queries = rows[window + 1] - w.first_query;
  w.padded_tokens = round_up(w.tokens);
  w.padded_size = round_up(s->head_size);
  return w;
}

// Tokens that query `i` of the window may see.
HS_INLINE long visible(const hs_attention_shape *s, span w, long i) {
  return s->query_tokens ? s->query_tokens[w.first_query + i] - w.first_token + 1 : i + 1;
}

// scores[i, 0 ..< visible] of all queries, four queries at a time, only as far as the last of the
// four sees. `queries` is packed and scaled, `keys` transposed.
HS_INLINE void score(const hs_attention_shape *s, span w, const float *queries, const float *keys,
                     float *scores) {
  for (long i = 0; i < w.queries; i += 4) {
    long rows = w.queries - i < 4 ? w.queries - i : 4;
    long columns = round_up(visible(s, w, i + rows - 1));
    multiply(queries + i * w.padded_size, w.padded_size, 1, keys, w.padded_tokens, s->head_size,
             scores + i * w.padded_tokens, w.padded_tokens, rows, columns);
  }
}

// Gives the scores from `seen` to the end of their vector no weight; returns that end.
HS_INLINE long hide(float *scores, long seen) {
  long end = round_up(seen);
  for (long j = seen; j < end; j++) scores[j] = -INFINITY;
  return end;
}

// The largest of `count` scores, a multiple of the vector width.
HS_INLINE float maximum(const float *scores, long count) {
  vec most = *(const vec *)scores;
  for (long j = lanes; j < count; j += lanes) {
    most = __builtin_elementwise_max(*(const vec *)(scores + j), most);
  }
  float largest = most[0];
  for (int l = 1; l < lanes; l++) largest = most[l] > largest ? most[l] : largest;
  return largest;
}

HS_INLINE uint32_t row_key(const hs_attention_shape *s, span w, long i, long head) {
  uint64_t row = s->mask.first_row + (uint64_t)(w.first_query + i);
  return hs_mask_row_key(s->mask.key, row * (uint64_t)s->heads + (uint64_t)head);
}

long hs_attention_scratch(long longest, long head_size) {
  long size = round_up(head_size), tokens = round_up(longest) + 4;
  return 6 * tokens * size + 2 * size * round_up(longest) + 2 * tokens * round_up(longest) + 64;
}

HS_CLONES void hs_attention(const hs_attention_shape *s, float *out, float *log_sums,
                            float *scratch) {
  long width = s->heads * s->head_size;
  for (long window = 0; window < s->windows; window++) {
    span w = span_of(s, window);
    if (w.queries == 0) continue;
    float *queries = scratch;
    float *keys = queries + (w.queries + 4) * w.padded_size;
    float *values = keys + w.padded_size * w.padded_tokens;
    float *result = values + w.tokens * w.padded_size;
    float *scores = result + (w.queries + 4) * w.padded_size;
    for (long head = 0; head < s->heads; head++) {
      long column = head * s->head_size;
      const float *k = s->keys + w.first_token * s->key_stride + column;
      const float *v = s->values + w.first_token * s->key_stride + column;
      pack(s->queries + w.first_query * s->query_stride + column, s->query_stride, s->scale,
           queries, w.queries, s->head_size, w.padded_size);
      pack_transposed(k, s->key_stride, keys, w.tokens, s->head_size, w.padded_tokens);
      pack(v, s->key_stride, 1.0f, values, w.tokens, s->head_size, w.padded_size);
      score(s, w, queries, keys, scores);
      for (long i = 0; i < w.queries; i += 4) {
        long rows = w.queries - i < 4 ? w.queries - i : 4;
        long furthest = visible(s, w, i + rows - 1);
        for (long r = i; r < i + rows; r++) {
          float *x = scores + r * w.padded_tokens;
          long seen = hide(x, visible(s, w, r));
          float largest = maximum(x, seen);
          vec sums = {0};
          for (long j = 0; j < seen; j += lanes) {
            vec e = *(const vec *)(x + j) - largest;
            exp_below_one(&e, &e);
            *(vec *)(x + j) = e;
            sums += e;
          }
          float sum = total(&sums);
          float inverse = 1.0f / sum;
          if (log_sums) log_sums[(w.first_query + r) * s->heads + head] = largest + logf(sum);
          if (s->mask.threshold) {
            uint32_t key = row_key(s, w, r, head);
            inverse *= s->mask.scale;
            for (long j = 0; j < seen; j += lanes) {
              vec p = *(const vec *)(x + j) * inverse;
              uvec kept;
              keeps(key, (uint32_t)j, s->mask.threshold, &kept);
              *(vec *)(x + j) = (vec)((uvec)p & kept);
            }
          } else {
            for (long j = 0; j < seen; j += lanes) *(vec *)(x + j) *= inverse;
          }
          for (long j = seen; j < furthest; j++) x[j] = 0;
        }
        multiply(scores + i * w.padded_tokens, w.padded_tokens, 1, values, w.padded_size, furthest,
                 result + i * w.padded_size, w.padded_size, rows, w.padded_size);
      }
      for (long i = 0; i < w.queries; i++)
        memcpy(out + (w.first_query + i) * width + column, result + i * w.padded_size,
               (size_t)s->head_size * sizeof(float));
    }
  }
}

HS_CLONES void hs_attention_backward(const hs_attention_shape *s, const float *log_sums,
                                     const float *dout, float *dqueries, float *dkeys,
                                     float *dvalues, float *scratch) {
  long width = s->heads * s->head_size;
  for (long window = 0; window < s->windows; window++) {
    span w = span_of(s, window);
    long block = (w.queries + 4) * w.padded_size;
    float *queries = scratch;
    float *dresult = queries + block;
    float *result = dresult + block;  // dqueries, then dkeys, then dvalues in turn
    float *keys = result + (w.tokens + 4) * w.padded_size;
    float *transposed_keys = keys + w.tokens * w.padded_size;
    float *transposed_values = transposed_keys + w.padded_size * w.padded_tokens;
    float *weights = transposed_values + w.padded_size * w.padded_tokens;
    float *slopes = weights + (w.queries + 4) * w.padded_tokens;
    for (long head = 0; head < s->heads; head++) {
      long column = head * s->head_size;
      const float *k = s->keys + w.first_token * s->key_stride + column;
      const float *v = s->values + w.first_token * s->key_stride + column;
      float *dk = dkeys + w.first_token * s->key_stride + column;
      float *dv = dvalues + w.first_token * s->key_stride + column;
      float *dq = dqueries + w.first_query * s->query_stride + column;
      if (w.queries == 0) {
        for (long j = 0; j < w.tokens; j++) {
          memset(dk + j * s->key_stride, 0, (size_t)s->head_size * sizeof(float));
          memset(dv + j * s->key_stride, 0, (size_t)s->head_size * sizeof(float));
        }
        continue;
      }
      pack(s->queries + w.first_query * s->query_stride + column, s->query_stride, s->scale,
           queries, w.queries, s->head_size, w.padded_size);
      pack(dout + w.first_query * width + column, width, 1.0f, dresult, w.queries, s->head_size,
           w.padded_size);
      pack(k, s->key_stride, 1.0f, keys, w.tokens, s->head_size, w.padded_size);
      pack_transposed(k, s->key_stride, transposed_keys, w.tokens, s->head_size, w.padded_tokens);
      pack_transposed(v, s->key_stride, transposed_values, w.tokens, s->head_size,
                      w.padded_tokens);
      score(s, w, queries, transposed_keys, weights);
      score(s, w, dresult, transposed_values, slopes);
      for (long i = 0; i < w.queries; i++) {
        float *x = weights + i * w.padded_tokens;
        float *d = slopes + i * w.padded_tokens;
        float log_sum = log_sums[(w.first_query + i) * s->heads + head];
        long seen = hide(x, visible(s, w, i));
        // Past the last key a query sees, x is minus infinity and d a finite number.
        uint32_t key = s->mask.threshold ? row_key(s, w, i, head) : 0;
        vec means = {0};
        for (long j = 0; j < seen; j += lanes) {
          vec p = *(const vec *)(x + j) - log_sum;
          exp_below_one(&p, &p);
          vec dp = *(const vec *)(d + j);
          if (s->mask.threshold) {  // a dropped weight is remembered by its sign
            uvec kept;
            keeps(key, (uint32_t)j, s->mask.threshold, &kept);
            dp = (vec)((uvec)(dp * s->mask.scale) & kept);
            *(vec *)(d + j) = dp;
            *(vec *)(x + j) = (vec)((uvec)p | (~kept & 0x80000000u));
          } else {
            *(vec *)(x + j) = p;
          }
          means += p * dp;
        }
        float mean = total(&means);
        for (long j = 0; j < seen; j += lanes) {
          uvec bits = *(const uvec *)(x + j);
          vec p = (vec)(bits & 0x7FFFFFFFu);
          *(vec *)(d + j) = p * (*(const vec *)(d + j) - mean);
          if (s->mask.threshold) {
            uvec kept = ~(uvec)((ivec)bits >> 31);
            *(vec *)(x + j) = (vec)((uvec)(p * s->mask.scale) & kept);
          }
        }
        for (long j = seen; j < w.padded_tokens; j++) x[j] = d[j] = 0;
      }
      // dq[i] = scale * sum_j slopes[i, j] k[j]
      for (long i = 0; i < w.queries; i += 4) {
        long rows = w.queries - i < 4 ? w.queries - i : 4;
        multiply(slopes + i * w.padded_tokens, w.padded_tokens, 1, keys, w.padded_size,
                 visible(s, w, i + rows - 1), result + i * w.padded_size, w.padded_size, rows,
                 w.padded_size);
      }
      for (long i = 0; i < w.queries; i++)
        for (long d = 0; d < s->head_size; d++)
          dq[i * s->query_stride + d] = s->scale * result[i * w.padded_size + d];
      // dk[j] = sum_i slopes[i, j] q[i] (already scaled), dv[j] = sum_i weights[i, j] dout[i];
      // the first query that sees token j comes no earlier than the one that sees j - 3.
      for (int which = 0; which < 2; which++) {
        const float *factors = which ? weights : slopes;
        const float *rows_of = which ? dresult : queries;
        float *to = which ? dv : dk;
        long first = 0;
        for (long j = 0; j < w.tokens; j += 4) {
          long rows = w.tokens - j < 4 ? w.tokens - j : 4;
          while (first < w.queries && visible(s, w, first) <= j) first++;
          multiply(factors + first * w.padded_tokens + j, 1, w.padded_tokens,
                   rows_of + first * w.padded_size, w.padded_size, w.queries - first,
                   result + j * w.padded_size, w.padded_size, rows, w.padded_size);
        }
        for (long j = 0; j < w.tokens; j++)
          memcpy(to + j * s->key_stride, result + j * w.padded_size,
                 (size_t)s->head_size * sizeof(float));
      }
    }
  }
}
