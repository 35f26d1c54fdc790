#define _GNU_SOURCE
#include "CFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__linux__)
#include <sched.h>
#include <sys/prctl.h>
#endif

extern char **environ;

// Sanitizers lay out terabytes of addresses, which no limit of memory could allow.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HS_IS_SANITIZED
#endif
#endif

// Sets a limit, and how far it may be raised later; neither goes beyond what this process has.
static int limit(int resource, unsigned long long value, unsigned long long most) {
  struct rlimit wanted = {(rlim_t)value, (rlim_t)(most > value ? most : value)};
  struct rlimit now;
  if (getrlimit(resource, &now) == 0 && now.rlim_max != RLIM_INFINITY) {
    if (now.rlim_max < wanted.rlim_max) wanted.rlim_max = now.rlim_max;
    if (now.rlim_max < wanted.rlim_cur) wanted.rlim_cur = now.rlim_max;
  }
  return setrlimit(resource, &wanted);
}

static int raise_limit(int resource, unsigned long long value) {
  struct rlimit now;
  if (getrlimit(resource, &now) != 0) return -1;
  rlim_t wanted = (rlim_t)value < now.rlim_max ? (rlim_t)value : now.rlim_max;
  if (wanted <= now.rlim_cur) return 0;
  now.rlim_cur = wanted;
  return setrlimit(resource, &now);
}

static const char *crash_prefix, *crash_place;

static void say(const char *text) {
  size_t length = 0;
  while (text[length] != 0) length++;
  ssize_t written = write(2, text, length);
  (void)written;
}

// Calls nothing but what a signal handler may.
static void report(int signal) {
  say(crash_prefix), say(crash_place), say("\n");
  // The handler is gone after its first call: the same signal ends the process.
  raise(signal);
}

void hs_report_place(const char *prefix, const char *place) {
  static char stack[1 << 16];
  crash_prefix = prefix, crash_place = place;
  // A stack of its own for this thread, for the one in use may be what ran out.
  stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&own, NULL);
  struct sigaction action = {.sa_handler = report, .sa_flags = (int)(SA_RESETHAND | SA_ONSTACK | SA_NODEFER)};
  const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGTRAP, SIGFPE, SIGXCPU};
  for (size_t index = 0; index < sizeof signals / sizeof *signals; index++)
    sigaction(signals[index], &action, NULL);
}

int hs_raise_guard(unsigned long long memory_bytes, unsigned long long cpu_seconds) {
  if (raise_limit(RLIMIT_CPU, cpu_seconds) != 0) return -1;
#if defined(__linux__) && !defined(HS_IS_SANITIZED)
  return raise_limit(RLIMIT_AS, memory_bytes);
#else
  (void)memory_bytes;
  return 0;
#endif
}

int hs_enter_guard(unsigned long long memory_bytes, unsigned long long most_memory_bytes,
                   unsigned long long cpu_seconds, unsigned long long most_cpu_seconds) {
#if defined(__linux__)
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  // No network, where the system lets us; a process without it is no worse than before.
  if (unshare(CLONE_NEWNET) != 0) unshare(CLONE_NEWUSER | CLONE_NEWNET);
#endif
  for (int descriptor = 3; descriptor < 256; descriptor++) close(descriptor);
  if (limit(RLIMIT_CORE, 0, 0) != 0) return -1;
  if (limit(RLIMIT_CPU, cpu_seconds, most_cpu_seconds) != 0) return -1;
  // It writes to pipes only; a regular file could not grow by a byte.
  if (limit(RLIMIT_FSIZE, 0, 0) != 0 || limit(RLIMIT_NOFILE, 64, 64) != 0) return -1;
#if defined(__linux__) && !defined(HS_IS_SANITIZED)
  if (limit(RLIMIT_AS, memory_bytes, most_memory_bytes) != 0) return -1;
#else
  (void)memory_bytes, (void)most_memory_bytes;
#endif
  return 0;
}

int hs_spawn(const char *path, char *const arguments[], int *pid, int *output, int *error) {
  int out[2], err[2];
  if (pipe(out) != 0) return errno;
  if (pipe(err) != 0) {
    int code = errno;
    close(out[0]), close(out[1]);
    return code;
  }
  for (int index = 0; index < 2; index++) {
    fcntl(out[index], F_SETFD, FD_CLOEXEC);
    fcntl(err[index], F_SETFD, FD_CLOEXEC);
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  pid_t child = 0;
  int code = posix_spawn(&child, path, &actions, NULL, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]), close(err[1]);
  if (code != 0) {
    close(out[0]), close(err[0]);
    return code;
  }
  *pid = (int)child, *output = out[0], *error = err[0];
  return 0;
}
