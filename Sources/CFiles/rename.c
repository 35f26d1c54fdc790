#define _GNU_SOURCE
#include "CFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int hs_rename_without_replacing(const char *source, const char *target) {
#if defined(__APPLE__)
  int result = renamex_np(source, target, RENAME_EXCL);
#else
  int result = renameat2(AT_FDCWD, source, AT_FDCWD, target, RENAME_NOREPLACE);
#endif
  if (result == 0 || (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP)) return result;
  // A file system without that call. A hard link does not replace either; a folder, which can have
  // none, replaces by rename(2) nothing but an empty folder.
  struct stat status;
  if (lstat(source, &status) != 0) return -1;
  if (S_ISDIR(status.st_mode)) {
    if (lstat(target, &status) == 0) {
      errno = EEXIST;
      return -1;
    }
    return errno == ENOENT ? rename(source, target) : -1;
  }
  if (link(source, target) != 0) return -1;
  return unlink(source);
}
