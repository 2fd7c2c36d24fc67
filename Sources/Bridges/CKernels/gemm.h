// Blocked matrix product after Goto and van de Geijn (2008). The register tile is 6 x 16 as in BLIS for AVX2, which also fills
// the 32 registers of 16 bytes of NEON; an instruction set with 32 registers of 64 bytes says so before it includes this.
//
// packed(B): for each block of K (KC rows) all column panels one after the other, each [rows of the block][NR].
// packed(A): panels of MR rows, each [rows of the block][MR], one block of K at a time in the caller's scratch.

#if !defined(TILE_ROWS)
#define TILE_ROWS 6
#define TILE_COLUMNS 16
#endif

enum { MR = TILE_ROWS, NR = TILE_COLUMNS, KC = WINNOW_GEMM_KC, TILE_VECTORS = NR / LANES, LINE = 64 / sizeof(float) };

INLINE long minimum(long a, long b) { return a < b ? a : b; }

/// Eight steps of `band` lanes, a row each, to rows of `width`. A store may write past the lanes of its step, which the next one overwrites;
/// the last one keeps to them.
INLINE void pack_steps(const float *in, long lane, float *out, const int width, const int band) {
  eight t[2][8];
  for (int part = 0; part * 8 < band; part++) {
    for (int i = 0; i < 8; i++) t[part][i] = part * 8 + i < band ? load_eight(in + (part * 8 + i) * lane) : (eight)0;
    transpose8(t[part]);
  }
  for (int i = 0; i < 8; i++)
    for (int part = 0; part * 8 < band; part++) {
      float *to = out + i * width + part * 8;
      if (i < 7) store_eight(to, t[part][i]);
      else memcpy(to, &t[part][i], (size_t)minimum(8, band - part * 8) * sizeof(float));
    }
}

/// Panels `begin ..< end` of `width` lanes each (rows of A, columns of B): element p of lane i is at `data[i * lane + p * step]`, p
/// below `depth`; lanes from `lanes` on are zeros. Panel j goes to `packed + j * depth * width`.
INLINE void pack_panels(
  const float *data, long lane, long step, long lanes, long depth, long begin, long end, float *packed, const int width) {
  long whole = minimum(end, lanes / width), panel = begin;
  // Lanes that are turned together, a cache line of each: eight, or all where eights do not fill the width.
  const int band = width % 8 == 0 ? 8 : width;
  if (lane == 1) {
    // Eight steps of every panel before the next eight: memory is read along the lanes and written in whole cache lines.
    for (long p = 0; p < depth; p += 8)
      for (long j = begin; j < whole; j++) {
        const float *in = data + p * step + j * width;
        float *out = packed + (j * depth + p) * width;
        for (long i = 0; i < minimum(8, depth - p); i++) {
          __builtin_prefetch(in + (i + 8) * step);
          memcpy(out + i * width, in + i * step, (size_t)width * sizeof(float));
        }
      }
    panel = whole > begin ? whole : begin;
  }
  for (; panel < end; panel++) {
    const float *in = data + panel * width * lane;
    float *out = packed + panel * depth * width;
    long p = 0;
    if (panel < whole && step == 1)
      for (; p + 16 <= depth; p += 16)
        for (int first = 0; first < width; first += band) {
          // The next panel's rows, a cache line each: rows far apart are nothing that the processor foresees. Not into the first-level cache,
          // of which rows a multiple of 4 KB apart share one set.
          for (int i = first; i < first + band; i++) __builtin_prefetch(in + (width + i) * lane + p, 0, 2);
          pack_steps(in + first * lane + p, lane, out + p * width + first, width, band);
          pack_steps(in + first * lane + p + 8, lane, out + (p + 8) * width + first, width, band);
        }
    for (; p < depth; p++)
      for (long i = 0; i < width; i++) out[p * width + i] = panel * width + i < lanes ? in[i * lane + p * step] : 0;
  }
}

static void pack_b(winnow_matrix b, long k, long n, long block, long panel_begin, long panel_end, float *packed) {
  long panels = (n + NR - 1) / NR;
  pack_panels(
    b.data + block * b.row, b.column, b.row, n, minimum(KC, k - block), panel_begin, panel_end, packed + block * panels * NR, NR);
}

/// c[MR][NR] = alpha * sums + beta * d + bias; d is not read where beta is 0, a bias of NULL is none.
INLINE void store_tile(
  floats sums[MR][TILE_VECTORS], float alpha, float beta, const float *d, long d_stride, const float *bias, float *c, long c_stride) {
  UNROLLED for (int j = 0; j < TILE_VECTORS; j++) {
    floats added = bias ? load(bias + j * LANES) : splat(0);
    UNROLLED for (int r = 0; r < MR; r++) {
      floats sum = alpha * sums[r][j] + added;
      store(c + r * c_stride + j * LANES, beta == 0 ? sum : sum + beta * load(d + r * d_stride + j * LANES));
    }
  }
}

INLINE void prefetch_tile(const float *c, long c_stride) {
  for (int r = 0; r < MR; r++)
    for (int j = 8; j < NR; j += 16) __builtin_prefetch(c + r * c_stride + j);
}

/// One step of packed panels: sums += column of a * row of b.
INLINE void multiply_step(floats sums[MR][TILE_VECTORS], const float *a, const float *b) {
  floats line[TILE_VECTORS];
  UNROLLED for (int j = 0; j < TILE_VECTORS; j++) line[j] = load(b + j * LANES);
  UNROLLED for (int r = 0; r < MR; r++) {
    floats x = splat(a[r]);
    UNROLLED for (int j = 0; j < TILE_VECTORS; j++) sums[r][j] += x * line[j];
  }
}

/// c[MR][NR] = alpha * a * b + beta * d with any strides: element (i, p) of a at a[i * a_row + p * a_step], row p of b at b + p * b_step.
/// Not inlined: the loop needs all vector registers for itself.
__attribute__((noinline)) static void multiply_tile(
  long depth, const float *a, long a_row, long a_step, const float *b, long b_step, float alpha, float beta, const float *d,
  long d_stride, float *c, long c_stride) {
  floats sums[MR][TILE_VECTORS] = {{0}};
  prefetch_tile(c, c_stride);
  // A pointer into A for every three rows: one for all would make each iteration wait for a chain of additions.
  const float *rows[MR / 3];
  UNROLLED for (int r = 0; r < MR / 3; r++) rows[r] = a + 3 * r * a_row;
  // Not unrolled: the addresses of several steps take more registers than there are.
  _Pragma("clang loop unroll(disable)")
  for (long p = depth; p > 0; p--) {
    floats line[TILE_VECTORS];
    UNROLLED for (int j = 0; j < TILE_VECTORS; j++) line[j] = load(b + j * LANES);
    UNROLLED for (int r = 0; r < MR; r++) {
      floats x = splat(rows[r / 3][r % 3 * a_row]);
      UNROLLED for (int j = 0; j < TILE_VECTORS; j++) sums[r][j] += x * line[j];
    }
    UNROLLED for (int r = 0; r < MR / 3; r++) rows[r] += a_step;
    b += b_step;
  }
  store_tile(sums, alpha, beta, d, d_stride, NULL, c, c_stride);
}

#if defined(WINNOW_X86_ASSEMBLY)
/// One row of a step: asks for the next element of A, then multiplies this one with both halves of B's row.
#define ROW(at, now, next, left, right) \
  "vbroadcastss " at "(%[a]), %%" next "\n vfmadd231ps %%ymm12, %%" now ", %[" left "]\n vfmadd231ps %%ymm13, %%" now ", %[" right "]\n"
/// One step, `at` bytes into A's panel and `from` bytes into B's; it ends with the first loads of the next step.
#define QUARTER(at, from)                                                                                                    \
  ROW(at "+4", "ymm14", "ymm15", "c00", "c01") ROW(at "+8", "ymm15", "ymm14", "c10", "c11")                                   \
  ROW(at "+12", "ymm14", "ymm15", "c20", "c21") ROW(at "+16", "ymm15", "ymm14", "c30", "c31")                                 \
  ROW(at "+20", "ymm14", "ymm15", "c40", "c41")                                                                              \
  "vbroadcastss " at "+24(%[a]), %%ymm14\n vfmadd231ps %%ymm12, %%ymm15, %[c50]\n vmovups " from "+64(%[b]), %%ymm12\n"      \
  "vfmadd231ps %%ymm13, %%ymm15, %[c51]\n vmovups " from "+96(%[b]), %%ymm13\n"

/// Groups of four steps with each load ahead of its use: what the compiler puts right before the first use waits for the other loads.
INLINE void multiply_quads(floats sums[MR][TILE_VECTORS], long quads, const float *a, const float *b, const float *ahead, long ahead_step) {
  __asm__ volatile(
    "vmovups (%[b]), %%ymm12\n vmovups 32(%[b]), %%ymm13\n vbroadcastss (%[a]), %%ymm14\n"
    ".p2align 5\n"
    "0:\n prefetcht1 (%[ahead])\n"
    QUARTER("0", "0") QUARTER("24", "64") QUARTER("48", "128") QUARTER("72", "192")
    "add $96, %[a]\n add $256, %[b]\n add %[ahead_step], %[ahead]\n dec %[quads]\n jnz 0b\n"
    : [c00] "+x"(sums[0][0]), [c01] "+x"(sums[0][1]), [c10] "+x"(sums[1][0]), [c11] "+x"(sums[1][1]),
      [c20] "+x"(sums[2][0]), [c21] "+x"(sums[2][1]), [c30] "+x"(sums[3][0]), [c31] "+x"(sums[3][1]),
      [c40] "+x"(sums[4][0]), [c41] "+x"(sums[4][1]), [c50] "+x"(sums[5][0]), [c51] "+x"(sums[5][1]),
      [a] "+r"(a), [b] "+r"(b), [ahead] "+r"(ahead), [quads] "+r"(quads)
    : [ahead_step] "r"(4 * ahead_step)
    : "ymm12", "ymm13", "ymm14", "ymm15", "memory", "cc");
}
#else
INLINE void multiply_quads(floats sums[MR][TILE_VECTORS], long quads, const float *a, const float *b, const float *ahead, long ahead_step) {
  _Pragma("clang loop unroll(disable)")
  for (; quads > 0; quads--) {
    __builtin_prefetch(ahead, 0, 2);
    UNROLLED for (int step = 0; step < 4; step++) multiply_step(sums, a + step * MR, b + step * NR);
    a += 4 * MR;
    b += 4 * NR;
    ahead += ahead_step;
  }
}
#endif

/// c[MR][NR] = alpha * a * b + beta * d + bias of packed panels. Asks for a cache line every four steps: at `ahead`, then `ahead_step`
/// floats further each time. Reads up to NR floats past both panels.
__attribute__((noinline)) static void multiply_packed(
  long depth, const float *a, const float *b, const float *ahead, long ahead_step, float alpha, float beta, const float *d, long d_stride,
  const float *bias, float *c, long c_stride) {
  floats sums[MR][TILE_VECTORS] = {{0}};
  prefetch_tile(c, c_stride);
  if (depth >= 4) multiply_quads(sums, depth / 4, a, b, ahead, ahead_step);
  for (long p = depth / 4 * 4; p < depth; p++) multiply_step(sums, a + p * MR, b + p * NR);
  store_tile(sums, alpha, beta, d, d_stride, bias, c, c_stride);
}

/// A tile at the edge: computed in full, written in part.
static void multiply_packed_edge(
  long depth, const float *a, const float *b, const float *ahead, long ahead_step, float alpha, float beta, const float *d, long d_stride,
  const float *bias, float *c, long c_stride, long rows, long columns) {
  float tile[MR * NR];
  multiply_packed(depth, a, b, ahead, ahead_step, alpha, 0, tile, NR, NULL, tile, NR);
  for (long i = 0; i < rows; i++)
    for (long j = 0; j < columns; j++)
      c[i * c_stride + j] = tile[i * NR + j] + (beta == 0 ? 0 : beta * d[i * d_stride + j]) + (bias ? bias[j] : 0);
}

/// A block of A that is packed later: `lines` cache lines in each of `count` runs `stride` floats apart.
typedef struct {
  const float *data;
  long stride, count, lines;
} unpacked_block;

/// The block of A that a call for the rows `begin ..< end` packs at `step`, or the first one of the call after it. None with the smaller tile:
/// processors without vectors of 64 bytes have second-level caches that a packed block fills.
INLINE unpacked_block next_block(const winnow_gemm *g, long begin, long end, long next_row, long step) {
  long row = begin, rows = end - begin;
  if (step >= g->k) row = next_row, rows = minimum(rows, g->m - next_row), step = 0;
  if (NR <= 16 || row < 0) return (unpacked_block){0};
  const float *data = g->a.data + row * g->a.row + step * g->a.column;
  long depth = minimum(KC, g->k - step);
  return g->a.column == 1 ? (unpacked_block){data, g->a.row, rows, (depth + LINE - 1) / LINE}
                          : (unpacked_block){data, g->a.column, depth, (rows + LINE - 1) / LINE};
}

static void gemm_block(
  const winnow_gemm *g, long row_begin, long row_end, long next_row, long column_begin, long column_end, float *scratch) {
  long panels = (g->n + NR - 1) / NR, tiles = (row_end - row_begin + MR - 1) / MR;
  for (long block = 0; block < g->k; block += KC) {
    long depth = minimum(KC, g->k - block);
    pack_panels(
      g->a.data + row_begin * g->a.row + block * g->a.column, g->a.row, g->a.column, row_end - row_begin, depth, 0, tiles, scratch, MR);
    // While a panel of B is multiplied, its first tiles ask for the next one, `quads` cache lines each, the others for the next block of A.
    long quads = depth < 4 ? 1 : depth / 4, shares = (NR * depth + quads * LINE - 1) / (quads * LINE), asked = 0;
    unpacked_block next = next_block(g, row_begin, row_end, next_row, block + KC);
    long tiles_of_line = (next.count + quads - 1) / quads;
    float beta = block == 0 ? g->beta : 1;
    const float *d = block == 0 && g->beta != 0 ? g->source : g->c;
    long d_stride = block == 0 && g->beta != 0 ? g->source_stride : g->c_stride;
    const float *bias = block == 0 ? g->bias : NULL;
    for (long j = column_begin; j < column_end; j += NR) {
      const float *b = g->packed_b + block * panels * NR + j * depth;
      const float *panel_bias = bias ? bias + j : NULL;
      long columns = minimum(NR, column_end - j);
      for (long i = row_begin, tile = 0; i < row_end; i += MR, tile++) {
        const float *ahead = b + NR * depth + minimum(tile, shares - 1) * quads * LINE;
        long ahead_step = LINE;
        if (tile >= shares && asked < tiles_of_line * next.lines) {
          ahead = next.data + asked % tiles_of_line * quads * next.stride + asked / tiles_of_line * LINE;
          ahead_step = next.stride;
          asked++;
        }
        const float *left = scratch + tile * MR * depth, *source = d + i * d_stride + j;
        long rows = minimum(MR, row_end - i);
        float *c = g->c + i * g->c_stride + j;
        if (rows == MR && columns == NR)
          multiply_packed(depth, left, b, ahead, ahead_step, g->alpha, beta, source, d_stride, panel_bias, c, g->c_stride);
        else
          multiply_packed_edge(
            depth, left, b, ahead, ahead_step, g->alpha, beta, source, d_stride, panel_bias, c, g->c_stride, rows, columns);
      }
    }
  }
}

static void gemv(const float *w, long rows, long n, const float *x, float *y) {
  for (long r = 0; r < rows; r++) {
    const float *p = w + r * n;
    floats s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    long i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES) {
      s0 += load(p + i) * load(x + i);
      s1 += load(p + i + LANES) * load(x + i + LANES);
      s2 += load(p + i + 2 * LANES) * load(x + i + 2 * LANES);
      s3 += load(p + i + 3 * LANES) * load(x + i + 3 * LANES);
    }
    for (; i + LANES <= n; i += LANES) s0 += load(p + i) * load(x + i);
    float tail = 0;
    for (; i < n; i++) tail += p[i] * x[i];
    y[r] = sum_lanes((s0 + s1) + (s2 + s3)) + tail;
  }
}
