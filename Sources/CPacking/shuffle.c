#include <string.h>

#include "packing.h"

typedef uint8_t lane __attribute__((vector_size(16)));

static inline lane load(const uint8_t *p) {
  lane v;
  memcpy(&v, p, sizeof v);
  return v;
}

static inline void store(uint8_t *p, lane v) { memcpy(p, &v, sizeof v); }

static inline lane low(lane a, lane b) {
  return __builtin_shufflevector(
      a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

static inline lane high(lane a, lane b) {
  return __builtin_shufflevector(
      a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

// Interleaves the two halves of `count` vectors: the position of each byte, as a binary number, is
// rotated left by one. Sixteen elements of 2^k bytes are shuffled by 4 rounds, and put back by k.
static inline void interleave(lane *v, int count) {
  lane w[8];
  for (int i = 0; i < count / 2; i++) {
    w[2 * i] = low(v[i], v[i + count / 2]);
    w[2 * i + 1] = high(v[i], v[i + count / 2]);
  }
  for (int i = 0; i < count; i++) v[i] = w[i];
}

#define SHUFFLE(BYTES)                                                                   \
  for (; i + 16 <= elements; i += 16) {                                                  \
    lane v[BYTES];                                                                       \
    for (int k = 0; k < BYTES; k++) v[k] = load(in + i * BYTES + 16 * k);                \
    for (int round = 0; round < 4; round++) interleave(v, BYTES);                        \
    for (int k = 0; k < BYTES; k++) store(out + k * elements + i, v[k]);                 \
  }

#define UNSHUFFLE(BYTES, ROUNDS)                                                         \
  for (; i + 16 <= elements; i += 16) {                                                  \
    lane v[BYTES];                                                                       \
    for (int k = 0; k < BYTES; k++) v[k] = load(in + k * elements + i);                  \
    for (int round = 0; round < ROUNDS; round++) interleave(v, BYTES);                   \
    for (int k = 0; k < BYTES; k++) store(out + i * BYTES + 16 * k, v[k]);               \
  }

void hs_shuffle(const uint8_t *in, uint8_t *out, size_t elements, size_t bytes) {
  size_t i = 0;
  if (bytes == 8) {
    SHUFFLE(8)
  } else if (bytes == 4) {
    SHUFFLE(4)
  } else if (bytes == 2) {
    SHUFFLE(2)
  }
  for (; i < elements; i++)
    for (size_t k = 0; k < bytes; k++) out[k * elements + i] = in[i * bytes + k];
}

void hs_unshuffle(const uint8_t *in, uint8_t *out, size_t elements, size_t bytes) {
  size_t i = 0;
  if (bytes == 8) {
    UNSHUFFLE(8, 3)
  } else if (bytes == 4) {
    UNSHUFFLE(4, 2)
  } else if (bytes == 2) {
    UNSHUFFLE(2, 1)
  }
  for (; i < elements; i++)
    for (size_t k = 0; k < bytes; k++) out[i * bytes + k] = in[k * elements + i];
}
