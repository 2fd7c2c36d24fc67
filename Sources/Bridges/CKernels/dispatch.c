#include "include/ckernels.h"
#include <stddef.h>

extern const winnow_kernel_table winnow_kernels_portable;
#if defined(__x86_64__)
extern const winnow_kernel_table winnow_kernels_avx2, winnow_kernels_avx512;

static int runs_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

/// The processor has the instructions, and the system keeps their registers.
static int runs_avx512(void) {
#if defined(WINNOW_AVX512_AS_AVX2)
  return runs_avx2();
#else
  return runs_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
    && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
}
#elif defined(__aarch64__)
extern const winnow_kernel_table winnow_kernels_neon;
#endif

const winnow_kernel_table *winnow_kernels(int level) {
  switch (level) {
    case WINNOW_PORTABLE: return &winnow_kernels_portable;
#if defined(__x86_64__)
    case WINNOW_AVX2_FMA: return runs_avx2() ? &winnow_kernels_avx2 : NULL;
    case WINNOW_AVX512: return runs_avx512() ? &winnow_kernels_avx512 : NULL;
#elif defined(__aarch64__)
    case WINNOW_NEON: return &winnow_kernels_neon;
#endif
    default: return NULL;
  }
}

int winnow_kernels_level(void) {
  int level = WINNOW_NEON;
  while (winnow_kernels(level) == NULL) level--;
  return level;
}
