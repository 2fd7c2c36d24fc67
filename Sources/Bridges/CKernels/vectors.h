// Vector types shared by all kernels, independent of the instruction set: the compiler lowers them for the target of the
// file that includes this. Products and sums may be contracted to fused multiply-adds where the target has them.
#pragma once
#include "include/ckernels.h"
#include <math.h>
#include <stddef.h>
#include <string.h>

#pragma clang fp contract(fast)
// Vectors wider than the target's registers never cross a call: all helpers are inlined.
#pragma clang diagnostic ignored "-Wpsabi"
#define INLINE static inline __attribute__((always_inline))
/// Before a loop over a few registers.
#define UNROLLED _Pragma("clang loop unroll(full)")

/// Floats that the kernels handle together: 8, or 16 where registers have 64 bytes.
#if !defined(LANES)
#define LANES 8
#endif

typedef float floats __attribute__((ext_vector_type(LANES)));
typedef float floats_anywhere __attribute__((ext_vector_type(LANES), aligned(4), may_alias));
typedef int32_t integers __attribute__((ext_vector_type(LANES)));
typedef float eight __attribute__((ext_vector_type(8)));
typedef float eight_anywhere __attribute__((ext_vector_type(8), aligned(4), may_alias));
typedef double eight_doubles __attribute__((ext_vector_type(8)));

INLINE floats load(const float *p) { return *(const floats_anywhere *)p; }
INLINE void store(float *p, floats v) { *(floats_anywhere *)p = v; }
INLINE eight load_eight(const float *p) { return *(const eight_anywhere *)p; }
INLINE void store_eight(float *p, eight v) { *(eight_anywhere *)p = v; }
INLINE floats splat(float x) { return (floats)x; }
INLINE floats max_of(floats a, floats b) { return a > b ? a : b; }
INLINE floats min_of(floats a, floats b) { return a < b ? a : b; }

/// Pairwise in a fixed order.
INLINE float sum_lanes(floats all) {
#if LANES == 16
  eight v = all.lo + all.hi;
#else
  eight v = all;
#endif
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}
INLINE float max_lanes(floats all) {
#if LANES == 16
  eight v = all.lo > all.hi ? all.lo : all.hi;
#else
  eight v = all;
#endif
  return fmaxf(fmaxf(fmaxf(v[0], v[4]), fmaxf(v[2], v[6])), fmaxf(fmaxf(v[1], v[5]), fmaxf(v[3], v[7])));
}

/// e^x, relative error below 2e-7; 0 below -87.3 (also for -inf), e^88.3 above 88.3. Cephes expf.
INLINE floats exp_lanes(floats x) {
  const floats low = splat(-87.3f);
  const floats magic = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
  floats bounded = min_of(max_of(x, low), splat(88.3f));
  floats shifted = bounded * 1.44269504088896341f + magic;
  floats n = shifted - magic;
  floats r = bounded - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  floats p = splat(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  integers power = (__builtin_convertvector(n, integers) + 127) << 23;
  floats result = p * __builtin_bit_cast(floats, power);
  return __builtin_bit_cast(floats, __builtin_bit_cast(integers, result) & (x >= low));
}

INLINE float exp1(float x) { return exp_lanes(splat(x))[0]; }

/// tanh x, relative error below 3e-7: a polynomial near 0 (Cephes tanhf), 1 - 2 / (e^2x + 1) elsewhere.
INLINE floats tanh_lanes(floats x) {
  floats square = x * x, p = splat(-5.70498872745e-3f);
  p = p * square + 2.06390887954e-2f;
  p = p * square - 5.37397155531e-2f;
  p = p * square + 1.33314422036e-1f;
  p = p * square - 3.33332819422e-1f;
  floats near = p * square * x + x, far = 1.0f - 2.0f / (exp_lanes(x + x) + 1.0f);
  integers small = square < splat(0.625f * 0.625f);
  return __builtin_bit_cast(
    floats, (__builtin_bit_cast(integers, near) & small) | (__builtin_bit_cast(integers, far) & ~small));
}

/// The 8 x 8 transpose of eight vectors.
INLINE void transpose8(eight r[8]) {
  eight t[8];
  for (int i = 0; i < 4; i++) {
    t[2 * i] = __builtin_shufflevector(r[2 * i], r[2 * i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    t[2 * i + 1] = __builtin_shufflevector(r[2 * i], r[2 * i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  eight u[8];
  for (int h = 0; h < 8; h += 4) {
    u[h + 0] = __builtin_shufflevector(t[h + 0], t[h + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    u[h + 1] = __builtin_shufflevector(t[h + 1], t[h + 3], 0, 1, 8, 9, 4, 5, 12, 13);
    u[h + 2] = __builtin_shufflevector(t[h + 0], t[h + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    u[h + 3] = __builtin_shufflevector(t[h + 1], t[h + 3], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 4; i++) {
    r[i] = __builtin_shufflevector(u[i], u[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    r[i + 4] = __builtin_shufflevector(u[i], u[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}
