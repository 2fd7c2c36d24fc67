#pragma once
#include <stdint.h>

/// SIMD kernels of the language-model trainer: small functions over plain memory, no policy, no threads, no allocation.
///
/// Every kernel is written once with vector types and compiled once per instruction set; `winnow_kernels(level)` hands out
/// the table for a level. Matrices are fp32, in some kernels stored as bfloat16. A kernel's result depends only on its arguments, never on the calling
/// thread, so callers get the same bits from any number of threads as long as they split the work in the same pieces.
/// The specification of each kernel is its scalar twin in Swift (`LanguageModels/Reference`).

#pragma clang assume_nonnull begin

/// Instruction sets.
enum {
  WINNOW_PORTABLE = 0,
  WINNOW_AVX2_FMA = 1,
  /// AVX-512 F, BW, DQ and VL.
  WINNOW_AVX512 = 2,
  WINNOW_NEON = 3,
};

/// Blocking of the matrix product: A is packed in panels of `MR` rows, B in panels of `NR` columns, the level's `tile_rows` and
/// `tile_columns`, both cut along K every `KC`. One call of `gemm_block` covers at most `MC` rows, whose block of A fits the second-level cache.
enum {
  WINNOW_GEMM_KC = 384,
  WINNOW_GEMM_MC = 192,
};

/// A matrix by strides: element (i, j) is `data[i * row + j * column]`; one of the strides is 1.
typedef struct {
  const float *data;
  long row, column;
} winnow_matrix;

/// `C = alpha * A * packed(B) + beta * D + bias` on rows `row_begin ..< row_end` and columns `column_begin ..< column_end`
/// (`row_begin` a multiple of MR, `column_begin` of NR). `D` may be `C` itself; it is not read where `beta` is 0. `bias` has n floats, added to each row.
typedef struct {
  long m, n, k;
  float alpha, beta;
  winnow_matrix a;
  const float *_Nullable packed_b;
  const float *_Nullable source;
  long source_stride;
  const float *_Nullable bias;
  float *c;
  long c_stride;
} winnow_gemm;

/// Which elements are dropped: element i where word i % 32 / 8 of Philox 4x32-10 on the counter (i / 32 * 8 + i % 8, as two words;
/// step; site) is below `threshold`. The others are multiplied by `scale`.
typedef struct {
  uint32_t key[2];
  uint32_t step, site;
  /// The probability times 2^32.
  uint32_t threshold;
  float scale;
} winnow_drop;

/// One batch row of attention over a fused activation row `[query heads | key heads | value heads] * head_size`.
typedef struct {
  long length;       /// T, tokens in the sequence
  long head_size;    /// floats per head
  long head_count;   /// query heads
  long group_size;   /// query heads that share one key and value head
  long qkv_stride;   /// floats from one token's row to the next in qkv and dqkv
  long output_stride;/// floats from one token's row to the next in output and doutput
  float scale;       /// factor on q·k, 1/sqrt(head_size)
  float softcap;     /// scores become softcap * tanh(score / softcap); 0 leaves them
  int bidirectional; /// 0: a query sees no key after it
  /// For each query the first key it may see (document boundaries), or NULL when every query sees from key 0.
  const int32_t *_Nullable first_key;
  /// For each query the key after the last one it may see, where attention is bidirectional; NULL: all.
  const int32_t *_Nullable end_key;
  /// What is dropped of the probabilities, or NULL for nothing: of head h, query q and key k element
  /// ((first_draw + h) * length + q) * row + k, where row is `length` rounded up to 32.
  const winnow_drop *_Nullable drop;
  uint64_t first_draw;
} winnow_attention;

typedef struct {
  float learning_rate, beta1, beta2, epsilon, weight_decay;
  /// 1 - beta^t of both moments.
  float correction1, correction2;
  /// Factor on the gradient (clipping, accumulation).
  float gradient_scale;
} winnow_adamw;

typedef struct {
  // MARK: matrix product
  /// MR and NR; `WINNOW_GEMM_MC` is a multiple of the first.
  long tile_rows, tile_columns;
  /// Packs panels `panel_begin ..< panel_end` of rows `block ..< block + KC` of B [k, n], columns padded with zeros to NR. `packed`
  /// takes all panels and blocks, k * n floats with n rounded up to NR, and is followed by NR floats that products read in vain.
  void (*pack_b)(winnow_matrix b, long k, long n, long block, long panel_begin, long panel_end, float *packed);
  /// `next_row`: where the calling thread is likely to go on, whose rows of A are then in its caches; -1: unknown. `scratch`: MC * KC + NR
  /// floats of the calling thread.
  void (*gemm_block)(
    const winnow_gemm *gemm, long row_begin, long row_end, long next_row, long column_begin, long column_end, float *scratch);
  /// y[r] = dot(w[r, 0 ..< n], x) for `rows` rows.
  void (*gemv)(const float *w, long rows, long n, const float *x, float *y);

  // MARK: normalization, rotation, activation
  /// y = x / rms(x) * weight by rows of n; `inverse_rms[row]` is kept for the backward pass.
  void (*rms_norm)(const float *x, const float *weight, long rows, long n, float epsilon, float *y, float *inverse_rms);
  /// dx += d(rms_norm)/dx, dweight += d(rms_norm)/dweight.
  void (*rms_norm_backward)(
    const float *x, const float *weight, const float *inverse_rms, const float *dy, long rows, long n, float *dx, float *dweight);
  /// y = (x - mean) / sqrt(variance + epsilon) * weight + bias by rows of n; `factors[2 * row]` is the mean, `[2 * row + 1]` the
  /// inverse deviation, kept for the backward pass.
  void (*layer_norm)(
    const float *x, const float *weight, const float *bias, long rows, long n, float epsilon, float *y, float *factors);
  /// dx += d(layer_norm)/dx, dweight and dbias likewise.
  void (*layer_norm_backward)(
    const float *x, const float *weight, const float *factors, const float *dy, long rows, long n, float *dx, float *dweight,
    float *dbias);
  /// Rotates pairs (i, i + head_size / 2) of each of `heads` heads in place, token t by angle row `(first + t) % length`;
  /// `direction` 1 forward, -1 backward. cosines, sines: [length, head_size / 2].
  void (*rope)(
    float *x, long rows, long stride, long heads, long head_size, const float *cosines, const float *sines, long first,
    long length, float direction);
  /// out = silu(gate) * up, where a row of x is [gate (n) | up (n)].
  void (*swiglu)(const float *x, long rows, long n, float *out);
  /// Replaces x = [gate | up] by its gradient, and dout by `swiglu` of x.
  void (*swiglu_backward)(float *x, float *dout, long rows, long n);
  /// out = gelu(x) in the approximation by tanh, n values.
  void (*gelu)(const float *x, long n, float *out);
  /// Replaces x by its gradient, and dout by `gelu` of x.
  void (*gelu_backward)(float *x, float *dout, long n);

  /// RMSNorm of each of `heads` vectors of `size` floats in rows `stride` apart, all with one weight [size]. y may be x.
  void (*head_norm)(
    const float *x, long rows, long stride, long heads, long size, const float *weight, float epsilon, float *y);
  /// Replaces d by its gradient with respect to x; dweight += d(head_norm)/dweight. d has the stride of x.
  void (*head_norm_backward)(
    const float *x, long rows, long stride, long heads, long size, const float *weight, float epsilon, float *d, float *dweight);
  /// y = cap * tanh(x / cap); y may be x.
  void (*softcap)(const float *x, long n, float cap, float *y);
  /// d *= 1 - (y / cap)^2, the slope of `softcap` where its result is y.
  void (*softcap_backward)(const float *y, long n, float cap, float *d);
  /// out = source + dropped(x), elements `first ..< first + n` of the draw; a NULL source is 0. out may be x or source.
  void (*drop)(const winnow_drop *draw, uint64_t first, long n, const float *x, const float *_Nullable source, float *out);

  // MARK: attention
  /// Floats of scratch that `attention` and `attention_backward` need for one call.
  long (*attention_scratch)(const winnow_attention *shape);
  /// All query heads of key head `group`, one sequence. log_sum [length, head_count] is kept for the backward pass.
  void (*attention)(const winnow_attention *shape, long group, const float *qkv, float *output, float *log_sum, float *scratch);
  void (*attention_backward)(
    const winnow_attention *shape, long group, const float *qkv, const float *output, const float *log_sum,
    const float *doutput, float *dqkv, float *scratch);
  /// One query head against `length` cached keys and values [length, head_size]; scores: `length` floats of scratch.
  void (*attention_decode)(
    const float *query, const float *keys, const float *values, long length, long head_size, float scale, float softcap,
    float *scores, float *output);

  // MARK: loss, embedding
  /// losses[row] = -log softmax(logits[row])[target], 0 where the target is negative. With `gradient_scale` not 0 the
  /// logits are replaced by gradient_scale * (softmax - one-hot), 0 where the target is negative.
  void (*cross_entropy)(float *logits, long rows, long vocabulary, const int32_t *targets, float gradient_scale, float *losses);
  void (*embed)(const float *table, const int32_t *tokens, long rows, long n, float *out);
  /// dtable[token] += dout, columns `column_begin ..< column_end` only, in row order.
  void (*embed_backward)(
    float *dtable, const int32_t *tokens, const float *dout, long rows, long n, long column_begin, long column_end);

  // MARK: optimizer, reductions
  void (*adamw)(const winnow_adamw *step, float *weight, const float *gradient, float *moment1, float *moment2, long n);
  /// AdamW's moments, and gradient = m^ / (sqrt(v^) + epsilon) + weight_decay * weight in place; the learning rate is not used.
  void (*adam_direction)(
    const winnow_adamw *step, const float *weight, float *gradient, float *moment1, float *moment2, long n);
  /// moment = momentum * moment + (1 - momentum) * g with g = gradient_scale * gradient, and Nesterov's look ahead in place:
  /// gradient = (1 - momentum) * g + momentum * moment.
  void (*nesterov)(float momentum, float gradient_scale, float *gradient, float *moment, long n);
  /// x = scale * x + factor * y.
  void (*scale_and_add)(float scale, float *x, float factor, const float *y, long n);
  double (*sum_of_squares)(const float *x, long n);
  /// out[i] = sum over rows of x[row * n + i], rows in order, for columns `begin ..< end`; added to `out`.
  void (*sum_rows)(const float *x, long rows, long n, long begin, long end, float *out);

  // MARK: storage
  /// fp32 to bfloat16, to nearest, ties to even.
  void (*to_bfloat)(const float *x, long n, uint16_t *out);
  void (*from_bfloat)(const uint16_t *x, long n, float *out);
  /// `gemv` with weights stored as bfloat16.
  void (*gemv_bfloat)(const uint16_t *w, long rows, long n, const float *x, float *y);

  // MARK: measuring
  /// `n` rounds of 96 multiply-adds in registers, 192 operations: the most that a thread can do of them.
  float (*multiply_adds)(long n);
} winnow_kernel_table;

/// The best level this build and this processor have.
int winnow_kernels_level(void);

/// The kernels of a level, or NULL when this build or this processor does not have it.
const winnow_kernel_table *_Nullable winnow_kernels(int level);

/// A hint to the processor inside a loop that waits for another thread.
static inline void winnow_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

#pragma clang assume_nonnull end
