// Row-wise kernels: normalization, rotation, activation, loss, embedding.

static void rms_norm(const float *x, const float *weight, long rows, long n, float epsilon, float *y, float *inverse_rms) {
  for (long r = 0; r < rows; r++) {
    const float *in = x + r * n;
    float *out = y + r * n;
    floats s0 = {0}, s1 = {0};
    long i = 0;
    for (; i + 2 * LANES <= n; i += 2 * LANES) {
      floats a = load(in + i), b = load(in + i + LANES);
      s0 += a * a;
      s1 += b * b;
    }
    float tail = 0;
    for (; i < n; i++) tail += in[i] * in[i];
    float inverse = 1.0f / sqrtf((sum_lanes(s0 + s1) + tail) / (float)n + epsilon);
    inverse_rms[r] = inverse;
    for (i = 0; i + LANES <= n; i += LANES) store(out + i, load(in + i) * inverse * load(weight + i));
    for (; i < n; i++) out[i] = in[i] * inverse * weight[i];
  }
}

static void rms_norm_backward(
  const float *x, const float *weight, const float *inverse_rms, const float *dy, long rows, long n, float *dx,
  float *dweight) {
  for (long r = 0; r < rows; r++) {
    const float *in = x + r * n, *d = dy + r * n;
    float *out = dx + r * n;
    floats sum = {0};
    float tail = 0;
    long i = 0;
    for (; i + LANES <= n; i += LANES) sum += load(d + i) * load(weight + i) * load(in + i);
    for (; i < n; i++) tail += d[i] * weight[i] * in[i];
    float inverse = inverse_rms[r];
    float common = (sum_lanes(sum) + tail) * inverse * inverse * inverse / (float)n;
    for (i = 0; i + LANES <= n; i += LANES) {
      floats v = load(in + i), g = load(d + i);
      store(out + i, load(out + i) + (g * load(weight + i) * inverse - v * common));
      store(dweight + i, load(dweight + i) + g * v * inverse);
    }
    for (; i < n; i++) {
      out[i] += d[i] * weight[i] * inverse - in[i] * common;
      dweight[i] += d[i] * in[i] * inverse;
    }
  }
}

static void layer_norm(
  const float *x, const float *weight, const float *bias, long rows, long n, float epsilon, float *y, float *factors) {
  for (long r = 0; r < rows; r++) {
    const float *in = x + r * n;
    float *out = y + r * n;
    floats sum = {0}, squares = {0};
    float tail = 0;
    long i = 0;
    for (; i + LANES <= n; i += LANES) sum += load(in + i);
    for (; i < n; i++) tail += in[i];
    float mean = (sum_lanes(sum) + tail) / (float)n;
    // The second pass reads the row from the cache and keeps the digits that E[x^2] - mean^2 would lose.
    tail = 0;
    for (i = 0; i + LANES <= n; i += LANES) {
      floats v = load(in + i) - mean;
      squares += v * v;
    }
    for (; i < n; i++) tail += (in[i] - mean) * (in[i] - mean);
    float inverse = 1.0f / sqrtf((sum_lanes(squares) + tail) / (float)n + epsilon);
    factors[2 * r] = mean;
    factors[2 * r + 1] = inverse;
    for (i = 0; i + LANES <= n; i += LANES)
      store(out + i, (load(in + i) - mean) * inverse * load(weight + i) + load(bias + i));
    for (; i < n; i++) out[i] = (in[i] - mean) * inverse * weight[i] + bias[i];
  }
}

static void layer_norm_backward(
  const float *x, const float *weight, const float *factors, const float *dy, long rows, long n, float *dx, float *dweight,
  float *dbias) {
  for (long r = 0; r < rows; r++) {
    const float *in = x + r * n, *d = dy + r * n;
    float *out = dx + r * n, mean = factors[2 * r], inverse = factors[2 * r + 1];
    floats sum = {0}, dot = {0};
    float tail = 0, dot_tail = 0;
    long i = 0;
    for (; i + LANES <= n; i += LANES) {
      floats g = load(d + i) * load(weight + i);
      sum += g;
      dot += g * (load(in + i) - mean);
    }
    for (; i < n; i++) {
      tail += d[i] * weight[i];
      dot_tail += d[i] * weight[i] * (in[i] - mean);
    }
    float common = (sum_lanes(sum) + tail) / (float)n;
    float along = (sum_lanes(dot) + dot_tail) * inverse * inverse / (float)n;
    for (i = 0; i + LANES <= n; i += LANES) {
      floats v = load(in + i) - mean, g = load(d + i);
      store(out + i, load(out + i) + (g * load(weight + i) - common - v * along) * inverse);
      store(dweight + i, load(dweight + i) + g * v * inverse);
      store(dbias + i, load(dbias + i) + g);
    }
    for (; i < n; i++) {
      float v = in[i] - mean;
      out[i] += (d[i] * weight[i] - common - v * along) * inverse;
      dweight[i] += d[i] * v * inverse;
      dbias[i] += d[i];
    }
  }
}

/// Each of `heads` vectors of `size` in a row divided by its root mean square, times weight. y may be x.
static void head_norm(
  const float *x, long rows, long stride, long heads, long size, const float *weight, float epsilon, float *y) {
  for (long r = 0; r < rows; r++)
    for (long h = 0; h < heads; h++) {
      float unused;
      rms_norm(x + r * stride + h * size, weight, 1, size, epsilon, y + r * stride + h * size, &unused);
    }
}

static void head_norm_backward(
  const float *x, long rows, long stride, long heads, long size, const float *weight, float epsilon, float *d,
  float *dweight) {
  for (long r = 0; r < rows; r++)
    for (long h = 0; h < heads; h++) {
      const float *in = x + r * stride + h * size;
      float *g = d + r * stride + h * size, squares = 0, dot = 0;
      for (long i = 0; i < size; i++) squares += in[i] * in[i];
      for (long i = 0; i < size; i++) dot += g[i] * weight[i] * in[i];
      float inverse = 1.0f / sqrtf(squares / (float)size + epsilon);
      float common = dot * inverse * inverse * inverse / (float)size;
      for (long i = 0; i < size; i++) {
        dweight[i] += g[i] * in[i] * inverse;
        g[i] = g[i] * weight[i] * inverse - in[i] * common;
      }
    }
}

static void rope(
  float *x, long rows, long stride, long heads, long head_size, const float *cosines, const float *sines, long first,
  long length, float direction) {
  long half = head_size / 2;
  for (long r = 0; r < rows; r++) {
    const float *c = cosines + ((first + r) % length) * half, *s = sines + ((first + r) % length) * half;
    for (long h = 0; h < heads; h++) {
      float *p = x + r * stride + h * head_size, *q = p + half;
      long i = 0;
      for (; i + LANES <= half; i += LANES) {
        floats a = load(p + i), b = load(q + i), cosine = load(c + i), sine = load(s + i) * direction;
        store(p + i, a * cosine - b * sine);
        store(q + i, b * cosine + a * sine);
      }
      for (; i < half; i++) {
        float a = p[i], b = q[i], sine = s[i] * direction;
        p[i] = a * c[i] - b * sine;
        q[i] = b * c[i] + a * sine;
      }
    }
  }
}

INLINE floats sigmoid_lanes(floats x) { return 1.0f / (1.0f + exp_lanes(-x)); }

static void swiglu(const float *x, long rows, long n, float *out) {
  for (long r = 0; r < rows; r++) {
    const float *gate = x + r * 2 * n, *up = gate + n;
    float *o = out + r * n;
    long i = 0;
    for (; i + LANES <= n; i += LANES) {
      floats g = load(gate + i);
      store(o + i, g * sigmoid_lanes(g) * load(up + i));
    }
    for (; i < n; i++) o[i] = gate[i] * sigmoid_lanes(splat(gate[i]))[0] * up[i];
  }
}

static void swiglu_backward(float *x, float *dout, long rows, long n) {
  for (long r = 0; r < rows; r++) {
    float *gate = x + r * 2 * n, *up = gate + n;
    float *d = dout + r * n;
    long i = 0;
    for (; i + LANES <= n; i += LANES) {
      floats g = load(gate + i), u = load(up + i), o = load(d + i), s = sigmoid_lanes(g);
      store(up + i, o * g * s);
      store(gate + i, o * u * s * (1.0f + g * (1.0f - s)));
      store(d + i, g * s * u);
    }
    for (; i < n; i++) {
      float g = gate[i], u = up[i], o = d[i], s = sigmoid_lanes(splat(g))[0];
      up[i] = o * g * s;
      gate[i] = o * u * s * (1.0f + g * (1.0f - s));
      d[i] = g * s * u;
    }
  }
}

// gelu(x) = x / 2 * (1 + tanh(u)) = x * sigmoid(2 u), u = sqrt(2 / pi) * (x + 0.044715 x^3) (Hendrycks and Gimpel 2016).
static const float gelu_factor = 1.5957691216057308f, gelu_cubic = 0.044715f;

INLINE floats gelu_lanes(floats x) { return x * sigmoid_lanes(x * (1.0f + gelu_cubic * x * x) * gelu_factor); }

static void gelu(const float *x, long n, float *out) {
  long i = 0;
  for (; i + LANES <= n; i += LANES) store(out + i, gelu_lanes(load(x + i)));
  for (; i < n; i++) out[i] = gelu_lanes(splat(x[i]))[0];
}

/// The gradient by x, where that by gelu(x) is *d, which becomes gelu(x).
INLINE floats gelu_backward_lanes(floats x, floats *d) {
  floats s = sigmoid_lanes(x * (1.0f + gelu_cubic * x * x) * gelu_factor);
  floats slope = s + x * s * (1.0f - s) * (1.0f + 3.0f * gelu_cubic * x * x) * gelu_factor;
  floats gradient = *d * slope;
  *d = x * s;
  return gradient;
}

static void gelu_backward(float *x, float *dout, long n) {
  long i = 0;
  for (; i + LANES <= n; i += LANES) {
    floats d = load(dout + i);
    store(x + i, gelu_backward_lanes(load(x + i), &d));
    store(dout + i, d);
  }
  for (; i < n; i++) {
    floats d = splat(dout[i]);
    x[i] = gelu_backward_lanes(splat(x[i]), &d)[0];
    dout[i] = d[0];
  }
}

// Soft cap: y = cap * tanh(x / cap) (Gemma Team 2024, section 2); its slope is 1 - (y / cap)^2.
static void softcap(const float *x, long n, float cap, float *y) {
  float inverse = 1.0f / cap;
  long i = 0;
  for (; i + LANES <= n; i += LANES) store(y + i, cap * tanh_lanes(load(x + i) * inverse));
  for (; i < n; i++) y[i] = cap * tanh_lanes(splat(x[i] * inverse))[0];
}

static void softcap_backward(const float *y, long n, float cap, float *d) {
  float inverse = 1.0f / cap;
  long i = 0;
  for (; i + LANES <= n; i += LANES) {
    floats share = load(y + i) * inverse;
    store(d + i, load(d + i) * (1.0f - share * share));
  }
  for (; i < n; i++) d[i] *= 1.0f - y[i] * inverse * (y[i] * inverse);
}

/// The greatest value of a row and the sum of exp(x - greatest); with `write` the row becomes exp(x - greatest).
INLINE float sum_of_exponentials(float *x, long n, int write, float *sum) {
  floats top = splat(-INFINITY);
  float greatest = -INFINITY;
  long i = 0;
  for (; i + LANES <= n; i += LANES) top = max_of(top, load(x + i));
  for (; i < n; i++) greatest = fmaxf(greatest, x[i]);
  greatest = fmaxf(greatest, max_lanes(top));
  floats s0 = {0}, s1 = {0};
  for (i = 0; i + 2 * LANES <= n; i += 2 * LANES) {
    floats a = exp_lanes(load(x + i) - greatest), b = exp_lanes(load(x + i + LANES) - greatest);
    if (write) store(x + i, a), store(x + i + LANES, b);
    s0 += a;
    s1 += b;
  }
  float tail = 0;
  for (; i < n; i++) {
    float e = exp1(x[i] - greatest);
    if (write) x[i] = e;
    tail += e;
  }
  *sum = sum_lanes(s0 + s1) + tail;
  return greatest;
}

static void cross_entropy(float *logits, long rows, long n, const int32_t *targets, float gradient_scale, float *losses) {
  int write = gradient_scale != 0;
  for (long r = 0; r < rows; r++) {
    float *x = logits + r * n;
    if (targets[r] < 0) {
      losses[r] = 0;
      if (write) memset(x, 0, (size_t)n * sizeof(float));
      continue;
    }
    float target = x[targets[r]], sum;
    float greatest = sum_of_exponentials(x, n, write, &sum);
    losses[r] = logf(sum) + (greatest - target);
    if (!write) continue;
    float factor = gradient_scale / sum;
    long i = 0;
    for (; i + LANES <= n; i += LANES) store(x + i, load(x + i) * factor);
    for (; i < n; i++) x[i] *= factor;
    x[targets[r]] -= gradient_scale;
  }
}

static void embed(const float *table, const int32_t *tokens, long rows, long n, float *out) {
  for (long r = 0; r < rows; r++) memcpy(out + r * n, table + tokens[r] * n, (size_t)n * sizeof(float));
}

static void embed_backward(
  float *dtable, const int32_t *tokens, const float *dout, long rows, long n, long column_begin, long column_end) {
  for (long r = 0; r < rows; r++) {
    float *out = dtable + tokens[r] * n;
    const float *in = dout + r * n;
    long i = column_begin;
    for (; i + LANES <= column_end; i += LANES) store(out + i, load(out + i) + load(in + i));
    for (; i < column_end; i++) out[i] += in[i];
  }
}
