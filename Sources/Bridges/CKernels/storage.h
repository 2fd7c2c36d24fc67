// bfloat16 as storage: 16 bits in memory, fp32 in every computation.

typedef uint16_t halves __attribute__((ext_vector_type(LANES)));
typedef uint16_t halves_anywhere __attribute__((ext_vector_type(LANES), aligned(2), may_alias));
typedef uint32_t words __attribute__((ext_vector_type(LANES)));

INLINE floats load_bfloat(const uint16_t *p) {
  return __builtin_bit_cast(floats, __builtin_convertvector((halves)*(const halves_anywhere *)p, words) << 16);
}

INLINE float bfloat1(uint16_t x) { return __builtin_bit_cast(float, (uint32_t)x << 16); }

/// Round to nearest, ties to even; NaN stays NaN.
INLINE words round_to_bfloat(words bits) {
  words rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16, quiet = (bits >> 16) | 0x40;
  words is_nan = __builtin_bit_cast(words, (bits & 0x7FFFFFFF) > (words)0x7F800000u);
  return (quiet & is_nan) | (rounded & ~is_nan);
}

static void to_bfloat(const float *x, long n, uint16_t *out) {
  long i = 0;
  for (; i + LANES <= n; i += LANES)
    *(halves_anywhere *)(out + i) = __builtin_convertvector(round_to_bfloat(__builtin_bit_cast(words, load(x + i))), halves);
  for (; i < n; i++) out[i] = (uint16_t)round_to_bfloat((words)__builtin_bit_cast(uint32_t, x[i]))[0];
}

static void from_bfloat(const uint16_t *x, long n, float *out) {
  long i = 0;
  for (; i + LANES <= n; i += LANES) store(out + i, load_bfloat(x + i));
  for (; i < n; i++) out[i] = bfloat1(x[i]);
}

static void gemv_bfloat(const uint16_t *w, long rows, long n, const float *x, float *y) {
  for (long r = 0; r < rows; r++) {
    const uint16_t *p = w + r * n;
    floats s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    long i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES) {
      s0 += load_bfloat(p + i) * load(x + i);
      s1 += load_bfloat(p + i + LANES) * load(x + i + LANES);
      s2 += load_bfloat(p + i + 2 * LANES) * load(x + i + 2 * LANES);
      s3 += load_bfloat(p + i + 3 * LANES) * load(x + i + 3 * LANES);
    }
    for (; i + LANES <= n; i += LANES) s0 += load_bfloat(p + i) * load(x + i);
    float tail = 0;
    for (; i < n; i++) tail += bfloat1(p[i]) * x[i];
    y[r] = sum_lanes((s0 + s1) + (s2 + s3)) + tail;
  }
}
