#include "CHDF5.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// The binary interface of hdf5.h's release, where it is known; Debian calls the plain build "serial".
#if H5_VERS_MAJOR == 1 && H5_VERS_MINOR == 10
#define HS_INTERFACE ".103"
#elif H5_VERS_MAJOR == 1 && H5_VERS_MINOR == 12
#define HS_INTERFACE ".200"
#elif H5_VERS_MAJOR == 1 && H5_VERS_MINOR == 14
#define HS_INTERFACE ".310"
#else
#define HS_INTERFACE ""
#endif

static const char *const names[] = {
#if defined(__APPLE__)
    "libhdf5" HS_INTERFACE ".dylib",
    "/opt/homebrew/lib/libhdf5" HS_INTERFACE ".dylib",
    "/usr/local/lib/libhdf5" HS_INTERFACE ".dylib",
#else
    "libhdf5_serial.so" HS_INTERFACE,
    "libhdf5.so" HS_INTERFACE,
#endif
};

static hs_hdf5_table table;
static char problem[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Notes why one name would not do, beside the others.
static void note(const char *reason) {
  size_t used = strlen(problem);
  snprintf(problem + used, sizeof problem - used, "%s%s", used ? "; " : "", reason);
}

static int find(void *library, const char *name, void *place) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL) {
    const char *reason = dlerror();
    note(reason ? reason : name);
    return 0;
  }
  memcpy(place, &symbol, sizeof symbol);
  return 1;
}

// Functions whose plain names are macros are asked for by the names that those stand for.
#define HS_TEXT(name) #name
#define HS_FIND(name) \
  if (!find(library, HS_TEXT(name), &table.name)) return 0;
#define HS_FIND_VARIABLE(name, variable) \
  if (!find(library, HS_TEXT(variable), &table.variable)) return 0;

static int fill(void *library) {
  HS_HDF5_FUNCTIONS(HS_FIND)
  HS_HDF5_IDENTIFIERS(HS_FIND_VARIABLE)
  // The layout of what functions take and give is that of the release.
  unsigned major = 0, minor = 0, release = 0;
  if (table.H5get_libversion(&major, &minor, &release) < 0 || major != H5_VERS_MAJOR
      || minor != H5_VERS_MINOR) {
    char reason[80];
    snprintf(
        reason, sizeof reason, "found release %u.%u, expected %d.%d", major, minor, H5_VERS_MAJOR,
        H5_VERS_MINOR);
    note(reason);
    return 0;
  }
  // The identifiers are there once the library has initialised itself. No file may make it load code.
  if (table.H5open() < 0 || table.H5PLset_loading_state(0) < 0) {
    note("it cannot initialise itself");
    return 0;
  }
  return 1;
}

static void open_library(void) {
  for (size_t place = 0; place < sizeof names / sizeof *names; place++) {
    void *library = dlopen(names[place], RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) {
      const char *reason = dlerror();
      note(reason ? reason : names[place]);
    } else if (fill(library)) {
      problem[0] = 0;
      return;
    }
  }
  memset(&table, 0, sizeof table);
}

const hs_hdf5_table *hs_hdf5(void) {
  pthread_once(&once, open_library);
  return &table;
}

const char *hs_hdf5_problem(void) {
  pthread_once(&once, open_library);
  return problem[0] ? problem : NULL;
}
