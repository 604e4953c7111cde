#include "ei_record.h"
#include "ei_rescale.h"

/* Between 8-bit tensors, where the shift is above 31: whether a number is signed decides only how its top bit counts. */
static void requantize_bytes(const int32_t *record, int32_t source, const int8_t *x, int8_t *y, int32_t count)
{
    uint32_t flip = source == EI_TENSOR_TYPE_INT8 ? 128 : 0;
    int32_t zero = record[EI_REQUANTIZE_INPUT_ZERO_POINT] + (int32_t)flip;
    int32_t multiplier = record[EI_REQUANTIZE_MULTIPLIER];
    int32_t shift = record[EI_REQUANTIZE_SHIFT];
    int32_t zero_point = record[EI_REQUANTIZE_OUTPUT_ZERO_POINT];
    int32_t min = record[EI_REQUANTIZE_MIN];
    int32_t max = record[EI_REQUANTIZE_MAX];
    for (int8_t *end = y + count; y < end; x++, y++) {
        int32_t value = (int32_t)((uint8_t)*x ^ flip) - zero;
        *y = (int8_t)ei_clamp(ei_rescale(value, multiplier, shift) + zero_point, min, max);
    }
}

/* Any widths and shifts, in 64 bits: a 32-bit number less a zero point has 33, and nothing may be lost before the limits are applied. */
static void requantize_any(const ei_arena *arena, const int32_t *record, int32_t source, int32_t i, int32_t target, int32_t o, int32_t count)
{
    int64_t multiplier = record[EI_REQUANTIZE_MULTIPLIER];
    int32_t shift = record[EI_REQUANTIZE_SHIFT];
    int64_t first_half = shift > 31 ? (int64_t)1 << 30 : 0;
    int64_t second_half = (int64_t)1 << (shift - 1);
    int64_t step = shift > 31 ? (int64_t)1 << 31 : 0;
    for (int32_t end = i + count; i < end; i++, o++) {
        int64_t value = source == EI_TENSOR_TYPE_INT32 ? arena->int32[i]
            : source == EI_TENSOR_TYPE_INT16 ? arena->int16[i]
            : source == EI_TENSOR_TYPE_INT8 ? arena->int8[i] : (uint8_t)arena->int8[i];
        value = (value - record[EI_REQUANTIZE_INPUT_ZERO_POINT]) * multiplier + first_half;
        if (value < 0) value -= step;
        value = ((value + second_half) >> shift) + record[EI_REQUANTIZE_OUTPUT_ZERO_POINT];
        if (value < record[EI_REQUANTIZE_MIN]) value = record[EI_REQUANTIZE_MIN];
        if (value > record[EI_REQUANTIZE_MAX]) value = record[EI_REQUANTIZE_MAX];
        if (target == EI_TENSOR_TYPE_INT32) arena->int32[o] = (int32_t)value;
        else if (target == EI_TENSOR_TYPE_INT16) arena->int16[o] = (int16_t)value;
        else arena->int8[o] = (int8_t)value;
    }
}

bool ei_requantize_tensor(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t source = ei_type(model, record, EI_REQUANTIZE_INPUT);
    int32_t target = ei_type(model, record, EI_RECORD_OUTPUT);
    ei_range range = ei_items(record, record[EI_REQUANTIZE_COUNT], unit, count);
    int32_t elements = range.end - range.first;
    int32_t i = ei_offset(model, record, EI_REQUANTIZE_INPUT) + range.first;
    int32_t o = ei_offset(model, record, EI_RECORD_OUTPUT) + range.first;
    bool bytes = source < EI_TENSOR_TYPE_INT16 && target < EI_TENSOR_TYPE_INT16;
    if (bytes && record[EI_REQUANTIZE_SHIFT] > 31) requantize_bytes(record, source, arena->int8 + i, arena->int8 + o, elements);
    else requantize_any(arena, record, source, i, target, o, elements);
    return true;
}
