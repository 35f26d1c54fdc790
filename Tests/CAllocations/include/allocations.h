// Counts what a thread allocates, for tests that say nothing is.
#pragma once

// Calls of malloc by this thread since it began, or -1 where they cannot be counted.
long hs_allocation_count(void);
