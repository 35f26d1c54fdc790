// OpenBLAS itself, for the machine's sgemm peak.
#pragma once
#include <cblas.h>
