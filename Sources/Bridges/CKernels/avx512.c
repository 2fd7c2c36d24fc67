// The same kernels with vectors of 16 floats and a tile for 32 registers of 64 bytes: 24 hold the tile, two a row of B.
#if defined(__x86_64__)
#include "include/ckernels.h"
#include <math.h>
#include <stddef.h>
#include <string.h>

#define LANES 16
#define TILE_ROWS 12
#define TILE_COLUMNS 32

#if defined(WINNOW_AVX512_AS_AVX2)
// For tests on processors without AVX-512: the same source, each vector as two registers of AVX2.
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#endif
#include "table.h"
#pragma clang attribute pop

const winnow_kernel_table winnow_kernels_avx512 = WINNOW_KERNEL_TABLE;
#endif
