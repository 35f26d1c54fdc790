// A number by which rows are looked up.
#pragma once

#include "tokens.h"

INLINE uint64_t word_at(const uint8_t *p) {
  uint64_t x;
  memcpy(&x, p, 8);
  return x;
}

// Both halves of a product, which depend on all bits of both factors.
INLINE uint64_t mixed(uint64_t a, uint64_t b) {
  __extension__ unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// Of a row of at least 8 bytes.
INLINE uint64_t row_hash(const uint8_t *row, size_t width) {
  const uint64_t k = 0x9E3779B97F4A7C15u, l = 0xD1B54A32D192ED03u;
  uint64_t a = width, b = ~width;
  size_t i = 0;
  for (; i + 32 <= width; i += 32) {
    a = mixed(a ^ word_at(row + i), k ^ word_at(row + i + 8));
    b = mixed(b ^ word_at(row + i + 16), l ^ word_at(row + i + 24));
  }
  for (; i + 8 <= width; i += 8) a = mixed(a ^ word_at(row + i), k);
  b = mixed(b ^ word_at(row + width - 8), l);
  return (a ^ b) * k >> 32;
}
