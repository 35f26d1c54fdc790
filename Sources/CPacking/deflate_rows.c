#include <string.h>

#include "clones.h"
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

// How many of `count` bytes, from the first on, equal those `distance` before them.
INLINE size_t same(const uint8_t *at, size_t distance, size_t count) {
  const uint8_t *before = at - distance;
  size_t i = 0;
  for (; i + kChunk <= count; i += kChunk) {
    uint64_t bits = equal_bits(at + i, before + i);
    if (~bits) return i + (size_t)__builtin_ctzll(~bits);
  }
  while (i < count && at[i] == before[i]) i++;
  return i;
}

// Whether two rows of at least 8 bytes are equal.
INLINE int equal_rows(const uint8_t *a, const uint8_t *b, size_t width) {
  size_t i = 0;
  for (; i + kChunk <= width; i += kChunk)
    if (~equal_bits(a + i, b + i)) return 0;
  if (i == width) return 1;
  // The rest with what comes before it, once more.
  if (width >= kChunk) return !~equal_bits(a + width - kChunk, b + width - kChunk);
  return memcmp(a + i, b + i, width - i) == 0;
}

// Which of up to 64 bytes equal those `distance` before them.
INLINE uint64_t some_equal_bits(const uint8_t *at, size_t distance, size_t count) {
  const uint8_t *before = at - distance;
  if (count >= kChunk) return equal_bits(at, before);
  uint64_t bits = 0;
  for (size_t i = 0; i < count; i++) bits |= (uint64_t)(at[i] == before[i]) << i;
  return bits;
}

// How many bytes of two rows are equal, leaving out what does not fill a chunk.
INLINE int likeness(const uint8_t *row, size_t distance, size_t width) {
  const uint8_t *before = row - distance;
  int count = 0;
  for (size_t i = 0; i + kChunk <= width; i += kChunk)
    count += __builtin_popcountll(equal_bits(row + i, before + i));
  return count;
}

// A row that was not there before: what equals the row before it, what repeats its last byte, and the
// rest as it is. Looks at 64 bytes at a time, of which the last three only end matches.
INLINE void add_new_row(
    token_list *list, const uint8_t *row, size_t width, size_t above, size_t before) {
  size_t i = 0;
  if (i + before == 0 && width > 0) add_literal(list, row[i++]);
  while (i + kWorthwhile <= width) {
    size_t count = width - i < kChunk ? width - i : kChunk;
    uint64_t as_above = above ? some_equal_bits(row + i, above, count) : 0;
    uint64_t as_last = some_equal_bits(row + i, 1, count);
    as_above &= as_above >> 1;
    as_above &= as_above >> 2;
    as_last &= as_last >> 1;
    as_last &= as_last >> 2;
    // Bit k: four bytes from k on. Where the chunk ends inside the row, its last three are not known.
    uint64_t begins = as_above | as_last;
    size_t known = count - (kWorthwhile - 1), k = 0;
    while (k < known) {
      uint64_t left = begins >> k;
      size_t literals = left ? (size_t)__builtin_ctzll(left) : known - k;
      if (literals > known - k) literals = known - k;
      for (size_t end = k + literals; k < end; k++) add_literal(list, row[i + k]);
      if (k == known) break;
      size_t distance = as_above >> k & 1 ? above : 1;
      size_t found = kWorthwhile + same(row + i + k + kWorthwhile, distance,
                                        width - i - k - kWorthwhile);
      add_match(list, found, distance);
      k += found;
    }
    i += k;
  }
  while (i < width) add_literal(list, row[i++]);
}

static inline uint64_t word(const uint8_t *p) {
  uint64_t x;
  memcpy(&x, p, 8);
  return x;
}

// Both halves of a product, which depend on all bits of both factors.
static inline uint64_t mixed(uint64_t a, uint64_t b) {
  __extension__ unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// Of a row of at least 8 bytes.
static inline unsigned hash(const uint8_t *row, size_t width) {
  const uint64_t k = 0x9E3779B97F4A7C15u, l = 0xD1B54A32D192ED03u;
  uint64_t a = width, b = ~width;
  size_t i = 0;
  for (; i + 32 <= width; i += 32) {
    a = mixed(a ^ word(row + i), k ^ word(row + i + 8));
    b = mixed(b ^ word(row + i + 16), l ^ word(row + i + 24));
  }
  for (; i + 8 <= width; i += 8) a = mixed(a ^ word(row + i), k);
  b = mixed(b ^ word(row + width - 8), l);
  return (unsigned)((a ^ b) * k >> 54);
}

// Returns whether enough of the block repeats.
EACH_MACHINE
static int find_tokens(token_list *list, const uint8_t *in, size_t count, size_t width) {
  uint32_t last_seen[kSlots] = {0};  // 1 + the last row of that hash
  unsigned slot = 0;
  size_t rows = count / width;
  size_t length = 0, distance = 0;  // of the match that is growing
  // The last row unlike the one above, and the last one that was new.
  size_t before_run = 0, last_new = 0;
  for (size_t r = 0; r < rows; r++) {
    const uint8_t *row = in + r * width;
    if (distance == width) {
      // As long as rows stay the same, so does the hash.
      size_t more = same(row, width, (rows - r) * width) / width;
      r += more;
      length += more * width;
      last_seen[slot] = (uint32_t)r;
      if (r == rows) break;
      row = in + r * width;
    }
    size_t found = 0;
    if (distance && distance != width && equal_rows(row, row - distance, width)) found = distance;
    if (r > 0 && distance != width && equal_rows(row, row - width, width)) {
      if (!found) found = width;  // and the hash is that of the row before
      if (distance != width && r > 1) before_run = r - 2;
    } else {
      slot = hash(row, width);
      size_t back = last_seen[slot] ? (r + 1 - last_seen[slot]) * width : 0;
      if (!found && back && back <= kWindow && equal_rows(row, row - back, width)) found = back;
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
    size_t model = r > 0 ? width : 0;
    if (width >= kChunk && r > 0) {
      size_t others[] = {(r - before_run) * width, (r - last_new) * width};
      int best = likeness(row, model, width);
      for (int k = 0; k < 2; k++) {
        if (others[k] > kWindow) continue;
        int like = likeness(row, others[k], width);
        if (like > best) {
          best = like;
          model = others[k];
        }
      }
    }
    last_new = r;
    add_new_row(list, row, width, model, r * width);
    if (list->bytes > list->most_bytes) return 0;
  }
  if (length) add_match(list, length, distance);
  size_t rest = count - rows * width;
  if (rest) add_new_row(list, in + rows * width, rest, 0, rows * width);
  return 1;
}

// Bits on their way out, the first in the lowest place; fewer than 8 stay behind.
typedef struct {
  uint64_t bits;
  unsigned count;
  uint8_t *next, *end;
  int is_full;
} sink;

// Adds bits that find room: at most 56 between two calls of `flush`.
static inline void add(sink *s, uint64_t value, unsigned count) {
  s->bits |= value << s->count;
  s->count += count;
}

// Writes the whole bytes, eight at a time of which the last ones are written again.
static inline void flush(sink *s) {
  if (s->end - s->next < 8) {
    s->is_full = 1;
    s->count = 0;
    return;
  }
  for (int i = 0; i < 8; i++) s->next[i] = (uint8_t)(s->bits >> 8 * i);
  s->next += s->count >> 3;
  s->bits >>= s->count & ~7u;
  s->count &= 7;
}

static inline void put(sink *s, uint32_t value, unsigned count) {
  add(s, value, count);
  flush(s);
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

static void put_block(sink *out, token_list *list) {
  // Two of each at least, so that the codes are whole.
  list->literals[kEndOfBlock]++;
  list->literals[0]++;
  list->distances[0]++;
  list->distances[1]++;
  huffman_code literal, distance;
  hs_make_code(list->literals, kLiterals, kLongestCode, &literal);
  hs_make_code(list->distances, kDistances, kLongestCode, &distance);
  put(out, 1 | 2 << 1, 3);  // the last block, codes of its own
  put_codes(out, &literal, &distance);
  sink s = *out;  // whose address nobody has, so that it stays in registers
  // A distance comes again and again: its class is looked up once.
  uint32_t last = 0;
  uint64_t distance_bits = 0;
  unsigned distance_count = 0;
  for (size_t i = 0; i < list->count && !s.is_full; i++) {
    uint32_t token = list->tokens[i];
    if (!(token & kMatch)) {
      put(&s, literal.code[token], literal.length[token]);
      continue;
    }
    class_of length = length_class((token >> 16 & 0xFF) + 3);
    unsigned bits = literal.length[length.symbol];
    add(&s, literal.code[length.symbol] | (uint64_t)length.rest << bits, bits + length.extra);
    if (last != (token & 0x7FFF) + 1) {
      last = (token & 0x7FFF) + 1;
      class_of back = distance_class(last);
      bits = distance.length[back.symbol];
      distance_bits = distance.code[back.symbol] | (uint64_t)back.rest << bits;
      distance_count = bits + back.extra;
    }
    add(&s, distance_bits, distance_count);
    flush(&s);
  }
  put(&s, literal.code[kEndOfBlock], literal.length[kEndOfBlock]);
  for (; s.count > 0 && !s.is_full; s.count -= s.count < 8 ? s.count : 8) {
    if (s.next == s.end) {
      s.is_full = 1;
    } else {
      *s.next++ = (uint8_t)s.bits;
      s.bits >>= 8;
    }
  }
  *out = s;
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
