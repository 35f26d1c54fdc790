#define _GNU_SOURCE
#include "CFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#elif defined(__APPLE__)
#include <pthread.h>
#include <sys/event.h>
#endif

extern char **environ;

int hs_spawn_job(const char *path, char *const arguments[], int log, int *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, log, 1);
  posix_spawn_file_actions_adddup2(&actions, log, 2);
  // A group of its own: what a terminal sends to the parent's group is the parent's to pass on.
  // Signals as at the start of a program, whatever this one ignores or blocks.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGPIPE};
  for (int index = 0; index < 5; index++) sigaddset(&usual, numbers[index]);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  int code = posix_spawn(&child, path, &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  *pid = (int)child;
  return code;
}

#if defined(__APPLE__)
static void *wait_for_end(void *argument) {
  int parent = (int)(long)argument;
  int queue = kqueue();
  struct kevent change, event;
  EV_SET(&change, parent, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, NULL);
  if (queue >= 0) kevent(queue, &change, 1, &event, 1, NULL);
  _exit(128 + SIGKILL);
}
#endif

int hs_die_with_parent(int parent) {
#if defined(__linux__)
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#elif defined(__APPLE__)
  pthread_t thread;
  if (pthread_create(&thread, NULL, wait_for_end, (void *)(long)parent) == 0) pthread_detach(thread);
#endif
  // It may have died before it was asked after.
  if (getppid() == parent) return 0;
  errno = ESRCH;
  return -1;
}
