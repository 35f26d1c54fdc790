// System calls on files that the platform modules do not show to Swift.
#pragma once

/// Renames atomically and fails with EEXIST where `target` is there already.
/// Returns 0, or -1 with `errno` set, as rename(2) does.
int hs_rename_without_replacing(const char *source, const char *target);
