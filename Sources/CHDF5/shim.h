// libhdf5's constants are macros over run-time globals, which Swift cannot import: here they are
// as functions.
#pragma once
#define H5_USE_110_API
#include <hdf5.h>
