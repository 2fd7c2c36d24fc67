// AdamW (Loshchilov and Hutter 2019) and reductions in a fixed order.

static void adamw(const winnow_adamw *o, float *weight, const float *gradient, float *moment1, float *moment2, long n) {
  float decay = 1.0f - o->learning_rate * o->weight_decay;
  float rate = o->learning_rate / o->correction1;
  float inverse = 1.0f / o->correction2;
  long i = 0;
  for (; i + LANES <= n; i += LANES) {
    floats g = load(gradient + i) * o->gradient_scale;
    floats m = load(moment1 + i) * o->beta1 + g * (1.0f - o->beta1);
    floats v = load(moment2 + i) * o->beta2 + g * g * (1.0f - o->beta2);
    store(moment1 + i, m);
    store(moment2 + i, v);
    store(weight + i, load(weight + i) * decay - rate * m / (__builtin_elementwise_sqrt(v * inverse) + o->epsilon));
  }
  for (; i < n; i++) {
    float g = gradient[i] * o->gradient_scale;
    float m = moment1[i] * o->beta1 + g * (1.0f - o->beta1);
    float v = moment2[i] * o->beta2 + g * g * (1.0f - o->beta2);
    moment1[i] = m;
    moment2[i] = v;
    weight[i] = weight[i] * decay - rate * m / (sqrtf(v * inverse) + o->epsilon);
  }
}

static void adam_direction(
  const winnow_adamw *o, const float *weight, float *gradient, float *moment1, float *moment2, long n) {
  float rate = 1.0f / o->correction1, inverse = 1.0f / o->correction2;
  long i = 0;
  for (; i + LANES <= n; i += LANES) {
    floats g = load(gradient + i) * o->gradient_scale;
    floats m = load(moment1 + i) * o->beta1 + g * (1.0f - o->beta1);
    floats v = load(moment2 + i) * o->beta2 + g * g * (1.0f - o->beta2);
    store(moment1 + i, m);
    store(moment2 + i, v);
    floats direction = rate * m / (__builtin_elementwise_sqrt(v * inverse) + o->epsilon);
    store(gradient + i, direction + o->weight_decay * load(weight + i));
  }
  for (; i < n; i++) {
    float g = gradient[i] * o->gradient_scale;
    float m = moment1[i] * o->beta1 + g * (1.0f - o->beta1);
    float v = moment2[i] * o->beta2 + g * g * (1.0f - o->beta2);
    moment1[i] = m;
    moment2[i] = v;
    gradient[i] = rate * m / (sqrtf(v * inverse) + o->epsilon) + o->weight_decay * weight[i];
  }
}

static void nesterov(float momentum, float gradient_scale, float *gradient, float *moment, long n) {
  for (long i = 0; i < n; i++) {
    float g = gradient[i] * gradient_scale;
    float m = moment[i] * momentum + g * (1.0f - momentum);
    moment[i] = m;
    gradient[i] = g * (1.0f - momentum) + m * momentum;
  }
}

static void scale_and_add(float scale, float *x, float factor, const float *y, long n) {
  for (long i = 0; i < n; i++) x[i] = x[i] * scale + factor * y[i];
}

static double sum_of_squares(const float *x, long n) {
  eight_doubles s = {0};
  long i = 0;
  for (; i + 8 <= n; i += 8) {
    eight_doubles v = __builtin_convertvector(load_eight(x + i), eight_doubles);
    s += v * v;
  }
  double tail = 0;
  for (; i < n; i++) tail += (double)x[i] * (double)x[i];
  return (((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))) + tail;
}

static void sum_rows(const float *x, long rows, long n, long begin, long end, float *out) {
  for (long r = 0; r < rows; r++) {
    const float *in = x + r * n;
    long i = begin;
    for (; i + LANES <= end; i += LANES) store(out + i, load(out + i) + load(in + i));
    for (; i < end; i++) out[i] += in[i];
  }
}

/// Twelve chains that do not wait for each other, so that the latency of one is hidden by the others.
static float multiply_adds(long n) {
  floats sums[12], factor = splat(0.999999f), addend = splat(1e-7f), all = {0};
  for (int i = 0; i < 12; i++) sums[i] = splat(0.1f * (float)i);
  for (; n > 0; n -= LANES / 8) {
    UNROLLED for (int i = 0; i < 12; i++) sums[i] = sums[i] * factor + addend;
  }
  for (int i = 0; i < 12; i++) all += sums[i];
  return sum_lanes(all);
}
