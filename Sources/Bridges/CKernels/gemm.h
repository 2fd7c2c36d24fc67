// Blocked matrix product after Goto and van de Geijn (2008) with the 6 x 16 register tile of BLIS for AVX2.
//
// packed(B): for each block of K (KC rows) all column panels one after the other, each [rows of the block][NR].
// packed(A): panels of MR rows, each [rows of the block][MR], one block of K at a time in the caller's scratch.

enum { MR = WINNOW_GEMM_MR, NR = WINNOW_GEMM_NR, KC = WINNOW_GEMM_KC };

INLINE long minimum(long a, long b) { return a < b ? a : b; }

static void pack_b(winnow_matrix b, long k, long n, long panel_begin, long panel_end, float *packed) {
  long panels = (n + NR - 1) / NR;
  for (long block = 0; block < k; block += KC) {
    long depth = minimum(KC, k - block);
    for (long panel = panel_begin; panel < panel_end; panel++) {
      float *out = packed + block * panels * NR + panel * NR * depth;
      const float *in = b.data + block * b.row + panel * NR * b.column;
      long width = minimum(NR, n - panel * NR);
      if (width == NR && b.column == 1) {
        for (long i = 0; i < depth; i++) {
          store(out + i * NR, load(in + i * b.row));
          store(out + i * NR + 8, load(in + i * b.row + 8));
        }
      } else if (width == NR && b.row == 1) {
        long i = 0;
        for (; i + 8 <= depth; i += 8)
          for (int half = 0; half < NR; half += 8) {
            v8 t[8];
            for (int j = 0; j < 8; j++) t[j] = load(in + i + (half + j) * b.column);
            transpose8(t);
            for (int j = 0; j < 8; j++) store(out + (i + j) * NR + half, t[j]);
          }
        for (; i < depth; i++)
          for (long j = 0; j < NR; j++) out[i * NR + j] = in[i + j * b.column];
      } else {
        for (long i = 0; i < depth; i++) {
          for (long j = 0; j < width; j++) out[i * NR + j] = in[i * b.row + j * b.column];
          for (long j = width; j < NR; j++) out[i * NR + j] = 0;
        }
      }
    }
  }
}

/// Six rows side by side, rows beyond `rows` as zeros.
INLINE void pack_a_panel(winnow_matrix a, long row, long rows, long block, long depth, float *out) {
  const float *in = a.data + row * a.row + block * a.column;
  long i = 0;
  if (rows == MR && a.column == 1) {
    for (; i + 8 <= depth; i += 8) {
      v8 t[8];
      for (int r = 0; r < MR; r++) t[r] = load(in + r * a.row + i);
      t[6] = t[7] = splat(0);
      transpose8(t);
      // Each store writes two floats too many, which the next one overwrites; the last one keeps to its six.
      for (int r = 0; r < 7; r++) store(out + (i + r) * MR, t[r]);
      for (int r = 0; r < MR; r++) out[(i + 7) * MR + r] = t[7][r];
    }
  }
  for (; i < depth; i++)
    for (long r = 0; r < MR; r++) out[i * MR + r] = r < rows ? in[r * a.row + i * a.column] : 0;
}

/// c[6][16] = alpha * a * b + beta * d + bias; element (i, p) of a at a[i * a_row + p * a_step], row p of b at b + p * b_step.
/// d is not read where beta is 0, a bias of NULL is none.
INLINE void multiply_tile_with(
  long depth, const float *a, long a_row, long a_step, const float *b, long b_step, float alpha, float beta, const float *d,
  long d_stride, const float *bias, float *c, long c_stride) {
  v8 c00 = {0}, c01 = {0}, c10 = {0}, c11 = {0}, c20 = {0}, c21 = {0};
  v8 c30 = {0}, c31 = {0}, c40 = {0}, c41 = {0}, c50 = {0}, c51 = {0};
  for (int r = 0; r < MR; r++) __builtin_prefetch(c + r * c_stride + 8);
  // Two pointers into A: one for all six rows would make each iteration wait for a chain of six additions.
  const float *low = a, *high = a + 3 * a_row;
#define STEP                                             \
  {                                                      \
    v8 b0 = load(b), b1 = load(b + 8), x;                \
    x = splat(low[0]), c00 += x * b0, c01 += x * b1;     \
    x = splat(low[a_row]), c10 += x * b0, c11 += x * b1; \
    x = splat(low[2 * a_row]), c20 += x * b0, c21 += x * b1;  \
    x = splat(high[0]), c30 += x * b0, c31 += x * b1;         \
    x = splat(high[a_row]), c40 += x * b0, c41 += x * b1;     \
    x = splat(high[2 * a_row]), c50 += x * b0, c51 += x * b1; \
    low += a_step, high += a_step, b += b_step;               \
  }
  long p = depth;
  for (; p >= 4; p -= 4) { STEP STEP STEP STEP }
  for (; p > 0; p--) STEP
#undef STEP
  v8 s = splat(alpha), bias0 = {0}, bias1 = {0};
  if (bias) bias0 = load(bias), bias1 = load(bias + 8);
  if (beta == 0) {
#define WRITE(r, x, y) store(c + r * c_stride, s *x + bias0), store(c + r * c_stride + 8, s *y + bias1)
    WRITE(0, c00, c01), WRITE(1, c10, c11), WRITE(2, c20, c21);
    WRITE(3, c30, c31), WRITE(4, c40, c41), WRITE(5, c50, c51);
#undef WRITE
  } else {
    v8 t = splat(beta);
#define WRITE(r, x, y)                                                \
  store(c + r * c_stride, s *x + t * load(d + r * d_stride) + bias0), \
    store(c + r * c_stride + 8, s *y + t * load(d + r * d_stride + 8) + bias1)
    WRITE(0, c00, c01), WRITE(1, c10, c11), WRITE(2, c20, c21);
    WRITE(3, c30, c31), WRITE(4, c40, c41), WRITE(5, c50, c51);
#undef WRITE
  }
}

/// With any strides. Not inlined: the loop needs all sixteen vector registers for itself.
__attribute__((noinline)) static void multiply_tile(
  long depth, const float *a, long a_row, long a_step, const float *b, long b_step, float alpha, float beta, const float *d,
  long d_stride, const float *bias, float *c, long c_stride) {
  multiply_tile_with(depth, a, a_row, a_step, b, b_step, alpha, beta, d, d_stride, bias, c, c_stride);
}

/// The same for packed panels, whose strides are constants.
__attribute__((noinline)) static void multiply_packed(
  long depth, const float *a, const float *b, float alpha, float beta, const float *d, long d_stride, const float *bias,
  float *c, long c_stride) {
  multiply_tile_with(depth, a, 1, MR, b, NR, alpha, beta, d, d_stride, bias, c, c_stride);
}

/// A tile at the edge: computed in full, written in part.
static void multiply_tile_edge(
  long depth, const float *a, const float *b, float alpha, float beta, const float *d, long d_stride, const float *bias,
  float *c, long c_stride, long rows, long columns) {
  float tile[MR * NR];
  multiply_packed(depth, a, b, alpha, 0, tile, NR, NULL, tile, NR);
  for (long i = 0; i < rows; i++)
    for (long j = 0; j < columns; j++)
      c[i * c_stride + j] = tile[i * NR + j] + (beta == 0 ? 0 : beta * d[i * d_stride + j]) + (bias ? bias[j] : 0);
}

/// All panels of rows `begin ..< end`. Where columns of A lie side by side, a column fills every panel before the next one is read:
/// memory is read in order, and written in as many orderly streams as there are panels.
static void pack_a(winnow_matrix a, long begin, long end, long block, long depth, float *out) {
  long whole = a.row == 1 ? (end - begin) / MR : 0;
  for (long i = 0; i < depth && whole > 0; i++) {
    const float *in = a.data + begin + (block + i) * a.column;
    float *to = out + i * MR;
    for (long panel = 0; panel < whole; panel++) memcpy(to + panel * MR * depth, in + panel * MR, MR * sizeof(float));
  }
  for (long row = begin + whole * MR; row < end; row += MR)
    pack_a_panel(a, row, minimum(MR, end - row), block, depth, out + (row - begin) * depth);
}

/// Asks for this tile's share of the next panel of B, so that the panel is near when its turn comes.
INLINE void prefetch_panel(const float *next, long depth, long tile, long tiles) {
  long lines = (depth + tiles - 1) / tiles;
  for (long line = 0; line < lines; line++) __builtin_prefetch(next + (tile * lines + line) * NR, 0, 2);
}

static void gemm_block(
  const winnow_gemm *g, long row_begin, long row_end, long column_begin, long column_end, float *scratch) {
  long panels = (g->n + NR - 1) / NR, tiles = (row_end - row_begin + MR - 1) / MR;
  for (long block = 0; block < g->k; block += KC) {
    long depth = minimum(KC, g->k - block);
    pack_a(g->a, row_begin, row_end, block, depth, scratch);
    float beta = block == 0 ? g->beta : 1;
    const float *d = block == 0 && g->beta != 0 ? g->source : g->c;
    long d_stride = block == 0 && g->beta != 0 ? g->source_stride : g->c_stride;
    const float *bias = block == 0 ? g->bias : NULL;
    for (long j = column_begin; j < column_end; j += NR) {
      const float *b = g->packed_b + block * panels * NR + j * depth;
      const float *panel_bias = bias ? bias + j : NULL;
      long columns = minimum(NR, column_end - j);
      for (long i = row_begin, tile = 0; i < row_end; i += MR, tile++) {
        prefetch_panel(b + NR * depth, depth, tile, tiles);
        const float *a = scratch + (i - row_begin) * depth, *source = d + i * d_stride + j;
        long rows = minimum(MR, row_end - i);
        float *c = g->c + i * g->c_stride + j;
        if (rows == MR && columns == NR)
          multiply_packed(depth, a, b, g->alpha, beta, source, d_stride, panel_bias, c, g->c_stride);
        else
          multiply_tile_edge(
            depth, a, b, g->alpha, beta, source, d_stride, panel_bias, c, g->c_stride, rows, columns);
      }
    }
  }
}

static void gemv(const float *w, long rows, long n, const float *x, float *y) {
  for (long r = 0; r < rows; r++) {
    const float *p = w + r * n;
    v8 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    long i = 0;
    for (; i + 32 <= n; i += 32) {
      s0 += load(p + i) * load(x + i);
      s1 += load(p + i + 8) * load(x + i + 8);
      s2 += load(p + i + 16) * load(x + i + 16);
      s3 += load(p + i + 24) * load(x + i + 24);
    }
    for (; i + 8 <= n; i += 8) s0 += load(p + i) * load(x + i);
    float tail = 0;
    for (; i < n; i++) tail += p[i] * x[i];
    y[r] = sum8((s0 + s1) + (s2 + s3)) + tail;
  }
}
