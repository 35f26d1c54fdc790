// Functions that are made for several kinds of processors, of which the program takes the best as it
// starts. In clang a comma inside a string separates clones; the thread sanitizer's runtime crashes on
// them.
#pragma once

#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer)
#define EACH_MACHINE \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define EACH_MACHINE
#endif
