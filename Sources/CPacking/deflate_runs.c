#include "clones.h"
#include "packing.h"
#include "tokens.h"

enum {
  kModels = 8,  // earlier rows that a new one is compared with
  kMost = 1 << 24,
};

// A row, where it came last in what is packed, and the sums of its bytes.
typedef struct {
  const uint8_t *row;
  size_t end;  // after its last copy, in bytes of the whole
  uint64_t bytes, weighted;
} placed;

// The sum of its bytes, and of each as often as there are bytes from it on.
INLINE placed with_sums(const uint8_t *row, size_t width) {
  enum { kPiece = 4096 };
  placed result = {.row = row};
  for (size_t start = 0; start < width; start += kPiece) {
    uint32_t piece = width - start < kPiece ? (uint32_t)(width - start) : kPiece;
    uint32_t sum = 0, weights = 0;
    for (uint32_t i = 0; i < piece; i++) {
      sum += row[start + i];
      weights += (piece - i) * row[start + i];
    }
    result.weighted += result.bytes * piece + weights;
    result.bytes += sum;
  }
  return result;
}

// What `copies` of a row make of the sums of RFC 1950, 9: each byte is added to `a`, and `a` to `b`.
// With at most kMost bytes in all nothing runs over: before, `a` is below 2^24 and `b` below 2^58.
INLINE void add_sums(
    uint64_t *a, uint64_t *b, const placed *row, size_t width, uint64_t copies) {
  const uint64_t base = 65521;
  *b += copies * width * *a + copies * row->weighted
        + copies * (copies - 1) / 2 * width * row->bytes;
  *a += copies * row->bytes;
  if (*a >> 24) *a %= base;
  if (*b >> 58) *b %= base;
}

INLINE int is_equal(const uint8_t *a, const uint8_t *b, size_t width) {
  return width == 1 ? *a == *b : equal_rows(a, b, width);
}

// What is left of a run after its first row.
INLINE void add_rest(token_list *list, const uint8_t *row, size_t width, size_t length) {
  if (length >= kShortest) {
    add_match(list, length, width);
  } else {
    for (size_t i = 0; i < length; i++) add_literal(list, row[i % width]);
  }
}

// The first of some equal rows: the tokens that make it from what is there, the latest rows first, as
// their distances are the shortest. For a few bytes they are not worth while.
//
// Returns the row and its sums.
INLINE placed add_first(
    token_list *list, const uint8_t *row, size_t width, size_t start, const placed *models,
    size_t count) {
  if (width == 1) {
    add_literal(list, *row);
    return (placed){.row = row, .bytes = *row, .weighted = *row};
  }
  const placed *model = NULL;
  size_t near = 0;
  if (width >= kWorthwhile) {
    while (near < count && near < kModels) {
      const placed *other = &models[(count - 1 - near) % kModels];
      if (start - other->end + width > kWindow) break;
      if (equal_rows(row, other->row, width)) {
        add_match(list, width, start - other->end + width);
        return *other;
      }
      near++;
    }
  }
  int best = -1;
  for (size_t i = 0; i < near; i++) {
    const placed *other = &models[(count - 1 - i) % kModels];
    int like = likeness(row, other->row, width);
    if (like <= best) continue;
    best = like;
    model = other;
  }
  add_new_row(
      list, row, width, model ? model->row : NULL, model ? start - model->end + width : 0,
      start == 0);
  return with_sums(row, width);
}

// Returns whether enough of the bytes repeats.
EACH_MACHINE
static int find_tokens(
    token_list *list, const uint8_t *in, const uint32_t *copies, size_t rows, size_t width,
    size_t planes, uint32_t *sum) {
  uint64_t a = 1, b = 0;
  size_t start = 0;
  for (size_t plane = 0; plane < planes; plane++) {
    placed models[kModels];
    size_t count = 0, length = 0;  // of models, and of the match that is growing
    const uint8_t *row = in + plane * rows * width;
    for (size_t r = 0; r < rows; r++, row += width) {
      size_t bytes = copies[r] * width;
      placed *last = &models[count % kModels];
      if (r > 0 && is_equal(row, row - width, width)) {
        last = &models[(count - 1) % kModels];
        length += bytes;
      } else {
        if (r > 0) add_rest(list, row - width, width, length);
        *last = add_first(list, row, width, start, models, count++);
        length = bytes - width;
      }
      start += bytes;
      last->row = row;
      last->end = start;
      add_sums(&a, &b, last, width, copies[r]);
      if (list->bytes > list->most_bytes) return 0;
    }
    add_rest(list, row - width, width, length);
  }
  *sum = (uint32_t)(b % 65521 << 16 | a % 65521);
  return 1;
}

static size_t total(const uint32_t *copies, size_t rows, size_t width, size_t planes) {
  size_t all = 0;
  for (size_t r = 0; r < rows; r++) all += copies[r];
  return all * width * planes;
}

static int is_packed(size_t bytes, size_t width) {
  return width > 0 && width <= kWindow && bytes > 0 && bytes <= kMost;
}

size_t hs_deflate_runs_scratch(
    const uint32_t *copies, size_t rows, size_t width, size_t planes) {
  size_t bytes = total(copies, rows, width, planes);
  // A byte that stands for itself, or a match of three at least; a row more may be looked at.
  return is_packed(bytes, width) ? bytes / 4 + bytes / kShortest + 2 * width : 0;
}

size_t hs_deflate_runs(
    const uint8_t *in, const uint32_t *copies, size_t rows, size_t width, size_t planes,
    uint8_t *out, size_t capacity, uint32_t *scratch, uint32_t *sum) {
  size_t bytes = total(copies, rows, width, planes);
  if (!is_packed(bytes, width)) return 0;
  token_list list = {.tokens = scratch, .most_bytes = bytes / 4};
  if (!find_tokens(&list, in, copies, rows, width, planes, sum)) return 0;
  return hs_put_tokens(&list, out, capacity);
}
