#include "COpenBLAS.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {
#if defined(__APPLE__)
    "libopenblas.0.dylib",
    "/opt/homebrew/opt/openblas/lib/libopenblas.0.dylib",
    "/usr/local/opt/openblas/lib/libopenblas.0.dylib",
#else
    "libopenblas.so.0",
#endif
};

static hs_openblas_table table;
static char problem[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Notes why one name would not do, beside the others.
static void note(const char *name) {
  const char *reason = dlerror();
  size_t used = strlen(problem);
  snprintf(problem + used, sizeof problem - used, "%s%s", used ? "; " : "", reason ? reason : name);
}

static int find(void *library, const char *name, void *place) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL) return 0;
  memcpy(place, &symbol, sizeof symbol);
  return 1;
}

static void open_library(void) {
  for (size_t place = 0; place < sizeof names / sizeof *names; place++) {
    void *library = dlopen(names[place], RTLD_LAZY | RTLD_LOCAL);
    if (library != NULL && find(library, "cblas_sgemm", &table.sgemm)
        && find(library, "openblas_set_num_threads", &table.set_num_threads)
        && find(library, "openblas_get_corename", &table.get_corename)
        && find(library, "openblas_get_config", &table.get_config)) {
      problem[0] = 0;
      return;
    }
    note(names[place]);
  }
}

const hs_openblas_table *hs_openblas(void) {
  pthread_once(&once, open_library);
  return problem[0] ? NULL : &table;
}

const char *hs_openblas_problem(void) {
  pthread_once(&once, open_library);
  return problem[0] ? problem : NULL;
}
