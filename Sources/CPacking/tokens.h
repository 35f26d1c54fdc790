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

// Word i says which of the bytes from 64 i on are equal, up to `width`; a word of zeros follows.
INLINE void equal_words(uint64_t *words, const uint8_t *a, const uint8_t *b, size_t width) {
  size_t i = 0;
  for (; i + kChunk <= width; i += kChunk) words[i / kChunk] = equal_bits(a + i, b + i);
  size_t rest = width - i;
  uint64_t last = 0;
  if (rest > 0 && width >= kChunk)
    last = equal_bits(a + width - kChunk, b + width - kChunk) >> (kChunk - rest);
  else
    for (size_t k = 0; k < rest; k++) last |= (uint64_t)(a[i + k] == b[i + k]) << k;
  words[i / kChunk] = last;
  words[i / kChunk + 1] = 0;
}

// Of the words from place w on those bits that begin four ones.
INLINE uint64_t four_ones(const uint64_t *words, size_t w) {
  uint64_t x = words[w], y = words[w + 1];
  x &= x >> 1 | y << 63;
  y &= y >> 1;
  return x & (x >> 2 | y << 62);
}

// How many bits are set from bit i on.
INLINE size_t ones_from(const uint64_t *words, size_t i) {
  uint64_t left = ~words[i / kChunk] >> i % kChunk;
  if (left) return (size_t)__builtin_ctzll(left);
  size_t w = i / kChunk + 1;
  while (!~words[w]) w++;
  return w * kChunk + (size_t)__builtin_ctzll(~words[w]) - i;
}

// A row that was not there before: what equals another one, its model, which lies `distance` bytes
// back in what is packed (0: there is none); what equals the bytes that lie `period` before; and the
// rest as it is. Before the row stand `behind` bytes of what is packed. Rows have up to kWindow bytes.
INLINE void add_new_row(
    token_list *list, const uint8_t *row, size_t width, const uint8_t *model, size_t distance,
    size_t period, size_t behind) {
  uint64_t as_model[kWindow / kChunk + 2], as_last[kWindow / kChunk + 2];
  size_t words = (width + kChunk - 1) / kChunk;
  if (distance) {
    equal_words(as_model, row, model, width);
  } else {
    memset(as_model, 0, (words + 1) * sizeof *as_model);
  }
  // The first bytes have nothing so far before them.
  size_t skip = behind < period ? period - behind : 0;
  if (skip > width) skip = width;
  if (skip) {
    // In the place of what is not there stands a row's own beginning, which is left out.
    uint64_t shifted[kWindow / kChunk + 2];
    equal_words(shifted, row + skip, row + skip - period, width - skip);
    size_t have = (width - skip) / kChunk + 2;
    for (size_t w = 0; w < words + 1; w++)
      as_last[w] = (w < have ? shifted[w] << skip : 0)
                   | (w > 0 && w - 1 < have ? shifted[w - 1] >> (kChunk - skip) : 0);
  } else {
    equal_words(as_last, row, row - period, width);
  }
  size_t i = 0;
  while (i < width) {
    // The next place where one of both has four bytes.
    size_t w = i / kChunk;
    uint64_t begins = (four_ones(as_model, w) | four_ones(as_last, w)) >> i % kChunk << i % kChunk;
    while (!begins && ++w < words) begins = four_ones(as_model, w) | four_ones(as_last, w);
    size_t end = begins ? w * kChunk + (size_t)__builtin_ctzll(begins) : width;
    while (i < end) add_literal(list, row[i++]);
    if (i == width) break;
    size_t like_model = ones_from(as_model, i), like_last = ones_from(as_last, i);
    size_t length = like_model >= like_last ? like_model : like_last;
    add_match(list, length, like_model >= like_last ? distance : period);
    i += length;
  }
}
