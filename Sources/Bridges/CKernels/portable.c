// The kernels for any processor: vector types lowered to what the compiler may assume (SSE2 on x86-64, NEON on arm64).
#include "table.h"

const winnow_kernel_table winnow_kernels_portable = WINNOW_KERNEL_TABLE;
