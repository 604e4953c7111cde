#include "ei_memory.h"
#include "ei_record.h"

bool ei_fill(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    ei_range range = ei_items(record, record[EI_FILL_COUNT], unit, count);
    int32_t elements = range.end - range.first;
    int32_t value = record[EI_FILL_VALUE];
    int32_t start = ei_offset(model, record, EI_RECORD_OUTPUT) + range.first;
    switch (ei_type(model, record, EI_RECORD_OUTPUT)) {
    case EI_TENSOR_TYPE_INT8:
    case EI_TENSOR_TYPE_UINT8:
        memset(arena->int8 + start, value & 255, (size_t)elements);
        return true;
    case EI_TENSOR_TYPE_INT16:
        for (int16_t *y = arena->int16 + start, *end = y + elements; y < end; y++) *y = (int16_t)value;
        return true;
    case EI_TENSOR_TYPE_INT32:
        for (int32_t *y = arena->int32 + start, *end = y + elements; y < end; y++) *y = value;
        return true;
    default:
        return false;
    }
}
