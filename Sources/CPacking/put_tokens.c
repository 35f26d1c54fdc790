#include "tokens.h"

enum {
  kAtOnce = 56,  // bits that find room between two calls of `flush`
  kLongestCode = 15,
  kLongestLengthCode = 7,
};

static inline class_of length_class(unsigned length) {
  if (length == kLongest) return (class_of){285, 0, 0};
  if (length < 11) return (class_of){254 + length, 0, 0};
  unsigned x = length - 3, extra = 29 - (unsigned)__builtin_clz(x);
  return (class_of){257 + 4 * extra + (x >> extra), extra, x & ((1u << extra) - 1)};
}

// Bits on their way out, the first in the lowest place; fewer than 8 stay behind.
typedef struct {
  uint64_t bits;
  unsigned count;
  uint8_t *next, *end;
  int is_full;
} sink;

// Adds bits that find room: at most kAtOnce between two calls of `flush`.
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

// A class's code and its extra bits, to be put together.
typedef struct {
  uint32_t bits, count;
} code_bits;

static inline code_bits bits_of(class_of class, const huffman_code *code) {
  unsigned count = code->length[class.symbol];
  return (code_bits){code->code[class.symbol] | class.rest << count, count + class.extra};
}

size_t hs_put_tokens(token_list *list, uint8_t *out, size_t capacity) {
  // Two of each at least, so that the codes are whole.
  list->literals[kEndOfBlock]++;
  list->literals[0]++;
  list->distances[0]++;
  list->distances[1]++;
  for (unsigned i = 0; i < kLengths; i++)
    list->literals[length_class(i + kShortest).symbol] += list->lengths[i];
  huffman_code literal, distance;
  hs_make_code(list->literals, kLiterals, kLongestCode, &literal);
  hs_make_code(list->distances, kDistances, kLongestCode, &distance);
  sink begun = {0, 0, out, out + capacity, 0};
  put(&begun, 1 | 2 << 1, 3);  // the last block, codes of its own
  put_codes(&begun, &literal, &distance);
  sink s = begun;  // whose address nobody has, so that it stays in registers
  code_bits lengths[kLengths];
  for (unsigned i = 0; i < kLengths; i++)
    if (list->lengths[i]) lengths[i] = bits_of(length_class(i + kShortest), &literal);
  // A distance comes again and again: its class is looked up once.
  uint32_t last = 0;
  code_bits back = {0, 0};
  for (size_t i = 0; i < list->count && !s.is_full; i++) {
    uint32_t token = list->tokens[i];
    if (!(token & kMatch)) {
      put(&s, literal.code[token], literal.length[token]);
      continue;
    }
    code_bits length = lengths[token >> 16 & 0xFF];
    if (last != (token & 0x7FFF) + 1) {
      last = (token & 0x7FFF) + 1;
      back = bits_of(distance_class(last), &distance);
    }
    add(&s, length.bits, length.count);
    add(&s, back.bits, back.count);
    if ((token >> 16 & 0xFF) == kLongest - kShortest) {
      // A long run is the same match many times: as many of them as find room at once.
      uint64_t bits = length.bits | (uint64_t)back.bits << length.count;
      unsigned count = length.count + back.count;
      for (unsigned room = kAtOnce - count;
           count <= room && i + 1 < list->count && list->tokens[i + 1] == token;
           room -= count, i++)
        add(&s, bits, count);
    }
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
  return s.is_full ? 0 : (size_t)(s.next - out);
}
