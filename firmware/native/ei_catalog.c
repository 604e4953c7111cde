#include "edgeinfer.h"

#include <stddef.h>

ei_kernel *ei_find_kernel(int32_t code)
{
    switch (code) {
    case EI_OPERATOR_CONV2D: return ei_conv2d;
    case EI_OPERATOR_DEPTHWISE_CONV2D: return ei_depthwise_conv2d;
    case EI_OPERATOR_FULLY_CONNECTED: return ei_fully_connected;
    default: return NULL;
    }
}

bool ei_invoke(const ei_model *model, const ei_arena *arena, int32_t record, int32_t unit, int32_t count)
{
    const int32_t *fields = model->words + record;
    ei_kernel *kernel = ei_find_kernel(fields[EI_RECORD_CODE]);
    return kernel != NULL && kernel(model, arena, fields, unit, count);
}
