// Makes something happen at the k-th call on a file below FAULT_FOLDER: of all calls that make, fill,
// sync and name files. FAULT_AT is k; FAULT_ERROR is the number of the error that the call fails with,
// or one of the numbers below. When the call was reached, the file FAULT_MARK is made. FAULT_DELAY is
// how many microseconds every such call waits first. In the folder FAULT_RECORD every file that gets
// a name below FAULT_FOLDER has a second one, under which it stays when another takes its place.
// Libraries whose names contain FAULT_LIBRARY cannot be opened.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
  kShort = 1000,   // one byte is written of many
  kKill = 2000,    // the process dies before the call
  kTorn = 2001,    // half is written, then the process dies; of other calls, it dies before
  kSignal = 3000,  // and more: this process gets the signal of that number above it
};
static atomic_int calls;
static char watched[65536];

static int number(const char *name) {
  const char *text = getenv(name);
  return text ? atoi(text) : -1;
}

static void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

static int below(const char *path) {
  const char *folder = getenv("FAULT_FOLDER");
  return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

/// Whether this call is the one that fails; `errno` is set then.
static int strikes(void) {
  int delay = number("FAULT_DELAY");
  if (delay > 0) usleep((useconds_t)delay);
  if (atomic_fetch_add(&calls, 1) + 1 != number("FAULT_AT")) return 0;
  const char *mark = getenv("FAULT_MARK");
  long file = syscall(SYS_openat, AT_FDCWD, mark, O_WRONLY | O_CREAT, 0666);
  if (file >= 0) syscall(SYS_close, file);
  errno = number("FAULT_ERROR");
  if (errno == kKill) die();
  if (errno >= kSignal) {
    kill(getpid(), errno - kSignal);
    return 0;
  }
  return 1;
}

/// The same for a call that writes nothing, of which nothing can be torn.
static int strikes_whole(void) {
  if (number("FAULT_ERROR") == kShort || !strikes()) return 0;
  if (number("FAULT_ERROR") == kTorn) die();
  return 1;
}

static int is_watched(int file) { return file >= 0 && file < (int)sizeof watched && watched[file]; }

static int opened(int file, const char *path) {
  if (file >= 0 && file < (int)sizeof watched) watched[file] = below(path);
  return file;
}

int open(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  int mode = va_arg(list, int);
  va_end(list);
  int writes = (flags & O_ACCMODE) != O_RDONLY;
  if (writes && below(path) && strikes_whole()) return -1;
  int file = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  // Folders are opened for reading, and synced.
  return writes || (flags & O_DIRECTORY) ? opened(file, path) : file;
}

int open64(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  int mode = va_arg(list, int);
  va_end(list);
  return open(path, flags, mode);
}

ssize_t write(int file, const void *bytes, size_t count) {
  if (is_watched(file) && strikes()) {
    if (number("FAULT_ERROR") == kTorn) {
      syscall(SYS_write, file, bytes, count / 2);
      die();
    }
    if (number("FAULT_ERROR") != kShort) return -1;
    count = count > 1 ? 1 : count;
  }
  return syscall(SYS_write, file, bytes, count);
}

#define FAIL_IF(condition) \
  if (condition && strikes_whole()) return -1

int fsync(int file) {
  FAIL_IF(is_watched(file));
  return (int)syscall(SYS_fsync, file);
}

int ftruncate(int file, off_t size) {
  FAIL_IF(is_watched(file));
  return (int)syscall(SYS_ftruncate, file, size);
}

int posix_fallocate(int file, off_t start, off_t size) {
  if (is_watched(file) && strikes_whole()) return number("FAULT_ERROR");
  return syscall(SYS_fallocate, file, 0, start, size) == 0 ? 0 : errno;
}

int close(int file) {
  int was = is_watched(file);
  if (was) watched[file] = 0;
  int result = (int)syscall(SYS_close, file);
  FAIL_IF(was);
  return result;
}

/// Gives what now stands under `path` a second name: its number and its own.
static void record(const char *path) {
  static atomic_int count;
  const char *folder = getenv("FAULT_RECORD"), *name = strrchr(path, '/');
  if (!folder || !below(path)) return;
  char kept[4096];
  snprintf(kept, sizeof kept, "%s/%04d-%s", folder, atomic_fetch_add(&count, 1),
           name ? name + 1 : path);
  syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, kept, 0);
}

int rename(const char *source, const char *target) {
  FAIL_IF(below(target));
  int result = (int)syscall(SYS_renameat2, AT_FDCWD, source, AT_FDCWD, target, 0);
  if (result == 0) record(target);
  return result;
}

int renameat2(int a, const char *source, int b, const char *target, unsigned flags) {
  FAIL_IF(below(target));
  return (int)syscall(SYS_renameat2, a, source, b, target, flags);
}

int mkdir(const char *path, mode_t mode) {
  FAIL_IF(below(path));
  return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

void *dlopen(const char *name, int flags) {
  static void *(*real)(const char *, int);
  if (!real) real = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");
  const char *refused = getenv("FAULT_LIBRARY");
  return real(name && refused && strstr(name, refused) ? "/nonexistent/library.so" : name, flags);
}
