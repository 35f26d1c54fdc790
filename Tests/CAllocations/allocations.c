#include "allocations.h"

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HS_SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(HS_SANITIZED)

static __thread long count;

void *__libc_malloc(size_t size);

// Takes the place of the C library's function in the whole program.
void *malloc(size_t size) {
  count++;
  return __libc_malloc(size);
}

long hs_allocation_count(void) { return count; }

#else

long hs_allocation_count(void) { return -1; }

#endif
