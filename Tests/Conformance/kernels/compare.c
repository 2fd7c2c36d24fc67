// Runs every kernel of one instruction set on fixed inputs and compares the results with those of the portable kernels, which
// `LanguageModelsTests` compare with their scalar twins.
//
//   compare LEVEL [REFERENCE]      LEVEL portable, avx2, avx512 or neon; REFERENCE a file of `compare --write`, perhaps from
//                                  another machine; without one the portable kernels of this build
//   compare --write FILE           the portable kernels' results
//
// Exits 0 when all agree, 1 when one does not, 2 when this processor lacks the level.
#include "ckernels.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY = 1 << 21, RECORDS = 512 };

typedef struct {
  char name[64];
  /// Greatest difference allowed, as a share of the greatest value.
  double tolerance;
  long first, count;
} record;

typedef struct {
  record records[RECORDS];
  long record_count, value_count;
  float values[CAPACITY];
} results;

static void keep(results *out, const char *name, double tolerance, const float *values, long count) {
  if (out->record_count == RECORDS || out->value_count + count > CAPACITY) abort();
  record *r = &out->records[out->record_count++];
  snprintf(r->name, sizeof(r->name), "%s", name);
  r->tolerance = tolerance;
  r->first = out->value_count;
  r->count = count;
  memcpy(out->values + r->first, values, (size_t)count * sizeof(float));
  out->value_count += count;
}

// MARK: Inputs

/// `count` values in -1 ..< 1, the same on every machine; freed when the program ends.
static float *random_values(long count, uint64_t seed) {
  float *values = malloc((size_t)(count + 64) * sizeof(float));
  uint64_t state = seed * 0x9E3779B97F4A7C15u + 1;
  for (long i = 0; i < count; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    values[i] = (float)(int32_t)(state >> 40) / 8388608.0f - 1.0f;
  }
  return values;
}

static float *zeros(long count) { return calloc((size_t)count + 64, sizeof(float)); }

// MARK: Kernels

static void products(const winnow_kernel_table *k, results *out) {
  static const long shapes[][3] = {{1, 1, 1}, {5, 17, 3}, {6, 16, 8}, {13, 37, 9}, {24, 96, 50}, {50, 70, 400}, {192, 33, 12}};
  for (unsigned s = 0; s < sizeof(shapes) / sizeof(shapes[0]); s++)
    for (int kind = 0; kind < 3; kind++) {
      long m = shapes[s][0], n = shapes[s][1], depth = shapes[s][2], panels = (n + k->tile_columns - 1) / k->tile_columns;
      const float *a = random_values(m * depth, 1), *b = random_values(depth * n, 2), *bias = random_values(panels * k->tile_columns, 3);
      winnow_matrix left = {a, kind == 2 ? 1 : depth, kind == 2 ? m : 1}, right = {b, kind == 1 ? 1 : n, kind == 1 ? depth : 1};
      float *packed = zeros((panels + 1) * k->tile_columns * depth), *c = random_values(m * n, 4);
      for (long block = 0; block < depth; block += WINNOW_GEMM_KC) k->pack_b(right, depth, n, block, 0, panels, packed);
      winnow_gemm g = {
        .m = m, .n = n, .k = depth, .alpha = 0.5f, .beta = kind == 0 ? 1 : 0, .a = left, .packed_b = packed, .source = c, .source_stride = n,
        .bias = kind == 1 ? bias : NULL, .c = c, .c_stride = n};
      k->gemm_block(&g, 0, m, -1, 0, n, zeros(WINNOW_GEMM_MC * WINNOW_GEMM_KC + k->tile_columns));
      char name[64];
      snprintf(name, sizeof(name), "gemm %ldx%ldx%ld %s", m, n, depth, kind == 0 ? "NN" : kind == 1 ? "NT" : "TN");
      keep(out, name, 2e-6, c, m * n);
    }
  for (long n = 1; n < 200; n += 33) {
    const float *w = random_values(5 * n, 1), *x = random_values(n, 2);
    uint16_t *words = malloc((size_t)(5 * n) * sizeof(uint16_t));
    float *y = zeros(5), *rounded = zeros(5 * n);
    k->gemv(w, 5, n, x, y);
    keep(out, "gemv", 2e-6, y, 5);
    k->to_bfloat(w, 5 * n, words);
    k->from_bfloat(words, 5 * n, rounded);
    keep(out, "to_bfloat, from_bfloat", 0, rounded, 5 * n);
    k->gemv_bfloat(words, 5, n, x, y);
    keep(out, "gemv_bfloat", 2e-6, y, 5);
  }
}

static void norms(const winnow_kernel_table *k, results *out, long n) {
  long rows = 5;
  const float *x = random_values(rows * n, 1), *weight = random_values(n, 2), *bias = random_values(n, 3), *dy = random_values(rows * n, 4);
  float *y = zeros(rows * n), *factors = zeros(2 * rows), *dx = random_values(rows * n, 5), *dweight = zeros(n), *dbias = zeros(n);
  k->rms_norm(x, weight, rows, n, 1e-5f, y, factors);
  keep(out, "rms_norm", 2e-6, y, rows * n);
  k->rms_norm_backward(x, weight, factors, dy, rows, n, dx, dweight);
  keep(out, "rms_norm_backward dx", 5e-6, dx, rows * n);
  keep(out, "rms_norm_backward dweight", 5e-6, dweight, n);
  k->layer_norm(x, weight, bias, rows, n, 1e-5f, y, factors);
  keep(out, "layer_norm", 1e-5, y, rows * n);
  memset(dweight, 0, (size_t)n * sizeof(float));
  k->layer_norm_backward(x, weight, factors, dy, rows, n, dx, dweight, dbias);
  keep(out, "layer_norm_backward dx", 1e-4, dx, rows * n);
  keep(out, "layer_norm_backward dweight", 1e-4, dweight, n);
  keep(out, "layer_norm_backward dbias", 2e-6, dbias, n);
}

static void heads(const winnow_kernel_table *k, results *out, long size) {
  long rows = 3, count = 2, stride = count * size + 5;
  const float *x = random_values(rows * stride, 1), *weight = random_values(size, 2);
  float *y = random_values(rows * stride, 1), *d = random_values(rows * stride, 3), *dweight = zeros(size);
  k->head_norm(x, rows, stride, count, size, weight, 1e-5f, y);
  keep(out, "head_norm", 2e-6, y, rows * stride);
  k->head_norm_backward(x, rows, stride, count, size, weight, 1e-5f, d, dweight);
  keep(out, "head_norm_backward", 5e-6, d, rows * stride);
  keep(out, "head_norm_backward dweight", 5e-6, dweight, size);
  k->rope(y, rows, stride, count, size, random_values(7 * size, 4), random_values(7 * size, 5), 5, 7, -1);
  keep(out, "rope", 2e-6, y, rows * stride);
}

static void activations(const winnow_kernel_table *k, results *out, long n) {
  long rows = 3;
  float *x = random_values(rows * 2 * n, 1), *dout = random_values(rows * n, 2), *y = zeros(rows * n);
  for (long i = 0; i < rows * 2 * n; i++) x[i] *= 9;
  k->swiglu(x, rows, n, y);
  keep(out, "swiglu", 2e-6, y, rows * n);
  k->swiglu_backward(x, dout, rows, n);
  keep(out, "swiglu_backward", 2e-6, x, rows * 2 * n);
  keep(out, "swiglu_backward activated", 2e-6, dout, rows * n);
  x = random_values(n, 3), dout = random_values(n, 4);
  for (long i = 0; i < n; i++) x[i] *= 9;
  k->gelu(x, n, y);
  keep(out, "gelu", 2e-6, y, n);
  k->softcap(x, n, 3, y);
  keep(out, "softcap", 2e-6, y, n);
  float *d = random_values(n, 5);
  k->softcap_backward(y, n, 3, d);
  keep(out, "softcap_backward", 5e-6, d, n);
  k->gelu_backward(x, dout, n);
  keep(out, "gelu_backward", 5e-6, x, n);
  keep(out, "gelu_backward activated", 2e-6, dout, n);
  winnow_drop draw = {{7, 8}, 9, 3, 1u << 30, 1.25f};
  k->drop(&draw, 40, n, d, dout, y);
  keep(out, "drop", 2e-6, y, n);
}

static void attentions(const winnow_kernel_table *k, results *out) {
  static const struct { long length, size, heads, group; int documents, bidirectional; float cap; } cases[] = {
    {1, 2, 1, 1, 0, 0, 0}, {49, 17, 3, 3, 0, 0, 0}, {97, 32, 2, 2, 0, 0, 1.5f}, {200, 64, 1, 1, 0, 0, 0}, {288, 16, 2, 1, 0, 0, 0},
    {150, 20, 2, 2, 1, 0, 0}, {49, 17, 2, 2, 0, 1, 0}, {150, 20, 2, 1, 1, 1, 2},
  };
  for (unsigned c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
    long length = cases[c].length, size = cases[c].size, key_heads = cases[c].heads / cases[c].group;
    long width = (cases[c].heads + 2 * key_heads) * size, out_width = cases[c].heads * size;
    int32_t *first = calloc((size_t)length, sizeof(int32_t)), *end = calloc((size_t)length, sizeof(int32_t));
    for (long t = 0, start = 0; t < length; t++) {
      if (t % 7 == 3 || t % 50 == 0) start = t;
      first[t] = (int32_t)start;
    }
    for (long t = length - 1, stop = length; t >= 0; t--) {
      end[t] = (int32_t)stop;
      if (first[t] == t) stop = t;
    }
    winnow_attention shape = {
      .length = length, .head_size = size, .head_count = cases[c].heads, .group_size = cases[c].group, .qkv_stride = width,
      .output_stride = out_width, .scale = 1.0f / sqrtf((float)size), .softcap = cases[c].cap, .bidirectional = cases[c].bidirectional,
      .first_key = cases[c].documents ? first : NULL,
      .end_key = cases[c].documents && cases[c].bidirectional ? end : NULL};
    float *qkv = random_values(length * width, 1), *dout = random_values(length * out_width, 2), *y = zeros(length * out_width);
    float *log_sum = zeros(length * cases[c].heads), *dqkv = zeros(length * width), *scratch = zeros(k->attention_scratch(&shape));
    for (long i = 0; i < length * width; i++) qkv[i] *= 3;
    memset(scratch, 0xFF, (size_t)k->attention_scratch(&shape) * sizeof(float));  // NaNs: nothing is read before it is written
    for (long group = 0; group < key_heads; group++) {
      k->attention(&shape, group, qkv, y, log_sum, scratch);
      k->attention_backward(&shape, group, qkv, y, log_sum, dout, dqkv, scratch);
    }
    keep(out, "attention", 5e-6, y, length * out_width);
    keep(out, "attention_backward", 2e-5, dqkv, length * width);
  }
  const float *query = random_values(20, 1), *keys = random_values(20 * 77, 2), *values = random_values(20 * 77, 3);
  float *scores = zeros(77), *y = zeros(20);
  k->attention_decode(query, keys, values, 77, 20, 0.3f, 2, scores, y);
  keep(out, "attention_decode", 5e-6, y, 20);
}

static void losses(const winnow_kernel_table *k, results *out, long n) {
  int32_t targets[3] = {(int32_t)(n - 1), -1, 0}, tokens[5] = {2, 0, 2, 1, 2};
  float *logits = random_values(3 * n, 1), *loss = zeros(3), *rows = zeros(5 * n), *table = random_values(3 * n, 2);
  for (long i = 0; i < 3 * n; i++) logits[i] *= 20;
  k->cross_entropy(logits, 3, n, targets, 0.25f, loss);
  keep(out, "cross_entropy", 2e-6, loss, 3);
  keep(out, "cross_entropy gradient", 5e-6, logits, 3 * n);
  k->embed(table, tokens, 5, n, rows);
  keep(out, "embed", 0, rows, 5 * n);
  k->embed_backward(table, tokens, rows, 5, n, n / 3, n);
  keep(out, "embed_backward", 0, table, 3 * n);
}

static void steps(const winnow_kernel_table *k, results *out, long n) {
  winnow_adamw step = {1e-2f, 0.9f, 0.95f, 1e-8f, 0.1f, 0.1f, 0.05f, 0.5f};
  float *weight = random_values(n, 1), *gradient = random_values(n, 2), *first = zeros(n), *second = zeros(n), *sums = zeros(n);
  k->adamw(&step, weight, gradient, first, second, n);
  keep(out, "adamw", 2e-6, weight, n);
  keep(out, "adamw second moment", 2e-6, second, n);
  k->adam_direction(&step, weight, gradient, first, second, n);
  keep(out, "adam_direction", 5e-6, gradient, n);
  k->nesterov(0.95f, 0.5f, gradient, first, n);
  keep(out, "nesterov", 5e-6, gradient, n);
  k->scale_and_add(0.9f, weight, 0.1f, gradient, n);
  keep(out, "scale_and_add", 2e-6, weight, n);
  float squares = (float)k->sum_of_squares(random_values(n, 3), n);
  keep(out, "sum_of_squares", 1e-6, &squares, 1);
  k->sum_rows(random_values(4 * n, 4), 4, n, n / 3, n, sums);
  keep(out, "sum_rows", 0, sums, n);
}

static void run(const winnow_kernel_table *k, results *out) {
  products(k, out);
  attentions(k, out);
  static const long widths[] = {1, 6, 16, 20, 31, 64, 101};
  for (unsigned i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
    norms(k, out, widths[i]);
    heads(k, out, 2 * widths[i]);
    activations(k, out, widths[i]);
    losses(k, out, widths[i]);
    steps(k, out, widths[i]);
  }
}

// MARK: Comparison

static int compare(const results *found, const results *expected) {
  int wrong = found->record_count != expected->record_count;
  double worst = 0;
  for (long r = 0; r < found->record_count && !wrong; r++) {
    const record *f = &found->records[r], *e = &expected->records[r];
    if (strcmp(f->name, e->name) != 0 || f->count != e->count) return 1;
    double scale = 1e-30, difference = 0;
    int is_number = 1;
    for (long i = 0; i < f->count; i++) {
      double a = found->values[f->first + i], b = expected->values[e->first + i];
      if (!(fabs(a - b) <= difference)) difference = fabs(a - b);
      if (fabs(b) > scale) scale = fabs(b);
      is_number = is_number && isfinite(a);
    }
    if (difference / scale > worst) worst = difference / scale;
    if (is_number && difference <= e->tolerance * scale) continue;
    printf("WRONG  %s (%ld values): off by %g of its greatest value\n", f->name, f->count, difference / scale);
    wrong++;
  }
  printf("%ld results of %ld values compared, greatest difference %.2g, %d wrong\n", found->record_count, found->value_count, worst, wrong);
  return wrong != 0;
}

static results mine, reference;

int main(int count, char **arguments) {
  static const char *const names[] = {"portable", "avx2", "avx512", "neon"};
  if (count == 3 && strcmp(arguments[1], "--write") == 0) {
    run(winnow_kernels(WINNOW_PORTABLE), &mine);
    FILE *file = fopen(arguments[2], "wb");
    return file == NULL || fwrite(&mine, sizeof(mine), 1, file) != 1 || fclose(file) != 0;
  }
  int level = -1;
  for (int i = 0; i < 4; i++)
    if (count > 1 && strcmp(arguments[1], names[i]) == 0) level = i;
  if (level < 0 || count > 3) {
    fprintf(stderr, "usage: compare portable|avx2|avx512|neon [REFERENCE]\n       compare --write FILE\n");
    return 1;
  }
  const winnow_kernel_table *table = winnow_kernels(level);
  if (table == NULL) {
    printf("%s: this processor does not have it\n", names[level]);
    return 2;
  }
  if (count == 3) {
    FILE *file = fopen(arguments[2], "rb");
    if (file == NULL || fread(&reference, sizeof(reference), 1, file) != 1) {
      fprintf(stderr, "cannot read %s\n", arguments[2]);
      return 1;
    }
    fclose(file);
  } else {
    run(winnow_kernels(WINNOW_PORTABLE), &reference);
  }
  run(table, &mine);
  printf("%s (the best level here: %s) beside portable%s\n", names[level], names[winnow_kernels_level()], count == 3 ? " of another machine" : "");
  return compare(&mine, &reference);
}
