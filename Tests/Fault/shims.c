// Calls every function of our C with random sizes, on memory that is exactly as large as their
// headers say, for the sanitizers and valgrind to watch. What is packed is unpacked and compared.
//
//   shims ROUNDS SEED
#include <libdeflate.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CFiles.h"
#include "kernels.h"
#include "packing.h"

static uint64_t state;

static uint64_t next(void) {
  uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}
static long below(long bound) { return (long)(next() % (uint64_t)bound); }

static void *memory(size_t bytes) {
  void *p = malloc(bytes ? bytes : 1);
  if (!p) abort();
  return p;
}
static float *empty(long count) { return memory((size_t)count * sizeof(float)); }
static float *numbers(long count) {
  float *p = empty(count);
  for (long i = 0; i < count; i++) p[i] = (float)((double)next() / 0x1p63 - 1);
  return p;
}
static float *positive(long count) {
  float *p = numbers(count);
  for (long i = 0; i < count; i++) p[i] = fabsf(p[i]);
  return p;
}

static void expect(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "shims: %s\n", what);
  exit(1);
}
static void expect_finite(const float *x, long count, const char *what) {
  for (long i = 0; i < count; i++) expect(isfinite(x[i]), what);
}

// Frees up to eight blocks.
static void release(void *a, void *b, void *c, void *d, void *e, void *f, void *g, void *h) {
  void *all[] = {a, b, c, d, e, f, g, h};
  for (int i = 0; i < 8; i++) free(all[i]);
}

static void elementwise(void) {
  long rows = below(9), columns = 1 + below(140), count = rows * columns;
  float *x = numbers(count), *y = numbers(count), *z = empty(count), *bias = numbers(columns),
        *sums = numbers(columns);
  hs_add(x, y, z, count);
  hs_accumulate(x, z, count);
  hs_add_bias(bias, z, rows, columns);
  hs_column_sums(z, sums, below(2), rows, columns);
  expect(isfinite(hs_sum_of_squares(z, count)) && hs_all_finite(z, count), "a sum");
  if (count > 0) {
    z[below(count)] = NAN;
    expect(!hs_all_finite(z, count), "a NaN that nobody saw");
  }
  for (int kind = 1; kind <= 5; kind++) {
    memcpy(z, x, (size_t)count * sizeof(float));
    float *out = empty(count), *dy = numbers(count);
    hs_bias_activation(bias, z, out, kind, rows, columns);
    hs_activation_backward(z, out, dy, kind, count);
    expect_finite(out, count, "an activation");
    expect_finite(dy, count, "an activation's gradient");
    free(out), free(dy);
  }
  release(x, y, z, bias, sums, 0, 0, 0);
}

static void normalization(void) {
  long rows = below(9), columns = 1 + below(140), count = rows * columns;
  float *x = numbers(count), *gain = numbers(columns), *bias = numbers(columns), *y = empty(count),
        *statistics = empty(2 * rows), *dx = numbers(count), *dgain = numbers(columns),
        *dbias = numbers(columns), *dy = numbers(count);
  hs_layer_norm(x, gain, bias, 1e-5f, y, statistics, rows, columns);
  hs_layer_norm_backward(x, gain, statistics, dy, dx, below(2), dgain, dbias, rows, columns);
  expect_finite(y, count, "a norm");
  hs_mask mask = {next(), next() >> 20, (uint32_t)(0.3 * 0x1p32), 1 / 0.7f};
  hs_dropout(x, below(2) ? dy : 0, y, mask, rows, columns);
  hs_dropout_backward(dy, dx, below(2), mask, rows, columns);
  release(x, gain, bias, y, statistics, dx, dgain, dbias);
  free(dy);
}

static void losses(void) {
  long rows = below(9), columns = 1 + below(40), count = rows * columns;
  float *logits = numbers(count), *probabilities = empty(count), *d = numbers(count);
  int32_t *targets = memory((size_t)rows * sizeof *targets);
  for (long r = 0; r < rows; r++) targets[r] = (int32_t)below(columns);
  expect(isfinite(hs_cross_entropy(logits, targets, probabilities, rows, columns)), "a loss");
  hs_cross_entropy_backward(probabilities, targets, 0.5f, d, below(2), rows, columns);
  expect(isfinite(hs_squared_error(logits, probabilities, count)), "a squared error");
  hs_squared_error_backward(logits, probabilities, 0.5f, d, below(2), count);
  release(logits, probabilities, d, targets, 0, 0, 0, 0);
}

static void optimizer(void) {
  long count = below(200);
  float *w = numbers(count), *g = numbers(count), *m = numbers(count), *v = positive(count),
        *average = numbers(count);
  hs_adamw(w, g, m, v, 1e-3f, 1e-4f, 0.9f, 0.999f, 0.5f, 0.5f, 1e-8f, 0.7f, count);
  hs_average(w, average, 0.9f, count);
  expect_finite(w, count, "a weight");
  release(w, g, m, v, average, 0, 0, 0);
}

#ifndef WITHOUT_PRODUCTS
static void gemm(void) {
  long rows = 1 + below(30), columns = 1 + below(90), inner = 1 + below(50);
  int transposed_a = (int)below(2), transposed_b = (int)below(2);
  float *a = numbers(rows * inner), *b = numbers(inner * columns), *c = numbers(rows * columns);
  // Levels below this processor's are made of its own instructions.
  for (int level = hs_gemm_level(); level >= 3; level--)
    hs_gemm(level, a, transposed_a ? 1 : inner, transposed_a ? rows : 1, b,
            transposed_b ? 1 : columns, transposed_b ? inner : 1, c, columns, rows, columns, inner,
            below(2));
  expect_finite(c, rows * columns, "a product");
  release(a, b, c, 0, 0, 0, 0, 0);
}

#endif

static void attention(void) {
  long windows = 1 + below(4), heads = 1 + below(3), size = 4 * (1 + below(5));
  long width = heads * size, longest = 0, tokens = 0;
  int32_t offsets[6] = {0};
  for (long w = 0; w < windows; w++) {
    long length = 1 + below(25);
    longest = length > longest ? length : longest;
    offsets[w + 1] = (int32_t)(tokens += length);
  }
  float *queries = numbers(tokens * width), *keys = numbers(tokens * width),
        *values = numbers(tokens * width), *out = empty(tokens * width),
        *log_sums = empty(tokens * heads), *dout = numbers(tokens * width),
        *dq = empty(tokens * width), *dk = empty(tokens * width), *dv = empty(tokens * width),
        *scratch = empty(hs_attention_scratch(longest, size));
  hs_attention_shape shape = {queries, keys, values, width, width, offsets, 0, 0,
                              windows, heads, size, 0.3f,
                              {next(), 0, below(2) ? (uint32_t)(0.2 * 0x1p32) : 0, 1.25f}};
  hs_attention(&shape, out, log_sums, scratch);
  hs_attention_backward(&shape, log_sums, dout, dq, dk, dv, scratch);
  expect_finite(out, tokens * width, "attention");
  expect_finite(dq, tokens * width, "attention's gradient");
  release(queries, keys, values, out, log_sums, dout, dq, dk);
  free(dv), free(scratch);
}

// Bytes of one of several kinds: zeros, repeated rows, runs, noise.
static void fill(uint8_t *bytes, size_t count, size_t width) {
  int kind = (int)below(5);
  for (size_t i = 0; i < count; i++) {
    size_t row = i / width;
    switch (kind) {
      case 0: bytes[i] = 0; break;
      case 1: bytes[i] = (uint8_t)(i % width % 11 * ((row * row / 7) % 5)); break;
      case 2: bytes[i] = (uint8_t)(i / 29 * 77); break;
      case 3: bytes[i] = row % 30 == 29 ? (uint8_t)(i % width % 7) : 0; break;
      default: bytes[i] = (uint8_t)next();
    }
  }
}

static void expect_unpacked(
    const uint8_t *packed, size_t length, const uint8_t *in, size_t count) {
  if (length == 0) return;
  uint8_t *back = memory(count);
  struct libdeflate_decompressor *unpacker = libdeflate_alloc_decompressor();
  size_t unpacked = 0;
  expect(libdeflate_deflate_decompress(unpacker, packed, length, back, count, &unpacked) == 0 &&
             unpacked == count && memcmp(in, back, count) == 0,
         "what was packed is not what comes out");
  libdeflate_free_decompressor(unpacker);
  free(back);
}

static void packing_runs(void) {
  size_t rows = 1 + (size_t)below(200), planes = (size_t)1 << below(4);
  size_t width = below(2) ? 1 + (size_t)below(4) : 1 + (size_t)below(300);
  uint8_t *in = memory(rows * planes * width);
  uint32_t *copies = memory(rows * sizeof *copies);
  size_t all = 0, longest = 1 + (size_t)below(60);
  for (size_t i = 0; i < rows; i++) all += copies[i] = 1 + (uint32_t)below((long)longest);
  fill(in, rows * planes * width, width);
  size_t count = all * planes * width, capacity = (size_t)below((long)count + 1);
  uint8_t *whole = memory(count), *out = memory(capacity), *next = whole;
  for (size_t row = 0; row < rows * planes; row++)
    for (size_t i = 0; i < copies[row % rows]; i++, next += width)
      memcpy(next, in + row * width, width);
  uint32_t *scratch =
      memory(hs_deflate_runs_scratch(copies, rows, width, planes) * sizeof *scratch);
  uint32_t sum = 0;
  size_t written = hs_deflate_runs(in, copies, rows, width, planes, out, capacity, scratch, &sum);
  expect(written <= capacity, "more than there is room for");
  expect_unpacked(out, written, whole, count);
  expect(written == 0 || sum == libdeflate_adler32(1, whole, count), "another sum");
  release(in, copies, whole, out, scratch, 0, 0, 0);
}

static void packing_numbered(void) {
  size_t width = 8 + (size_t)below(300), count = 1 + (size_t)below(400);
  size_t period = 1 + (size_t)below(width < 63 ? (long)width : 63);
  // So few different rows at most that most places hold one that was there.
  size_t kinds = 1 + (size_t)below(60), distinct = 0, slot_count = 1024;
  uint8_t *made = memory(kinds * width), *rows = memory(kinds * width);
  uint8_t *whole = memory(count * width);
  uint32_t *numbers = memory(count * sizeof *numbers);
  uint32_t *slots = memory(slot_count * sizeof *slots);
  memset(slots, 0, slot_count * sizeof *slots);
  fill(made, kinds * width, width);
  for (size_t i = 0; i < count; i++) {
    const uint8_t *row = made + width * (size_t)below(below(3) ? 2 : (long)kinds);
    if (kinds < 2) row = made;
    memcpy(whole + i * width, row, width);
    numbers[i] = (uint32_t)hs_row_number(rows, distinct, width, row, slots, slot_count);
    if (numbers[i] == distinct) memcpy(rows + width * distinct++, row, width);
    expect(memcmp(rows + width * numbers[i], row, width) == 0, "another row's number");
  }
  // What is read must lie in the rows that there are.
  uint8_t *exact = memory(distinct * width);
  memcpy(exact, rows, distinct * width);
  size_t capacity = (size_t)below((long)(count * width) + 1);
  uint8_t *out = memory(capacity);
  uint32_t *scratch =
      memory(hs_deflate_numbered_scratch(distinct, count, width) * sizeof *scratch);
  uint32_t sum = 0;
  size_t written = hs_deflate_numbered(
      exact, distinct, width, period, numbers, count, out, capacity, scratch, &sum);
  expect(written <= capacity, "more than there is room for");
  expect_unpacked(out, written, whole, count * width);
  expect(written == 0 || sum == libdeflate_adler32(1, whole, count * width), "another sum");
  release(made, rows, whole, numbers, slots, exact, out, scratch);
}

static void packing(void) {
  size_t width = 8 + (size_t)below(600), count = (size_t)below(20000);
  uint8_t *in = memory(count), *out = memory(count), *back = memory(count);
  uint32_t *scratch = memory(hs_deflate_rows_scratch(count, width) * sizeof *scratch);
  fill(in, count, width);
  size_t capacity = (size_t)below((long)count + 1);
  size_t written = hs_deflate_rows(in, count, width, out, capacity, scratch);
  expect(written <= capacity, "more than there is room for");
  expect_unpacked(out, written, in, count);
  for (size_t bytes = 1; bytes <= 8; bytes *= 2) {
    size_t elements = count / bytes;
    hs_shuffle(in, out, elements, bytes);
    hs_unshuffle(out, back, elements, bytes);
    expect(memcmp(in, back, elements * bytes) == 0, "what was shuffled is not what comes back");
  }
  long numbers = below(300);
  float *x = empty(numbers);
  for (long i = 0; i < numbers; i++) x[i] = (float)(next() & 255);
  uint8_t *narrow = memory((size_t)numbers);
  expect(hs_narrow(x, narrow, (size_t)numbers), "whole numbers that are no bytes");
  for (long i = 0; i < numbers; i++) expect(narrow[i] == x[i], "another byte");
  if (numbers > 0) {
    x[below(numbers)] = below(2) ? 256 : below(2) ? 0.5f : NAN;
    expect(!hs_narrow(x, narrow, (size_t)numbers), "a byte that is none");
  }
  release(in, out, back, scratch, x, narrow, 0, 0);
}

static void hashing(void) {
  size_t blocks = (size_t)below(9);
  uint8_t *bytes = memory(64 * blocks);
  uint32_t quick[8], plain[8];
  for (size_t i = 0; i < 64 * blocks; i++) bytes[i] = (uint8_t)next();
  for (int i = 0; i < 8; i++) quick[i] = plain[i] = (uint32_t)next();
  hs_sha256(quick, bytes, blocks);
  hs_sha256_plainly(plain, bytes, blocks);
  expect(memcmp(quick, plain, sizeof quick) == 0, "two hashes");
  free(bytes);
}

int main(int count, char **words) {
  long rounds = count > 1 ? atol(words[1]) : 100;
  state = count > 2 ? (uint64_t)atol(words[2]) : 0;
  for (long round = 0; round < rounds; round++) {
    elementwise();
    normalization();
    losses();
    optimizer();
#ifndef WITHOUT_PRODUCTS
    if (hs_gemm_level() >= 3) gemm();
#endif
    attention();
    packing();
    packing_runs();
    packing_numbered();
    hashing();
  }
  return 0;
}
