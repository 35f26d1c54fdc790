// Zlib's Adler sum (RFC 1950, 9) of rows that come several times, from what each row adds to it.
#pragma once

#include "tokens.h"

enum {
  kAdlerBase = 65521,
  kMostSummed = 1 << 24,  // bytes in all up to which nothing runs over
};

// The sum of a row's bytes, and of each as often as there are bytes from it on, as remainders.
typedef struct {
  uint32_t bytes, weighted;
} row_sums;

typedef struct {
  uint64_t a, b;
} adler_sums;

INLINE row_sums sums_of(const uint8_t *row, size_t width) {
  enum { kPiece = 4096 };
  uint64_t bytes = 0, weighted = 0;
  for (size_t start = 0; start < width; start += kPiece) {
    uint32_t piece = width - start < kPiece ? (uint32_t)(width - start) : kPiece;
    uint32_t sum = 0, weights = 0;
    for (uint32_t i = 0; i < piece; i++) {
      sum += row[start + i];
      weights += (piece - i) * row[start + i];
    }
    weighted += bytes * piece + weights;
    bytes += sum;
  }
  return (row_sums){(uint32_t)(bytes % kAdlerBase), (uint32_t)(weighted % kAdlerBase)};
}

// What `copies` of a row make of the sums: each byte is added to `a`, and `a` to `b`. With at most
// kMostSummed bytes in all nothing runs over: before, `a` is below 2^24 and `b` below 2^58.
INLINE void add_sums(adler_sums *sums, row_sums row, size_t width, uint64_t copies) {
  sums->b += copies * width * sums->a + copies * row.weighted
             + copies * (copies - 1) / 2 * width * row.bytes;
  sums->a += copies * row.bytes;
  if (sums->a >> 24) sums->a %= kAdlerBase;
  if (sums->b >> 58) sums->b %= kAdlerBase;
}

INLINE uint32_t adler(adler_sums sums) {
  return (uint32_t)(sums.b % kAdlerBase << 16 | sums.a % kAdlerBase);
}
