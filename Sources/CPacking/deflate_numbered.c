#include "clones.h"
#include "packing.h"
#include "row_hash.h"
#include "sums.h"
#include "tokens.h"

enum { kModels = 3 };  // the latest new rows that another is compared with

EACH_MACHINE
size_t hs_row_number(
    const uint8_t *rows, size_t count, size_t width, const uint8_t *row, uint32_t *slots,
    size_t slot_count) {
  size_t slot = row_hash(row, width) & (slot_count - 1);
  for (; slots[slot]; slot = (slot + 1) & (slot_count - 1)) {
    size_t number = slots[slot] - 1;
    if (equal_rows(row, rows + number * width, width)) return number;
  }
  slots[slot] = (uint32_t)count + 1;
  return count;
}

// What is known of a row: 1 + where it stood last, and its sums.
typedef struct {
  uint32_t seen;
  row_sums sums;
} known_row;

// The row most like `row` of some, of those that are near enough. Returns 0 where there is none, else
// how many rows back it is.
INLINE size_t best_model(
    const uint8_t *rows, const uint8_t *row, size_t width, const known_row *known,
    const uint32_t *models, size_t count, size_t r, const uint8_t **model) {
  size_t back = 0;
  int best = -1;
  for (size_t i = 0; i < count; i++) {
    size_t distance = r + 1 - known[models[i]].seen;
    if (distance * width > kWindow) continue;
    const uint8_t *other = rows + models[i] * width;
    int like = likeness(row, other, width);
    if (like <= best) continue;
    best = like;
    back = distance;
    *model = other;
  }
  return back;
}

// Returns whether enough of the block repeats.
EACH_MACHINE
static int find_tokens(
    token_list *list, const uint8_t *rows, size_t width, size_t period, const uint32_t *numbers,
    size_t count, known_row *known, uint32_t *sum) {
  adler_sums total = {1, 0};
  size_t reach = kWindow / width;
  size_t length = 0, distance = 0;  // of the match that is growing, in bytes and rows
  // What a new row may be like: the rows of the last two runs, and the latest new ones.
  uint32_t last = 0, last_but_one = 0, news[kModels];
  size_t runs = 0, new_count = 0;
  for (size_t r = 0; r < count;) {
    uint32_t n = numbers[r];
    size_t run = 1;
    while (r + run < count && numbers[r + run] == n) run++;
    known_row *it = &known[n];
    size_t found = 0;
    if (it->seen) {
      if (distance && distance <= r && numbers[r - distance] == n)
        found = distance;
      else if (r + 1 - it->seen <= reach)
        found = r + 1 - it->seen;
    } else {
      it->sums = sums_of(rows + n * width, width);
    }
    if (found && found == distance) {
      length += width;
    } else {
      if (length) add_match(list, length, distance * width);
      length = found ? width : 0;
      distance = found;
    }
    if (!found) {
      const uint8_t *row = rows + n * width, *model = row;
      uint32_t models[2 + kModels];
      size_t model_count = 0;
      if (runs > 0) models[model_count++] = last;
      if (runs > 1) models[model_count++] = last_but_one;
      for (size_t i = 0; i < new_count && i < kModels; i++) models[model_count++] = news[i];
      size_t back = best_model(rows, row, width, known, models, model_count, r, &model);
      add_new_row(list, row, width, model, back * width, period, 0);
      if (list->bytes > list->most_bytes) return 0;
      news[new_count++ % kModels] = n;
    }
    // The rest of the run, by the match that is growing as long as it fits.
    for (size_t k = 1; k < run; k++) {
      if (distance > 1 && distance <= r + k && numbers[r + k - distance] == n) {
        length += width;
        continue;
      }
      if (distance != 1) {
        if (length) add_match(list, length, distance * width);
        length = 0;
        distance = 1;
      }
      length += (run - k) * width;
      break;
    }
    add_sums(&total, it->sums, width, run);
    r += run;
    it->seen = (uint32_t)r;
    last_but_one = last;
    last = n;
    runs++;
  }
  if (length) add_match(list, length, distance * width);
  *sum = adler(total);
  return 1;
}

static size_t most_tokens(size_t count, size_t width) {
  // A byte that stands for itself, or a match of four at least but for the ends of long ones; a row
  // more may be looked at.
  return count * width / 4 + count * width / kShortest + 2 * width;
}

size_t hs_deflate_numbered_scratch(size_t distinct, size_t count, size_t width) {
  return most_tokens(count, width) + distinct * (sizeof(known_row) / sizeof(uint32_t));
}

size_t hs_deflate_numbered(
    const uint8_t *rows, size_t distinct, size_t width, size_t period, const uint32_t *numbers,
    size_t count, uint8_t *out, size_t capacity, uint32_t *scratch, uint32_t *sum) {
  if (width < 8 || width > kWindow || count == 0 || count * width > kMostSummed) return 0;
  token_list list = {.tokens = scratch, .most_bytes = count * width / 4};
  known_row *known = (known_row *)(scratch + most_tokens(count, width));
  memset(known, 0, distinct * sizeof *known);
  if (!find_tokens(&list, rows, width, period, numbers, count, known, sum)) return 0;
  return hs_put_tokens(&list, out, capacity);
}
