#include "ei_memory.h"
#include "ei_record.h"

bool ei_load_constant(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    ei_range range = ei_items(record, record[EI_LOAD_CONSTANT_COUNT], unit, count);
    int32_t elements = range.end - range.first;
    int32_t data = record[EI_LOAD_CONSTANT_DATA] + range.first;
    int32_t start = ei_offset(model, record, EI_RECORD_OUTPUT) + range.first;
    switch (ei_type(model, record, EI_RECORD_OUTPUT)) {
    case EI_TENSOR_TYPE_INT8:
    case EI_TENSOR_TYPE_UINT8: {
        const uint8_t *x = model->bytes + data;
        for (int8_t *y = arena->int8 + start, *end = y + elements; y < end; x++, y++) *y = (int8_t)(*x - 128);
        return true;
    }
    case EI_TENSOR_TYPE_INT16:
        memcpy(arena->int16 + start, model->halves + data, (size_t)elements * sizeof(int16_t));
        return true;
    case EI_TENSOR_TYPE_INT32:
        memcpy(arena->int32 + start, model->words + data, (size_t)elements * sizeof(int32_t));
        return true;
    default:
        return false;
    }
}
