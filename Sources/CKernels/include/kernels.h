// Elementwise, reduction and attention kernels of TensorCore.
//
// Every function works on rows of floats that the caller owns, in the order inputs, outputs, sizes.
// On Linux/x86-64 each kernel is compiled for AVX-512, AVX2+FMA and the baseline, and the best is
// picked as the program starts. NaN and infinity pass through: the divergence guard must see them.
#pragma once
#include <stdbool.h>
#include <stdint.h>

// Tells the processor that the caller only waits, so that the other thread of its core goes faster.
static inline void hs_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// elementwise.c
void hs_add(const float *x, const float *y, float *z, long count);
void hs_accumulate(const float *x, float *y, long count);
void hs_add_bias(const float *bias, float *x, long rows, long columns);
void hs_column_sums(const float *x, float *sums, bool accumulates, long rows, long columns);
double hs_sum_of_squares(const float *x, long count);
bool hs_all_finite(const float *x, long count);

// gemm.c: c[rows, columns] (+)= a b, where a[r, k] is at r * a_row + k * a_inner and b[k, n] at
// k * b_inner + n * b_column, with the instructions of a level: 4 for AVX-512, 3 for AVX2 and FMA,
// 0 for plain loops, which are right anywhere and fast nowhere.
void hs_gemm(int level, const float *a, long a_row, long a_inner, const float *b, long b_inner,
             long b_column, float *c, long c_stride, long rows, long columns, long inner,
             bool accumulates);
// The highest level that this processor has.
int hs_gemm_level(void);

// activation.c: kind 1 relu, 2 tanh-gelu, 3 erf-gelu, 4 tanh, 5 silu. Forward adds the bias to z in place
// and writes y = f(z); backward overwrites dy with dy * f'(z).
void hs_bias_activation(const float *bias, float *z, float *y, int kind, long rows, long columns);
void hs_activation_backward(const float *z, const float *y, float *dy, int kind, long count);

// normalization.c
void hs_layer_norm(const float *x, const float *gain, const float *bias, float epsilon, float *y,
                   float *statistics, long rows, long columns);
void hs_layer_norm_backward(const float *x, const float *gain, const float *statistics,
                            const float *dy, float *dx, bool accumulates, float *dgain,
                            float *dbias, long rows, long columns);

// dropout.c: element c of row r is kept where hash(keys of r, c) >= threshold, and scaled.
typedef struct {
  uint64_t key;       // from (seed, step, op)
  uint64_t first_row; // number of the first row in the whole batch
  uint32_t threshold; // drop probability * 2^32
  float scale;        // 1 / (1 - drop probability)
} hs_mask;
uint32_t hs_mask_row_key(uint64_t key, uint64_t row);
void hs_dropout(const float *x, const float *residual, float *y, hs_mask mask, long rows,
                long columns);
void hs_dropout_backward(const float *dy, float *dx, bool accumulates, hs_mask mask, long rows,
                         long columns);

// loss.c
double hs_cross_entropy(const float *logits, const int32_t *targets, float *probabilities,
                        long rows, long columns);
void hs_cross_entropy_backward(const float *probabilities, const int32_t *targets, float factor,
                               float *dlogits, bool accumulates, long rows, long columns);
double hs_squared_error(const float *x, const float *target, long count);
void hs_squared_error_backward(const float *x, const float *target, float factor, float *dx,
                               bool accumulates, long count);

// attention.c
typedef struct {
  const float *queries;  // [query rows, query stride], heads side by side from column 0
  const float *keys;     // [token rows, key stride]
  const float *values;   // [token rows, key stride]
  long query_stride, key_stride;
  const int32_t *offsets;        // [windows + 1] token rows at which each window begins
  const int32_t *query_offsets;  // [windows + 1] the same for query rows; null: a query per token
  const int32_t *query_tokens;   // [query rows] token row each query stands at; null: its own
  long windows, heads, head_size;
  float scale;
  hs_mask mask;                  // threshold 0: no dropout; rows are query rows
} hs_attention_shape;

// Floats of scratch that the two functions below need for windows of at most `longest` tokens.
long hs_attention_scratch(long longest, long head_size);
// out: [query rows, heads * head_size]; log_sums: [query rows, heads] for the backward pass, or null.
void hs_attention(const hs_attention_shape *shape, float *out, float *log_sums, float *scratch);
// Writes (does not add to) dqueries, dkeys and dvalues, with the strides of the inputs.
void hs_attention_backward(const hs_attention_shape *shape, const float *log_sums,
                           const float *dout, float *dqueries, float *dkeys, float *dvalues,
                           float *scratch);

// attention_cached.c: new queries of one lane against its cached keys and values.
// cache: [tokens, 2 * width], keys then values; query i sees the first `visible + i` tokens.
void hs_attention_cached(const float *queries, long query_stride, const float *cache, long width,
                         long heads, long new_tokens, long visible, float scale, float *out,
                         long out_stride, float *scratch);

// optimizer.c
void hs_average(const float *values, float *average, float decay, long count);
void hs_adamw(float *values, const float *gradients, float *first, float *second, float rate,
              float decay, float beta1, float beta2, float correction1, float correction2,
              float epsilon, float gradient_scale, long count);
