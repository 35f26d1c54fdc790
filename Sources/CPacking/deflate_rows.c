#include <string.h>

#include "huffman.h"
#include "packing.h"

enum {
  kWindow = 32768,   // how far back a match may lie
  kLongest = 258,    // bytes of one match
  kShortest = 3,
  kWorthwhile = 4,   // bytes from which a match inside a row is taken
  kSlots = 1024,     // of the table of rows by their hash
  kLongestCode = 15,
  kLongestLengthCode = 7,
};

// What a block is made of: bytes as they are, and matches: a length and a distance.
typedef struct {
  uint32_t *tokens;  // a byte, or kMatch | (length - 3) << 16 | (distance - 1)
  size_t count, bytes, most_bytes;
  uint32_t literals[kLiterals], distances[kDistances];
} token_list;

static const uint32_t kMatch = 1u << 31;

// RFC 1951, 3.2.5: a length or distance is a class, which has a code, and extra bits.
typedef struct {
  unsigned symbol, extra, rest;
} class_of;

static inline class_of length_class(unsigned length) {
  if (length == kLongest) return (class_of){285, 0, 0};
  if (length < 11) return (class_of){254 + length, 0, 0};
  unsigned x = length - 3, extra = 29 - (unsigned)__builtin_clz(x);
  return (class_of){257 + 4 * extra + (x >> extra), extra, x & ((1u << extra) - 1)};
}

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
static void add_match(token_list *list, size_t length, size_t distance) {
  unsigned symbol = distance_class((unsigned)distance).symbol;
  while (length > 0) {
    size_t piece = length;
    if (length > kLongest) piece = length - kLongest < kShortest ? length - kShortest : kLongest;
    list->tokens[list->count++] =
        kMatch | (uint32_t)(piece - 3) << 16 | (uint32_t)(distance - 1);
    list->literals[length_class((unsigned)piece).symbol]++;
    list->distances[symbol]++;
    length -= piece;
  }
}

// Bytes from `at` on that equal those `distance` before them.
static inline size_t same(const uint8_t *at, size_t distance, size_t most) {
  const uint8_t *before = at - distance;
  size_t count = 0;
  while (count < most && at[count] == before[count]) count++;
  return count;
}

// Whether the four bytes there equal those `distance` before them.
static inline int begins_match(const uint8_t *at, size_t distance) {
  uint32_t here, there;
  memcpy(&here, at, kWorthwhile);
  memcpy(&there, at - distance, kWorthwhile);
  return here == there;
}

// A row that was not there before: what equals the row before it, what repeats its last byte, and the
// rest as it is.
static void add_new_row(
    token_list *list, const uint8_t *row, size_t width, size_t above, size_t before) {
  size_t i = 0;
  while (i + kWorthwhile <= width) {
    size_t distance = 0;
    if (above && begins_match(row + i, above)) {
      distance = above;
    } else if (i + before > 0 && begins_match(row + i, 1)) {
      distance = 1;
    }
    if (distance) {
      size_t found = same(row + i, distance, width - i);
      add_match(list, found, distance);
      i += found;
    } else {
      add_literal(list, row[i++]);
    }
  }
  while (i < width) add_literal(list, row[i++]);
}

static inline uint64_t word(const uint8_t *p) {
  uint64_t x;
  memcpy(&x, p, 8);
  return x;
}

// Of a row of at least 8 bytes.
static inline unsigned hash(const uint8_t *row, size_t width) {
  const uint64_t k = 0x9E3779B97F4A7C15u;
  uint64_t a = width, b = ~width;
  size_t i = 0;
  for (; i + 16 <= width; i += 16) {
    a = (a ^ word(row + i)) * k;
    b = (b ^ word(row + i + 8)) * k;
    a ^= a >> 32;
    b ^= b >> 32;
  }
  if (i + 8 <= width) a = (a ^ word(row + i)) * k;
  b = (b ^ word(row + width - 8)) * k;
  a ^= a >> 29;
  return (unsigned)(((a ^ b) * k) >> 54);
}

// Returns whether enough of the block repeats.
static int find_tokens(token_list *list, const uint8_t *in, size_t count, size_t width) {
  uint32_t last_seen[kSlots] = {0};  // 1 + the last row of that hash
  unsigned slot = 0;
  size_t rows = count / width;
  size_t length = 0, distance = 0;  // of the match that is growing
  for (size_t r = 0; r < rows; r++) {
    const uint8_t *row = in + r * width;
    size_t found = 0;
    if (distance && memcmp(row, row - distance, width) == 0) found = distance;
    if (r > 0 && memcmp(row, row - width, width) == 0) {
      if (!found) found = width;  // and the hash is that of the row before
    } else {
      slot = hash(row, width);
      size_t back = last_seen[slot] ? (r + 1 - last_seen[slot]) * width : 0;
      if (!found && back && back <= kWindow && memcmp(row, row - back, width) == 0) found = back;
    }
    last_seen[slot] = (uint32_t)r + 1;
    if (found && found == distance) {
      length += width;
      continue;
    }
    if (length) add_match(list, length, distance);
    length = found ? width : 0;
    distance = found;
    if (found) continue;
    add_new_row(list, row, width, r > 0 ? width : 0, r * width);
    if (list->bytes > list->most_bytes) return 0;
  }
  if (length) add_match(list, length, distance);
  size_t rest = count - rows * width;
  if (rest) add_new_row(list, in + rows * width, rest, 0, rows * width);
  return 1;
}

// Bits on their way out, the first in the lowest place.
typedef struct {
  uint64_t bits;
  unsigned count;
  uint8_t *next, *end;
  int is_full;
} sink;

// At most 32 bits at a time.
static inline void put(sink *s, uint32_t value, unsigned count) {
  s->bits |= (uint64_t)value << s->count;
  s->count += count;
  while (s->count >= 32) {
    if (s->end - s->next < 4) {
      s->is_full = 1;
    } else {
      for (int i = 0; i < 4; i++) s->next[i] = (uint8_t)(s->bits >> 8 * i);
      s->next += 4;
    }
    s->bits >>= 32;
    s->count -= 32;
  }
}

// RFC 1951, 3.2.7: the lengths of both codes, which have a code themselves.
static void put_codes(sink *s, const huffman_code *literal, const huffman_code *distance) {
  static const uint8_t order[19] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                    11, 4,  12, 3, 13, 2, 14, 1, 15};
  uint32_t counts[19] = {1, 1};  // two at least, so that the code is whole
  for (int i = 0; i < kLiterals; i++) counts[literal->length[i]]++;
  for (int i = 0; i < kDistances; i++) counts[distance->length[i]]++;
  huffman_code code;
  hs_make_code(counts, 19, kLongestLengthCode, &code);
  put(s, kLiterals - 257, 5);
  put(s, kDistances - 1, 5);
  put(s, 19 - 4, 4);
  for (int i = 0; i < 19; i++) put(s, code.length[order[i]], 3);
  for (int i = 0; i < kLiterals; i++)
    put(s, code.code[literal->length[i]], code.length[literal->length[i]]);
  for (int i = 0; i < kDistances; i++)
    put(s, code.code[distance->length[i]], code.length[distance->length[i]]);
}

static void put_block(sink *s, token_list *list) {
  // Two of each at least, so that the codes are whole.
  list->literals[kEndOfBlock]++;
  list->literals[0]++;
  list->distances[0]++;
  list->distances[1]++;
  huffman_code literal, distance;
  hs_make_code(list->literals, kLiterals, kLongestCode, &literal);
  hs_make_code(list->distances, kDistances, kLongestCode, &distance);
  put(s, 1 | 2 << 1, 3);  // the last block, codes of its own
  put_codes(s, &literal, &distance);
  for (size_t i = 0; i < list->count && !s->is_full; i++) {
    uint32_t token = list->tokens[i];
    if (!(token & kMatch)) {
      put(s, literal.code[token], literal.length[token]);
      continue;
    }
    class_of length = length_class((token >> 16 & 0xFF) + 3);
    class_of back = distance_class((token & 0x7FFF) + 1);
    unsigned bits = literal.length[length.symbol];
    put(s, literal.code[length.symbol] | length.rest << bits, bits + length.extra);
    bits = distance.length[back.symbol];
    put(s, distance.code[back.symbol] | back.rest << bits, bits + back.extra);
  }
  put(s, literal.code[kEndOfBlock], literal.length[kEndOfBlock]);
  for (; s->count > 0 && !s->is_full; s->count -= s->count < 8 ? s->count : 8) {
    if (s->next == s->end) {
      s->is_full = 1;
    } else {
      *s->next++ = (uint8_t)s->bits;
      s->bits >>= 8;
    }
  }
}

static size_t most_bytes(size_t count) { return count / 4; }

size_t hs_deflate_rows_scratch(size_t count, size_t width) {
  // A token holds a byte that stands for itself, or at least four; a row more may be looked at.
  return most_bytes(count) + count / kWorthwhile + 2 * width;
}

size_t hs_deflate_rows(
    const uint8_t *in, size_t count, size_t width, uint8_t *out, size_t capacity,
    uint32_t *scratch) {
  if (width < 8 || width > kWindow || count == 0) return 0;
  token_list list = {.tokens = scratch, .most_bytes = most_bytes(count)};
  sink s = {0, 0, out, out + capacity, 0};
  if (!find_tokens(&list, in, count, width)) return 0;
  put_block(&s, &list);
  return s.is_full ? 0 : (size_t)(s.next - out);
}
