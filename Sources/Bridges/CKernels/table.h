// The kernels of one level: every function is static in the including file, this table is its only door.
#include "vectors.h"

#include "gemm.h"

#include "rows.h"

#include "random.h"

#include "attention.h"
#include "optimizer.h"
#include "storage.h"

#define WINNOW_KERNEL_TABLE                                                                                         \
  {                                                                                                                 \
    .tile_rows = MR, .tile_columns = NR, .pack_b = pack_b, .gemm_block = gemm_block, .gemv = gemv, .rms_norm = rms_norm,                                  \
    .rms_norm_backward = rms_norm_backward, .layer_norm = layer_norm, .layer_norm_backward = layer_norm_backward,    \
    .gelu = gelu, .gelu_backward = gelu_backward, .rope = rope, .swiglu = swiglu, .swiglu_backward = swiglu_backward,      \
    .attention_scratch = attention_scratch, .attention = attention, .attention_backward = attention_backward,        \
    .attention_decode = attention_decode, .cross_entropy = cross_entropy, .embed = embed,                            \
    .embed_backward = embed_backward, .adamw = adamw, .sum_of_squares = sum_of_squares, .sum_rows = sum_rows,        \
    .head_norm = head_norm, .head_norm_backward = head_norm_backward, .softcap = softcap,                            \
    .softcap_backward = softcap_backward, .drop = drop, .to_bfloat = to_bfloat, .from_bfloat = from_bfloat,          \
    .gemv_bfloat = gemv_bfloat, .adam_direction = adam_direction, .nesterov = nesterov,                              \
    .scale_and_add = scale_and_add, .multiply_adds = multiply_adds,                                                                                 \
  }
