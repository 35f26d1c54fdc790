#include "dispatch.h"

HS_CLONES void hs_add(const float *x, const float *y, float *z, long count) {
  for (long i = 0; i < count; i++) z[i] = x[i] + y[i];
}

HS_CLONES void hs_accumulate(const float *restrict x, float *restrict y, long count) {
  for (long i = 0; i < count; i++) y[i] += x[i];
}

HS_CLONES void hs_add_bias(const float *restrict bias, float *restrict x, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    float *row = x + r * columns;
    for (long c = 0; c < columns; c++) row[c] += bias[c];
  }
}

HS_CLONES void hs_column_sums(const float *restrict x, float *restrict sums, bool accumulates,
                              long rows, long columns) {
  if (!accumulates) memset(sums, 0, (size_t)columns * sizeof(float));
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    for (long c = 0; c < columns; c++) sums[c] += row[c];
  }
}

HS_CLONES double hs_sum_of_squares(const float *x, long count) {
  double total = 0;
  for (long start = 0; start < count; start += 4096) {
    HS_RELAXED
    long end = start + 4096 < count ? start + 4096 : count;
    double part = 0;
    for (long i = start; i < end; i++) part += (double)x[i] * (double)x[i];
    total += part;
  }
  return total;
}

HS_CLONES bool hs_all_finite(const float *x, long count) {
  uint32_t bad = 0;
  for (long i = 0; i < count; i++) bad |= (hs_to_bits(x[i]) & 0x7F800000u) == 0x7F800000u;
  return bad == 0;
}
