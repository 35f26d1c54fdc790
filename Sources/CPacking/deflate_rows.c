#include "clones.h"
#include "packing.h"
#include "row_hash.h"
#include "tokens.h"

enum { kSlots = 1024 };  // of the table of rows by their hash

// Returns whether enough of the block repeats.
EACH_MACHINE
static int find_tokens(token_list *list, const uint8_t *in, size_t count, size_t width) {
  uint32_t last_seen[kSlots] = {0};  // 1 + the last row of that hash
  unsigned slot = 0;
  size_t rows = count / width, reach = kWindow / width;
  size_t length = 0, distance = 0;  // of the match that is growing
  // The last row unlike the one above, and the last one that was new.
  size_t before_run = 0, last_new = 0;
  for (size_t r = 0; r < rows; r++) {
    const uint8_t *row = in + r * width;
    if (distance == width) {
      // As long as rows stay the same, so does the hash.
      size_t more = same(row, row - width, (rows - r) * width) / width;
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
      if (r > 1) before_run = r - 2;
    } else {
      slot = (unsigned)(row_hash(row, width) % kSlots);
      size_t rows_back = last_seen[slot] ? r + 1 - last_seen[slot] : 0;
      if (!found && rows_back && rows_back <= reach && equal_rows(row, row - rows_back * width, width))
        found = rows_back * width;
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
      int best = likeness(row, row - model, width);
      for (int k = 0; k < 2; k++) {
        if (others[k] > kWindow) continue;
        int like = likeness(row, row - others[k], width);
        if (like > best) {
          best = like;
          model = others[k];
        }
      }
    }
    last_new = r;
    add_new_row(list, row, width, row - model, model, 1, r > 0);
    if (list->bytes > list->most_bytes) return 0;
  }
  if (length) add_match(list, length, distance);
  size_t rest = count - rows * width;
  if (rest) add_new_row(list, in + rows * width, rest, 0, 0, 1, rows > 0);
  return 1;
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
  if (!find_tokens(&list, in, count, width)) return 0;
  return hs_put_tokens(&list, out, capacity);
}
