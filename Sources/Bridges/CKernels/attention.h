// Attention, causal or bidirectional, by tiles with an online softmax, after Dao et al. 2022 (FlashAttention, algorithms 1 and 4): no T x T
// matrix is ever stored; the backward pass recomputes the probabilities from the kept log-sum-exp.
//
// One call handles one key/value head of one sequence with all query heads that share it. Heads are copied to contiguous
// scratch, padded with zeros to whole tiles (T to 96, head size to NR), so that the tile product needs no edges. Tiles of scores
// of which a causal query sees nothing are left out everywhere: a row of scores ends at `visible_end` of its tile.

/// Query and key rows handled together: whole tiles either way.
enum { QUERIES = NR > 16 ? 96 : 48, KEYS = 96 };

INLINE long round_up(long x, long to) { return (x + to - 1) / to * to; }

/// C[MR, n] (+)= A * B with n a multiple of NR; element (i, p) of A at a[i * a_row + p * a_step].
INLINE void multiply_rows(
  long n, long depth, const float *a, long a_row, long a_step, const float *b, long b_stride, float *c, long c_stride, int accumulate) {
  for (long j = 0; j < n; j += NR)
    multiply_tile(depth, a, a_row, a_step, b + j, b_stride, 1, accumulate, c + j, c_stride, c + j, c_stride);
}

/// Copies one head [length, size] out of strided rows, scaled, and pads it with zeros to [padded, width].
static void gather_head(
  const float *in, long stride, long length, long size, float scale, float *out, long padded, long width) {
  for (long t = 0; t < length; t++) {
    long i = 0;
    for (; i + LANES <= size; i += LANES) store(out + t * width + i, load(in + t * stride + i) * scale);
    for (; i < size; i++) out[t * width + i] = in[t * stride + i] * scale;
    for (; i < width; i++) out[t * width + i] = 0;
  }
  memset(out + length * width, 0, (size_t)((padded - length) * width) * sizeof(float));
}

/// The same, not scaled and transposed: [width, padded].
static void gather_head_transposed(
  const float *in, long stride, long length, long size, float *out, long padded, long width) {
  long whole = size / 8 * 8;
  for (long t = 0; t < padded; t += 8)
    for (long i = 0; i < whole; i += 8) {
      eight rows[8];
      for (int r = 0; r < 8; r++) rows[r] = t + r < length ? load_eight(in + (t + r) * stride + i) : (eight)0;
      transpose8(rows);
      for (int r = 0; r < 8; r++) store_eight(out + (i + r) * padded + t, rows[r]);
    }
  for (long i = whole; i < width; i++)
    for (long t = 0; t < padded; t++) out[i * padded + t] = i < size && t < length ? in[t * stride + i] : 0;
}

static void scatter_head(const float *in, long width, long length, long size, float scale, float *out, long stride) {
  for (long t = 0; t < length; t++)
    for (long i = 0; i < size; i++) out[t * stride + i] = in[t * width + i] * scale;
}

/// The key after the last one that a query may see.
INLINE long keys_end(const winnow_attention *shape, long position) {
  return shape->end_key ? shape->end_key[position] : shape->length;
}

/// The end of the scores, from the key block's first, that a tile of MR query rows computes. A causal query sees no more; nor does any
/// earlier tile of queries than the one with key i, rounded down to a tile, reach into the tile of MR keys around i.
INLINE long visible_end(const winnow_attention *shape, long query, long key, long count) {
  return shape->bidirectional ? count : minimum(count, round_up(query + 2 * MR - 1 - key, NR));
}

/// The first row of a query block whose scores reach the tile of keys at `key`.
INLINE long first_row(const winnow_attention *shape, long query, long key) {
  return shape->bidirectional || key <= query ? 0 : (key - query) / MR * MR;
}

/// Sets the scores that a query must not see to -inf: keys outside its document, and keys after it where attention is causal.
static void mask_scores(const winnow_attention *shape, long query, long key, long rows, long count, float *scores) {
  for (long q = 0; q < rows; q++) {
    float *row = scores + q * KEYS;
    long position = minimum(query + q, shape->length - 1), keys = visible_end(shape, query + q / MR * MR, key, count);
    long first = shape->first_key ? shape->first_key[position] - key : 0;
    long end = (shape->bidirectional ? keys_end(shape, position) : query + q + 1) - key;
    for (long k = 0; k < keys && k < first; k++) row[k] = -INFINITY;
    for (long k = end > 0 ? end : 0; k < keys; k++) row[k] = -INFINITY;
  }
}

/// scores = cap * tanh(scores / cap).
static void cap_scores(float cap, long keys, float *scores) {
  float inverse = 1.0f / cap;
  for (long q = 0; q < MR; q++)
    for (long i = 0; i < keys; i += LANES)
      store(scores + q * KEYS + i, cap * tanh_lanes(load(scores + q * KEYS + i) * inverse));
}

/// Whether a block of keys has any that some query of the block must not see.
INLINE int needs_mask(const winnow_attention *shape, long query, long key, long count) {
  if (shape->first_key) return 1;
  return shape->bidirectional ? key + count > shape->length : key + count > query;
}

/// The masked and capped scores of the `rows` queries at `query` with the `count` keys at `key`, keys_transposed [size, padded].
static void score_block(
  const winnow_attention *shape, long query, long rows, long key, long count, const float *queries, long width,
  const float *keys_transposed, long padded, float *scores) {
  for (long r = 0; r < rows; r += MR) {
    long end = visible_end(shape, query + r, key, count);
    float *out = scores + r * KEYS;
    multiply_rows(end, shape->head_size, queries + r * width, width, 1, keys_transposed + key, padded, out, KEYS, 0);
    if (shape->softcap > 0) cap_scores(shape->softcap, end, out);
  }
  if (needs_mask(shape, query, key, count)) mask_scores(shape, query, key, rows, count, scores);
}

/// The first key block that any query of the block sees, or 0 without documents.
INLINE long first_block(const winnow_attention *shape, long query) {
  if (!shape->first_key) return 0;
  long first = shape->first_key[query];
  for (long q = query + 1; q < query + QUERIES && q < shape->length; q++) first = minimum(first, shape->first_key[q]);
  return first / KEYS * KEYS;
}

/// The end of the key blocks that the queries of a block see, a multiple of QUERIES.
INLINE long last_block_end(const winnow_attention *shape, long query) {
  if (!shape->bidirectional) return query + QUERIES;
  long end = 0;
  for (long q = query; q < query + QUERIES && q < shape->length; q++) {
    long now = keys_end(shape, q);
    end = now > end ? now : end;
  }
  return round_up(end, QUERIES);
}

/// Drops from the probabilities of one query with `count` keys from `key` on.
INLINE void drop_probabilities(const winnow_attention *shape, long head, long query, long key, long count, float *row) {
  if (!shape->drop) return;
  uint64_t first = ((shape->first_draw + (uint64_t)head) * (uint64_t)shape->length + (uint64_t)query) * (uint64_t)round_up(shape->length, 32);
  drop(shape->drop, first + (uint64_t)key, count, row, NULL, row);
}

static long attention_scratch(const winnow_attention *shape) {
  long padded = round_up(shape->length, KEYS), width = round_up(shape->head_size, NR);
  return 8 * padded * width + 2 * QUERIES * KEYS + 2 * QUERIES * width + padded + 2 * QUERIES;
}

/// Adds a row of scores to a running softmax: scores become exp(score - the greatest yet), what was summed before fades.
INLINE void soften(float *row, long count, float *top, float *total, float *out, long width) {
  floats greatest = splat(*top), sum = {0};
  for (long i = 0; i < count; i += LANES) greatest = max_of(greatest, load(row + i));
  float now = max_lanes(greatest), fade = exp1(*top - now);
  for (long i = 0; i < count; i += LANES) {
    floats e = exp_lanes(load(row + i) - now);
    store(row + i, e);
    sum += e;
  }
  *total = *total * fade + sum_lanes(sum);
  *top = now;
  if (fade != 1)
    for (long i = 0; i < width; i += LANES) store(out + i, load(out + i) * fade);
}

static void attention(
  const winnow_attention *shape, long group, const float *qkv, float *output, float *log_sum, float *scratch) {
  long length = shape->length, size = shape->head_size, stride = shape->qkv_stride;
  long padded = round_up(length, KEYS), width = round_up(size, NR);
  long key_heads = shape->head_count / shape->group_size;
  const float *key = qkv + (shape->head_count + group) * size, *value = key + key_heads * size;
  float *keys = scratch, *values = keys + padded * width, *queries = values + padded * width;
  float *scores = queries + padded * width, *out = scores + QUERIES * KEYS;
  float *top = out + QUERIES * width, *total = top + QUERIES;
  gather_head_transposed(key, stride, length, size, keys, padded, width);
  gather_head(value, stride, length, size, 1, values, padded, width);
  for (long head = group * shape->group_size; head < (group + 1) * shape->group_size; head++) {
    gather_head(qkv + head * size, stride, length, size, shape->scale, queries, padded, width);
    for (long query = 0; query < length; query += QUERIES) {
      long rows = minimum(QUERIES, round_up(length - query, MR));
      memset(out, 0, (size_t)(rows * width) * sizeof(float));
      for (long q = 0; q < rows; q++) top[q] = -1e30f, total[q] = 0;
      for (long k = first_block(shape, query), end = last_block_end(shape, query); k < end; k += KEYS) {
        long count = minimum(KEYS, end - k);
        score_block(shape, query, rows, k, count, queries + query * width, width, keys, padded, scores);
        for (long q = 0; q < rows; q++) {
          long seen = visible_end(shape, query + q / MR * MR, k, count);
          soften(scores + q * KEYS, seen, top + q, total + q, out + q * width, width);
          drop_probabilities(shape, head, query + q, k, seen, scores + q * KEYS);
        }
        for (long r = 0; r < rows; r += MR) {
          long seen = visible_end(shape, query + r, k, count);
          multiply_rows(width, seen, scores + r * KEYS, KEYS, 1, values + k * width, width, out + r * width, width, 1);
        }
      }
      for (long q = 0; q < QUERIES && query + q < length; q++) {
        float *row = output + (query + q) * shape->output_stride + head * size, inverse = 1.0f / total[q];
        for (long i = 0; i < size; i++) row[i] = out[q * width + i] * inverse;
        log_sum[(query + q) * shape->head_count + head] = top[q] + logf(total[q]);
      }
    }
  }
}

/// scores -> probabilities, less those dropped, products (dP) -> dS = P * (dP - row total of dO * O), times the cap's slope
/// 1 - (score / cap)^2. The total is that of P * dP, dropped or not: O was made of what was left.
static void attention_gradient_tile(
  const winnow_attention *shape, long head, long query, long rows, long key, long count, const float *log_sum,
  const float *row_total, float *scores, float *products) {
  for (long q = 0; q < rows; q++) {
    long position = minimum(query + q, shape->length - 1), end = visible_end(shape, query + q / MR * MR, key, count);
    float sum = log_sum[position * shape->head_count + head], total = row_total[position];
    float *p = scores + q * KEYS, *d = products + q * KEYS, inverse = shape->softcap > 0 ? 1.0f / shape->softcap : 0;
    drop_probabilities(shape, head, query + q, key, end, d);
    for (long i = 0; i < end; i += LANES) {
      floats score = load(p + i), probability = exp_lanes(score - sum);
      // A masked score is -inf, its probability 0: the bound keeps the slope finite.
      floats share = max_of(score, splat(-shape->softcap)) * inverse;
      floats slope = shape->softcap > 0 ? 1.0f - share * share : splat(1);
      store(p + i, probability);
      store(d + i, probability * (load(d + i) - total) * slope);
    }
    drop_probabilities(shape, head, query + q, key, end, p);
  }
}

INLINE float dot(const float *a, const float *b, long n) {
  floats sum = {0};
  float tail = 0;
  long i = 0;
  for (; i + LANES <= n; i += LANES) sum += load(a + i) * load(b + i);
  for (; i < n; i++) tail += a[i] * b[i];
  return sum_lanes(sum) + tail;
}

static void attention_backward(
  const winnow_attention *shape, long group, const float *qkv, const float *output, const float *log_sum,
  const float *doutput, float *dqkv, float *scratch) {
  long length = shape->length, size = shape->head_size, stride = shape->qkv_stride;
  long padded = round_up(length, KEYS), width = round_up(size, NR), area = padded * width;
  long key_heads = shape->head_count / shape->group_size;
  long key_column = (shape->head_count + group) * size, value_column = key_column + key_heads * size;
  float *keys = scratch, *keys_transposed = keys + area, *values_transposed = keys_transposed + area;
  float *queries = values_transposed + area, *douts = queries + area;
  float *dkeys = douts + area, *dvalues = dkeys + area;
  float *scores = dvalues + area, *products = scores + QUERIES * KEYS, *dqueries = products + QUERIES * KEYS;
  float *row_total = dqueries + QUERIES * width;
  gather_head(qkv + key_column, stride, length, size, 1, keys, padded, width);
  gather_head_transposed(qkv + key_column, stride, length, size, keys_transposed, padded, width);
  gather_head_transposed(qkv + value_column, stride, length, size, values_transposed, padded, width);
  memset(dkeys, 0, (size_t)(2 * area) * sizeof(float));
  for (long head = group * shape->group_size; head < (group + 1) * shape->group_size; head++) {
    gather_head(qkv + head * size, stride, length, size, shape->scale, queries, padded, width);
    gather_head(doutput + head * size, shape->output_stride, length, size, 1, douts, padded, width);
    for (long t = 0; t < length; t++)
      row_total[t] = dot(output + t * shape->output_stride + head * size, douts + t * width, size);
    for (long query = 0; query < length; query += QUERIES) {
      long rows = minimum(QUERIES, round_up(length - query, MR));
      memset(dqueries, 0, (size_t)(rows * width) * sizeof(float));
      const float *q = queries + query * width, *d = douts + query * width;
      for (long k = first_block(shape, query), end = last_block_end(shape, query); k < end; k += KEYS) {
        long count = minimum(KEYS, end - k);
        score_block(shape, query, rows, k, count, q, width, keys_transposed, padded, scores);
        for (long r = 0; r < rows; r += MR) {
          long seen = visible_end(shape, query + r, k, count);
          multiply_rows(seen, size, d + r * width, width, 1, values_transposed + k, padded, products + r * KEYS, KEYS, 0);
        }
        attention_gradient_tile(shape, head, query, rows, k, count, log_sum, row_total, scores, products);
        for (long i = 0; i < count; i += MR) {
          long from = first_row(shape, query, k + i), to = (k + i) * width;
          if (from >= rows) break;
          multiply_rows(width, rows - from, scores + from * KEYS + i, 1, KEYS, d + from * width, width, dvalues + to, width, 1);
          multiply_rows(width, rows - from, products + from * KEYS + i, 1, KEYS, q + from * width, width, dkeys + to, width, 1);
        }
        for (long r = 0; r < rows; r += MR) {
          long seen = visible_end(shape, query + r, k, count);
          multiply_rows(width, seen, products + r * KEYS, KEYS, 1, keys + k * width, width, dqueries + r * width, width, 1);
        }
      }
      scatter_head(dqueries, width, minimum(QUERIES, length - query), size, shape->scale, dqkv + query * stride + head * size, stride);
    }
  }
  scatter_head(dkeys, width, length, size, 1, dqkv + key_column, stride);
  scatter_head(dvalues, width, length, size, 1, dqkv + value_column, stride);
}

static void attention_decode(
  const float *query, const float *keys, const float *values, long length, long head_size, float scale, float cap,
  float *scores, float *output) {
  gemv(keys, length, head_size, query, scores);
  float top = -INFINITY, total = 0;
  for (long t = 0; t < length; t++) scores[t] *= scale;
  if (cap > 0) softcap(scores, length, cap, scores);
  for (long t = 0; t < length; t++) top = fmaxf(top, scores[t]);
  long t = 0;
  for (; t + LANES <= length; t += LANES) store(scores + t, exp_lanes(load(scores + t) - top));
  for (; t < length; t++) scores[t] = exp1(scores[t] - top);
  for (long i = 0; i < head_size; i++) output[i] = 0;
  for (t = 0; t < length; t++) {
    float p = scores[t];
    total += p;
    for (long i = 0; i < head_size; i++) output[i] += p * values[t * head_size + i];
  }
  for (long i = 0; i < head_size; i++) output[i] /= total;
}
