#include "ei_record.h"
#include "ei_rescale.h"

static int32_t sum_of_squares(const int8_t *x, const int8_t *end, int32_t zero_point)
{
    int32_t sum = 0;
    for (; x < end; x++) sum += (*x - zero_point) * (*x - zero_point);
    return sum;
}

/* 1 / root of 2 * x, for x from 1/4 to 1 with 29 fractional bits, by five steps of Newton and Raphson; the result has 28. */
static int32_t inverse_root_of(int32_t x)
{
    int32_t half = ((x >> 1) + 1) >> 1;
    int32_t root = 1 << 28;
    for (int32_t i = 0; i < 5; i++) {
        int32_t cube = ei_multiply_high(ei_multiply_high(root, root), root) * 64;
        root = (ei_multiply_high((1 << 28) + (1 << 27), root) - ei_multiply_high(half, cube)) * 8;
    }
    return ei_multiply_high(root, 1518500250);
}

bool ei_l2_normalization(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t depth = record[EI_L2_NORMALIZATION_DEPTH];
    int32_t zero_point = record[EI_L2_NORMALIZATION_ZERO_POINT];
    const int8_t *x = arena->int8 + ei_offset(model, record, EI_L2_NORMALIZATION_INPUT) + unit * depth;
    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * depth;
    for (; count > 0; count--) {
        const int8_t *end = x + depth;
        int32_t sum = sum_of_squares(x, end, zero_point);
        int32_t multiplier = INT32_MAX;
        int32_t shift = 31 - 7;
        if (sum > 1) {
            shift += 11;
            for (; sum >= 1 << 29; shift++) sum >>= 2;
            for (; sum < 1 << 27; shift--) sum <<= 2;
            multiplier = inverse_root_of(sum);
        }
        for (; x < end; x++, y++) *y = (int8_t)ei_clamp(ei_requantize(*x - zero_point, multiplier, shift), INT8_MIN, INT8_MAX);
    }
    return true;
}
