// What a block of deflate (RFC 1951) is made of, and the vectors that look for it.
#pragma once

#include <string.h>

#include "huffman.h"

enum {
  kWindow = 32768,   // how far back a match may lie
  kLongest = 258,    // bytes of one match
  kShortest = 3,
  kWorthwhile = 4,   // bytes from which a match inside a row is taken
  kLengths = kLongest - kShortest + 1,
};

// Bytes as they are, and matches: a length and a distance. The matches are counted by their length;
// `hs_put_tokens` counts its classes.
typedef struct {
  uint32_t *tokens;  // a byte, or kMatch | (length - 3) << 16 | (distance - 1)
  size_t count, bytes, most_bytes;
  uint32_t literals[kLiterals], lengths[kLengths], distances[kDistances];
} token_list;

static const uint32_t kMatch = 1u << 31;

// RFC 1951, 3.2.5: a length or distance is a class, which has a code, and extra bits.
typedef struct {
  unsigned symbol, extra, rest;
} class_of;

static inline class_of distance_class(unsigned distance) {
  unsigned x = distance - 1;
  if (x < 4) return (class_of){x, 0, 0};
  unsigned extra = 30 - (unsigned)__builtin_clz(x);
  return (class_of){2 * extra + (x >> extra), extra, x & ((1u << extra) - 1)};
}

static inline void add_literal(token_list *list, unsigned value) {
  list->tokens[list->count++] = value;
  list->literals[value]++;
  list->bytes++;
}

// A match of any length from three on, in pieces.
static inline void add_match(token_list *list, size_t length, size_t distance) {
  unsigned symbol = distance_class((unsigned)distance).symbol;
  while (length > 0) {
    size_t piece = length;
    if (length > kLongest) piece = length - kLongest < kShortest ? length - kShortest : kLongest;
    list->tokens[list->count++] =
        kMatch | (uint32_t)(piece - kShortest) << 16 | (uint32_t)(distance - 1);
    list->lengths[piece - kShortest]++;
    list->distances[symbol]++;
    length -= piece;
  }
}

/// Writes the block that the tokens make up, the last of its stream.
///
/// out: [capacity]. Returns the bytes written, or 0 where they exceed `capacity`.
size_t hs_put_tokens(token_list *list, uint8_t *out, size_t capacity);

// Vectors of the widest kind; where there is none of that width they are made of several.
typedef uint8_t chunk __attribute__((vector_size(64)));
typedef _Bool chunk_bits __attribute__((ext_vector_type(64)));
enum { kChunk = sizeof(chunk) };

#define INLINE static inline __attribute__((always_inline))

// Bit i says whether byte i of the 64 at `a` and at `b` is equal.
INLINE uint64_t equal_bits(const uint8_t *a, const uint8_t *b) {
  chunk x, y;
  memcpy(&x, a, kChunk);
  memcpy(&y, b, kChunk);
  chunk_bits equal = __builtin_convertvector(x == y, chunk_bits);
  uint64_t bits;
  memcpy(&bits, &equal, sizeof bits);
  return bits;
}

// How many of `count` bytes are equal, from the first on.
INLINE size_t same(const uint8_t *a, const uint8_t *b, size_t count) {
  size_t i = 0;
  for (; i + kChunk <= count; i += kChunk) {
    uint64_t bits = equal_bits(a + i, b + i);
    if (~bits) return i + (size_t)__builtin_ctzll(~bits);
  }
  while (i < count && a[i] == b[i]) i++;
  return i;
}

// Whether two rows are equal.
INLINE int equal_rows(const uint8_t *a, const uint8_t *b, size_t width) {
  size_t i = 0;
  for (; i + kChunk <= width; i += kChunk)
    if (~equal_bits(a + i, b + i)) return 0;
  if (i == width) return 1;
  // The rest with what comes before it, once more.
  if (width >= kChunk) return !~equal_bits(a + width - kChunk, b + width - kChunk);
  return memcmp(a + i, b + i, width - i) == 0;
}

// Which of up to 64 bytes are equal.
INLINE uint64_t some_equal_bits(const uint8_t *a, const uint8_t *b, size_t count) {
  if (count >= kChunk) return equal_bits(a, b);
  uint64_t bits = 0;
  for (size_t i = 0; i < count; i++) bits |= (uint64_t)(a[i] == b[i]) << i;
  return bits;
}

// How many bytes of two rows are equal, leaving out what does not fill a chunk.
INLINE int likeness(const uint8_t *a, const uint8_t *b, size_t width) {
  int count = 0;
  for (size_t i = 0; i + kChunk <= width; i += kChunk)
    count += __builtin_popcountll(equal_bits(a + i, b + i));
  return count;
}

// A row that was not there before: what equals another one, its model, which lies `distance` bytes
// back in what is packed (0: there is none); what repeats its last byte; and the rest as it is. Looks
// at 64 bytes at a time, of which the last three only end matches. Before the row stands the byte that
// is packed before it, unless it is the first.
INLINE void add_new_row(
    token_list *list, const uint8_t *row, size_t width, const uint8_t *model, size_t distance,
    int is_first) {
  size_t i = 0;
  if (is_first && width > 0) add_literal(list, row[i++]);
  while (i + kWorthwhile <= width) {
    size_t count = width - i < kChunk ? width - i : kChunk;
    uint64_t as_model = distance ? some_equal_bits(row + i, model + i, count) : 0;
    uint64_t as_last = some_equal_bits(row + i, row + i - 1, count);
    as_model &= as_model >> 1;
    as_model &= as_model >> 2;
    as_last &= as_last >> 1;
    as_last &= as_last >> 2;
    // Bit k: four bytes from k on. Where the chunk ends inside the row, its last three are not known.
    uint64_t begins = as_model | as_last;
    size_t known = count - (kWorthwhile - 1), k = 0;
    while (k < known) {
      uint64_t left = begins >> k;
      size_t literals = left ? (size_t)__builtin_ctzll(left) : known - k;
      if (literals > known - k) literals = known - k;
      for (size_t end = k + literals; k < end; k++) add_literal(list, row[i + k]);
      if (k == known) break;
      int is_of_model = as_model >> k & 1;
      const uint8_t *at = row + i + k + kWorthwhile;
      const uint8_t *before = is_of_model ? model + i + k + kWorthwhile : at - 1;
      size_t found = kWorthwhile + same(at, before, width - i - k - kWorthwhile);
      add_match(list, found, is_of_model ? distance : 1);
      k += found;
    }
    i += k;
  }
  while (i < width) add_literal(list, row[i++]);
}
