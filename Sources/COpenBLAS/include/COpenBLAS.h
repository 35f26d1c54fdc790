// The part of OpenBLAS that TensorCore calls, opened when it is first used: on most machines the
// products are our own, and every command would start later by the time that loading it takes.
#pragma once
#include <cblas.h>

typedef struct {
  __typeof__(&cblas_sgemm) sgemm;
  __typeof__(&openblas_set_num_threads) set_num_threads;
  __typeof__(&openblas_get_corename) get_corename;
  __typeof__(&openblas_get_config) get_config;
} hs_openblas_table;

// The library, opened at the first call by whichever thread makes it; NULL where it cannot be, and
// `hs_openblas_problem` says why.
const hs_openblas_table *hs_openblas(void);
const char *hs_openblas_problem(void);
