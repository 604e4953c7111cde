#include "ei_broadcast.h"
#include "ei_rescale.h"

/* 31 less the bits of a dividend beside its sign. */
static int32_t headroom_of(int32_t dividend)
{
    int32_t headroom = 31;
    for (int32_t bits = dividend ^ (dividend >> 31); bits > 0; bits >>= 1) headroom--;
    return headroom;
}

static int32_t quotient_of(int32_t dividend, const int32_t *entry, int32_t multiplier)
{
    int32_t headroom = headroom_of(dividend);
    int32_t shift = entry[1] + headroom;
    int32_t quotient = ei_multiply_high((int32_t)((uint32_t)dividend << headroom), entry[0]);
    quotient = ei_multiply_high(quotient, multiplier);
    /* Halves go away from zero; behind 31 bits nothing is left. */
    if (shift > 31) return 0;
    if (shift <= 0) return quotient;
    quotient += quotient >> 31;
    return ((quotient >> (shift - 1)) + 1) >> 1;
}

bool ei_div(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    ei_broadcast walk = ei_broadcast_of(record);
    int32_t zero_point1 = record[EI_DIV_ZERO_POINT1];
    int32_t zero_point2 = record[EI_DIV_ZERO_POINT2];
    const int32_t *table = model->words + record[EI_DIV_RECIPROCALS] + EI_DIV_TABLE_LENGTH;
    const int8_t *input1 = arena->int8 + ei_offset(model, record, EI_BROADCAST_INPUT1);
    const int8_t *input2 = arena->int8 + ei_offset(model, record, EI_BROADCAST_INPUT2);
    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * walk.rows * walk.run;
    for (; count > 0; count--, unit++) {
        int32_t start1 = ei_broadcast_start(record, record + EI_BROADCAST_STRIDES1, unit);
        int32_t start2 = ei_broadcast_start(record, record + EI_BROADCAST_STRIDES2, unit);
        for (int32_t row = 0; row < walk.rows; row++, start1 += walk.row_step1, start2 += walk.row_step2) {
            const int8_t *a = input1 + start1;
            const int8_t *b = input2 + start2;
            for (int8_t *end = y + walk.run; y < end; y++, a += walk.step1, b += walk.step2) {
                int32_t dividend = *a - zero_point1;
                if (*b < zero_point2) dividend = -dividend;
                int32_t value = ei_add_wrapping(quotient_of(dividend, table + 2 * *b, record[EI_DIV_MULTIPLIER]), record[EI_DIV_OUTPUT_ZERO_POINT]);
                *y = (int8_t)ei_clamp(value, record[EI_DIV_ACTIVATION_MIN], record[EI_DIV_ACTIVATION_MAX]);
            }
        }
    }
    return true;
}
