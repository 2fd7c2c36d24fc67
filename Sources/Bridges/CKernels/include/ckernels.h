#pragma once
#include <stdint.h>
/// Instruction set chosen at run time: 0 portable, 1 AVX2+FMA.
int winnow_kernels_level(void);
