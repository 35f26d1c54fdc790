// The codes of one deflate block (RFC 1951, 3.2.7), made from how often each symbol occurs.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { kLiterals = 286, kDistances = 30, kEndOfBlock = 256 };

typedef struct {
  uint16_t code[kLiterals];  // with the first bit in the lowest place
  uint8_t length[kLiterals];  // 0 where the symbol does not occur
} huffman_code;

/// Fills `code` for `symbols` symbols, none longer than `limit` bits; at least two must occur.
void hs_make_code(const uint32_t *counts, int symbols, int limit, huffman_code *code);
