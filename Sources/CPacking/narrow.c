#include <string.h>

#include "clones.h"
#include "packing.h"

EACH_MACHINE
int hs_narrow(const float *in, uint8_t *out, size_t count) {
  // Added to 2^23, a whole number from 0 to 255 stands in the lowest byte of the sum.
  const float shift = 8388608;
  uint32_t differences = 0;
  for (size_t i = 0; i < count; i++) {
    float x = in[i], sum = (x > 255 ? 255 : x) + shift, back = sum - shift;
    uint32_t bits, sum_bits;
    memcpy(&bits, &x, 4);
    memcpy(&sum_bits, &sum, 4);
    // No NaN equals itself; a negative zero equals zero.
    differences |= (uint32_t) !(back == x) | (bits & 0x80000000u);
    out[i] = (uint8_t)sum_bits;
  }
  return differences == 0;
}
