// The same kernels for 64-bit ARM, where every processor has NEON: a vector of 8 floats is two registers, the tile of the matrix
// product 24 of 32.
#if defined(__aarch64__)
#include "table.h"

const winnow_kernel_table winnow_kernels_neon = WINNOW_KERNEL_TABLE;
#endif
