#define _GNU_SOURCE
#include "CFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static int ends[2] = {-1, -1};

static void note(int number) {
  int before = errno;
  unsigned char byte = (unsigned char)number;
  // A full pipe holds signals enough.
  ssize_t written = write(ends[1], &byte, 1);
  (void)written;
  errno = before;
}

int hs_watch_signals(const int *numbers, int count) {
  if (pipe(ends) != 0) return -1;
  for (int index = 0; index < 2; index++) fcntl(ends[index], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigset_t wanted;
  sigemptyset(&wanted);
  for (int index = 0; index < count; index++) {
    if (sigaction(numbers[index], &action, NULL) != 0) return -1;
    sigaddset(&wanted, numbers[index]);
  }
  // Whoever started this process may have held them back.
  if (sigprocmask(SIG_UNBLOCK, &wanted, NULL) != 0) return -1;
  return ends[0];
}
