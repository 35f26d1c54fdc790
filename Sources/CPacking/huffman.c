#include "huffman.h"

#include <string.h>

// Depths of the leaves of the best tree, in place, for ascending counts (Moffat and Katajainen, 1995).
static void depths(uint32_t *a, int n) {
  int root = 0, leaf = 2;
  a[0] += a[1];
  for (int next = 1; next < n - 1; next++) {
    uint32_t sum = 0;
    for (int child = 0; child < 2; child++) {
      if (leaf >= n || (root < next && a[root] < a[leaf])) {
        sum += a[root];
        a[root++] = (uint32_t)next;
      } else {
        sum += a[leaf++];
      }
    }
    a[next] = sum;
  }
  a[n - 2] = 0;
  for (int next = n - 3; next >= 0; next--) a[next] = a[a[next]] + 1;
  int available = 1, used = 0, next = n - 1;
  root = n - 2;
  for (uint32_t depth = 0; available > 0; depth++) {
    while (root >= 0 && a[root] == depth) {
      used++;
      root--;
    }
    for (; available > used; available--) a[next--] = depth;
    available = 2 * used;
    used = 0;
  }
}

void hs_make_code(const uint32_t *counts, int symbols, int limit, huffman_code *code) {
  uint16_t order[kLiterals];
  uint32_t sorted[kLiterals];
  int n = 0;
  memset(code, 0, sizeof *code);
  for (int symbol = 0; symbol < symbols; symbol++) {
    if (!counts[symbol]) continue;
    int at = n++;
    for (; at > 0 && counts[order[at - 1]] > counts[symbol]; at--) order[at] = order[at - 1];
    order[at] = (uint16_t)symbol;
  }
  for (int i = 0; i < n; i++) sorted[i] = counts[order[i]];
  depths(sorted, n);
  // Codes that are too long become as long as allowed; others are lengthened until all fit.
  int of_length[kLiterals + 1] = {0};
  for (int i = 0; i < n; i++) of_length[sorted[i] < (uint32_t)limit ? sorted[i] : (uint32_t)limit]++;
  uint32_t taken = 0;
  for (int length = 1; length <= limit; length++)
    taken += (uint32_t)of_length[length] << (limit - length);
  for (; taken > 1u << limit; taken--) {
    int length = limit - 1;
    while (!of_length[length]) length--;
    of_length[length]--;
    of_length[length + 1] += 2;
    of_length[limit]--;
  }
  // The rarest symbols get the longest codes; of one length they ascend with the symbols.
  for (int length = limit, i = 0; length > 0; length--)
    for (int k = 0; k < of_length[length]; k++) code->length[order[i++]] = (uint8_t)length;
  uint32_t next[16] = {0};
  for (int length = 1, first = 0; length <= limit; length++) {
    first = (first + (length > 1 ? of_length[length - 1] : 0)) << 1;
    next[length] = (uint32_t)first;
  }
  for (int symbol = 0; symbol < symbols; symbol++) {
    int length = code->length[symbol];
    if (length)
      code->code[symbol] = (uint16_t)(__builtin_bitreverse32(next[length]++) >> (32 - length));
  }
}
