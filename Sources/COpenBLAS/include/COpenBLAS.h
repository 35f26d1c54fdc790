// The part of OpenBLAS that TensorCore calls, opened when it is first used: on most machines the
// products are our own, and every command would start later by the time that loading it takes.
//
// Declared here, as cblas.h lies elsewhere on every system and may be another library's.
#pragma once

enum { HS_ROW_MAJOR = 101, HS_PLAIN = 111, HS_TRANSPOSED = 112 };

typedef struct {
  void (*sgemm)(
      int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *a,
      int lda, const float *b, int ldb, float beta, float *c, int ldc);
  void (*set_num_threads)(int count);
  char *(*get_corename)(void);
  char *(*get_config)(void);
} hs_openblas_table;

// The library, opened at the first call by whichever thread makes it; NULL where it cannot be, and
// `hs_openblas_problem` says why.
const hs_openblas_table *hs_openblas(void);
const char *hs_openblas_problem(void);
