// The part of OpenBLAS that TensorCore calls.
#pragma once
#include <cblas.h>
