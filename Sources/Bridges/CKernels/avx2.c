// The same kernels compiled for AVX2 and FMA by function attribute, so that the package needs no compiler flags.
#if defined(__x86_64__)
#include "include/ckernels.h"
#include <math.h>
#include <stddef.h>
#include <string.h>

// The inner loop of the matrix product by hand.
#define WINNOW_X86_ASSEMBLY

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "table.h"
#pragma clang attribute pop

const winnow_kernel_table winnow_kernels_avx2 = WINNOW_KERNEL_TABLE;
#endif
