/* EdgeInfer's native kernels: they run the records of a blob (docs/blob-format.md, docs/records.md) bit for bit as the
 * managed kernels do. Nothing is checked here: the managed verifier has proven the records, and with them that no kernel
 * leaves its tensors and constants. C99, no allocation, no floating point. */
#ifndef EDGEINFER_H
#define EDGEINFER_H

#include <stdbool.h>
#include <stdint.h>

#include "ei_records.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The constants of a model: the three sections of its blob. */
typedef struct ei_model {
    const int32_t *words;
    const int16_t *halves;
    const uint8_t *bytes; /* 8-bit constants, each its value plus 128, and 4-bit ones, each plus 8 */
} ei_model;

/* The memory of an interpreter, one array an element width. */
typedef struct ei_arena {
    int8_t *int8;
    int16_t *int16;
    int32_t *int32;
} ei_arena;

/* A kernel runs `count` units of a record from `unit` on. False means that it does not run records of this form and has
 * written nothing: the answer is the same for every unit of a record, so that a caller can turn to another kernel.
 * How a record is divided into units is the kernel's own affair, as long as all units together are the whole record. */
typedef bool ei_kernel(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count);

ei_kernel ei_fill;
ei_kernel ei_load_constant;
ei_kernel ei_copy;
ei_kernel ei_conv2d;
ei_kernel ei_depthwise_conv2d;
ei_kernel ei_fully_connected;
ei_kernel ei_average_pool2d;
ei_kernel ei_max_pool2d;
ei_kernel ei_softmax;
ei_kernel ei_sparse_fully_connected;
ei_kernel ei_lookup;
ei_kernel ei_add;
ei_kernel ei_mul;
ei_kernel ei_mean;
ei_kernel ei_requantize_tensor;
ei_kernel ei_svdf;
ei_kernel ei_unidirectional_sequence_lstm;
ei_kernel ei_conv2d_int4;
ei_kernel ei_fully_connected_int4;
ei_kernel ei_pairwise;
ei_kernel ei_select;
ei_kernel ei_conv2d_int16;
ei_kernel ei_pool2d_int16;
ei_kernel ei_arg_max;
ei_kernel ei_resize_bilinear;
ei_kernel ei_l2_normalization;
ei_kernel ei_log_softmax;
ei_kernel ei_batch_mat_mul;
ei_kernel ei_pairwise_int16;
ei_kernel ei_interpolate_int16;
ei_kernel ei_softmax_int16;
ei_kernel ei_mean_int16;
ei_kernel ei_unidirectional_sequence_lstm_int16;
ei_kernel ei_batch_mat_mul_int16;
ei_kernel ei_gather_rows;
ei_kernel ei_div;
ei_kernel ei_pairwise_int32;
ei_kernel ei_add_n;
ei_kernel ei_cumulative_sum;

/* The kernel of an operator code, or null where there is none. */
ei_kernel *ei_find_kernel(int32_t code);

/* Runs units of the record at position `record` of the words section; false where no kernel runs it. */
bool ei_invoke(const ei_model *model, const ei_arena *arena, int32_t record, int32_t unit, int32_t count);

#ifdef __cplusplus
}
#endif

#endif
