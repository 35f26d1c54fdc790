// System calls on files that the platform modules do not show to Swift, and what Swift is slow at.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Renames atomically and fails with EEXIST where `target` is there already.
/// Returns 0, or -1 with `errno` set, as rename(2) does.
int hs_rename_without_replacing(const char *source, const char *target);

/// Takes from this process what a reader of hostile files does not need: memory and processor time
/// beyond the limits, files to write, core dumps, the network, other descriptors than the standard
/// ones, and new privileges. It dies with its parent. Returns 0, or -1 with `errno` set.
///
/// Both limits may be raised later, up to `most_memory_bytes` and `most_cpu_seconds`.
int hs_enter_guard(unsigned long long memory_bytes, unsigned long long most_memory_bytes,
                   unsigned long long cpu_seconds, unsigned long long most_cpu_seconds);

/// Lets this process say, when it crashes, what it was at: `place`, which somebody keeps up to date,
/// goes to standard error in a line that begins with `prefix`. Both must live as long as the process.
void hs_report_place(const char *prefix, const char *place);

/// Raises the limits of hs_enter_guard, as far as they may be. Returns 0, or -1 with `errno` set.
int hs_raise_guard(unsigned long long memory_bytes, unsigned long long cpu_seconds);

/// Starts a program with nothing to read and pipes for its output and errors.
/// Returns 0, or the system's error number.
int hs_spawn(const char *path, char *const arguments[], int *pid, int *output, int *error);

/// Starts a program in a process group of its own, with nothing to read and both its output and its
/// errors appended to an open file. Returns 0, or the system's error number.
int hs_spawn_job(const char *path, char *const arguments[], int log, int *pid);

/// Lets this process die at once when `parent` does. Returns 0, or -1 where `parent` is gone already.
int hs_die_with_parent(int parent);

/// Turns signals into bytes, a signal's number each, that can be read from the descriptor returned;
/// -1 with `errno` set where that fails. To be called once; from then on no signal is lost.
int hs_watch_signals(const int *numbers, int count);

/// Works blocks of 64 bytes into the state of SHA-256 (FIPS 180-4), with the processor's own
/// instructions where it has them.
void hs_sha256(uint32_t state[8], const uint8_t *blocks, size_t count);
/// The same without those.
void hs_sha256_plainly(uint32_t state[8], const uint8_t *blocks, size_t count);
