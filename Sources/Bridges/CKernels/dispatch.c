#include "include/ckernels.h"
#include <stddef.h>

extern const winnow_kernel_table winnow_kernels_portable;
#if defined(__x86_64__)
extern const winnow_kernel_table winnow_kernels_avx2;
#endif

int winnow_kernels_level(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? WINNOW_AVX2_FMA : WINNOW_PORTABLE;
#else
  return WINNOW_PORTABLE;
#endif
}

const winnow_kernel_table *winnow_kernels(int level) {
  if (level < WINNOW_PORTABLE || level > winnow_kernels_level()) return NULL;
#if defined(__x86_64__)
  if (level == WINNOW_AVX2_FMA) return &winnow_kernels_avx2;
#endif
  return &winnow_kernels_portable;
}
