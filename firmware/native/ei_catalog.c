#include "edgeinfer.h"

#include <stddef.h>

ei_kernel *ei_find_kernel(int32_t code)
{
    switch (code) {
    case EI_OPERATOR_FILL: return ei_fill;
    case EI_OPERATOR_LOAD_CONSTANT: return ei_load_constant;
    case EI_OPERATOR_COPY: return ei_copy;
    case EI_OPERATOR_CONV2D: return ei_conv2d;
    case EI_OPERATOR_DEPTHWISE_CONV2D: return ei_depthwise_conv2d;
    case EI_OPERATOR_FULLY_CONNECTED: return ei_fully_connected;
    case EI_OPERATOR_AVERAGE_POOL2D: return ei_average_pool2d;
    case EI_OPERATOR_MAX_POOL2D: return ei_max_pool2d;
    case EI_OPERATOR_SOFTMAX: return ei_softmax;
    case EI_OPERATOR_SPARSE_FULLY_CONNECTED: return ei_sparse_fully_connected;
    case EI_OPERATOR_LOOKUP: return ei_lookup;
    case EI_OPERATOR_ADD: return ei_add;
    case EI_OPERATOR_MUL: return ei_mul;
    case EI_OPERATOR_MEAN: return ei_mean;
    case EI_OPERATOR_REQUANTIZE: return ei_requantize_tensor;
    case EI_OPERATOR_SVDF: return ei_svdf;
    case EI_OPERATOR_UNIDIRECTIONAL_SEQUENCE_LSTM: return ei_unidirectional_sequence_lstm;
    case EI_OPERATOR_CONV2D_INT4: return ei_conv2d_int4;
    case EI_OPERATOR_FULLY_CONNECTED_INT4: return ei_fully_connected_int4;
    case EI_OPERATOR_PAIRWISE: return ei_pairwise;
    case EI_OPERATOR_SELECT: return ei_select;
    case EI_OPERATOR_CONV2D_INT16: return ei_conv2d_int16;
    case EI_OPERATOR_POOL2D_INT16: return ei_pool2d_int16;
    case EI_OPERATOR_ARG_MAX: return ei_arg_max;
    case EI_OPERATOR_RESIZE_BILINEAR: return ei_resize_bilinear;
    case EI_OPERATOR_L2_NORMALIZATION: return ei_l2_normalization;
    case EI_OPERATOR_LOG_SOFTMAX: return ei_log_softmax;
    case EI_OPERATOR_BATCH_MAT_MUL: return ei_batch_mat_mul;
    case EI_OPERATOR_PAIRWISE_INT16: return ei_pairwise_int16;
    case EI_OPERATOR_INTERPOLATE_INT16: return ei_interpolate_int16;
    case EI_OPERATOR_SOFTMAX_INT16: return ei_softmax_int16;
    case EI_OPERATOR_MEAN_INT16: return ei_mean_int16;
    case EI_OPERATOR_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16: return ei_unidirectional_sequence_lstm_int16;
    case EI_OPERATOR_BATCH_MAT_MUL_INT16: return ei_batch_mat_mul_int16;
    case EI_OPERATOR_GATHER_ROWS: return ei_gather_rows;
    case EI_OPERATOR_DIV: return ei_div;
    case EI_OPERATOR_ADD_N: return ei_add_n;
    case EI_OPERATOR_CUMULATIVE_SUM: return ei_cumulative_sum;
    case EI_OPERATOR_PAIRWISE_INT32: return ei_pairwise_int32;
    default: return NULL;
    }
}

bool ei_invoke(const ei_model *model, const ei_arena *arena, int32_t record, int32_t unit, int32_t count)
{
    const int32_t *fields = model->words + record;
    ei_kernel *kernel = ei_find_kernel(fields[EI_RECORD_CODE]);
    return kernel != NULL && kernel(model, arena, fields, unit, count);
}
