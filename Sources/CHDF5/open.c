#include "CHDF5.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// The binary interface that hdf5.h promises; Debian calls the plain build "serial".
#if H5_VERS_MAJOR == 1 && H5_VERS_MINOR == 10
#define HS_INTERFACE "103"
#elif H5_VERS_MAJOR == 1 && H5_VERS_MINOR == 12
#define HS_INTERFACE "200"
#elif H5_VERS_MAJOR == 1 && H5_VERS_MINOR == 14
#define HS_INTERFACE "310"
#else
#error "hdf5.h is of a release that is not known here; expected 1.10, 1.12 or 1.14"
#endif

static const char *const names[] = {
#if defined(__APPLE__)
    "libhdf5." HS_INTERFACE ".dylib",
    "/opt/homebrew/lib/libhdf5." HS_INTERFACE ".dylib",
    "/usr/local/lib/libhdf5." HS_INTERFACE ".dylib",
#else
    "libhdf5_serial.so." HS_INTERFACE,
    "libhdf5.so." HS_INTERFACE,
#endif
};

static hs_hdf5_table table;
static char problem[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fail(const char *reason) {
  memset(&table, 0, sizeof table);
  snprintf(problem, sizeof problem, "%s", reason);
}

static int find(void *library, const char *name, void *place) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL) {
    const char *reason = dlerror();
    fail(reason ? reason : name);
    return 0;
  }
  memcpy(place, &symbol, sizeof symbol);
  return 1;
}

// Functions whose plain names are macros are asked for by the names that those stand for.
#define HS_TEXT(name) #name
#define HS_FIND(name) \
  if (!find(library, HS_TEXT(name), &table.name)) return;
#define HS_FIND_VARIABLE(name, variable) \
  if (!find(library, HS_TEXT(variable), &table.variable)) return;

static void open_library(void) {
  void *library = NULL;
  for (size_t place = 0; library == NULL && place < sizeof names / sizeof *names; place++)
    library = dlopen(names[place], RTLD_LAZY | RTLD_LOCAL);
  if (library == NULL) {
    const char *reason = dlerror();
    fail(reason ? reason : names[0]);
    return;
  }
  HS_HDF5_FUNCTIONS(HS_FIND)
  HS_HDF5_IDENTIFIERS(HS_FIND_VARIABLE)
  // The identifiers are there once the library has initialised itself. No file may make it load code.
  if (table.H5open() < 0 || table.H5PLset_loading_state(0) < 0)
    fail("it cannot initialise itself");
}

const hs_hdf5_table *hs_hdf5(void) {
  pthread_once(&once, open_library);
  return &table;
}

const char *hs_hdf5_problem(void) {
  pthread_once(&once, open_library);
  return problem[0] ? problem : NULL;
}
