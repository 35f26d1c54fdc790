#include <string.h>

#include "packing.h"

// In clang a comma inside a string separates clones; the thread sanitizer's runtime crashes on them.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer)
#define EACH_MACHINE \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define EACH_MACHINE
#endif

EACH_MACHINE
int hs_narrow(const float *in, uint8_t *out, size_t count) {
  // Added to 2^23, a whole number from 0 to 255 stands in the lowest byte of the sum.
  const float shift = 8388608;
  uint32_t differences = 0;
  for (size_t i = 0; i < count; i++) {
    float x = in[i], sum = (x > 255 ? 255 : x) + shift, back = sum - shift;
    uint32_t bits, back_bits, sum_bits;
    memcpy(&bits, &x, 4);
    memcpy(&back_bits, &back, 4);
    memcpy(&sum_bits, &sum, 4);
    differences |= (bits ^ back_bits) | (bits & 0x80000000u);
    out[i] = (uint8_t)sum_bits;
  }
  return differences == 0;
}
