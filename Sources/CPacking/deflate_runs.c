#include "clones.h"
#include "packing.h"
#include "sums.h"
#include "tokens.h"

enum { kModels = 8 };  // earlier rows that a new one is compared with

// A row, where it came last in what is packed, and the sums of its bytes.
typedef struct {
  const uint8_t *row;
  size_t end;  // after its last copy, in bytes of the whole
  row_sums sums;
} placed;

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
    return (placed){.row = row, .sums = {*row, *row}};
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
      list, row, width, model ? model->row : NULL, model ? start - model->end + width : 0, 1,
      start > 0);
  return (placed){.row = row, .sums = sums_of(row, width)};
}

// Returns whether enough of the bytes repeats.
EACH_MACHINE
static int find_tokens(
    token_list *list, const uint8_t *in, const uint32_t *copies, size_t rows, size_t width,
    size_t planes, uint32_t *sum) {
  adler_sums total = {1, 0};
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
      add_sums(&total, last->sums, width, copies[r]);
      if (list->bytes > list->most_bytes) return 0;
    }
    add_rest(list, row - width, width, length);
  }
  *sum = adler(total);
  return 1;
}

static size_t byte_count(const uint32_t *copies, size_t rows, size_t width, size_t planes) {
  size_t all = 0;
  for (size_t r = 0; r < rows; r++) all += copies[r];
  return all * width * planes;
}

static int is_packed(size_t bytes, size_t width) {
  return width > 0 && width <= kWindow && bytes > 0 && bytes <= kMostSummed;
}

size_t hs_deflate_runs_scratch(
    const uint32_t *copies, size_t rows, size_t width, size_t planes) {
  size_t bytes = byte_count(copies, rows, width, planes);
  // A byte that stands for itself, or a match of three at least; a row more may be looked at.
  return is_packed(bytes, width) ? bytes / 4 + bytes / kShortest + 2 * width : 0;
}

size_t hs_deflate_runs(
    const uint8_t *in, const uint32_t *copies, size_t rows, size_t width, size_t planes,
    uint8_t *out, size_t capacity, uint32_t *scratch, uint32_t *sum) {
  size_t bytes = byte_count(copies, rows, width, planes);
  if (!is_packed(bytes, width)) return 0;
  token_list list = {.tokens = scratch, .most_bytes = bytes / 4};
  if (!find_tokens(&list, in, copies, rows, width, planes, sum)) return 0;
  return hs_put_tokens(&list, out, capacity);
}
