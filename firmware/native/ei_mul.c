#include "ei_broadcast.h"
#include "ei_rescale.h"

bool ei_mul(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    ei_broadcast walk = ei_broadcast_of(record);
    int32_t zero_point1 = record[EI_MUL_ZERO_POINT1];
    int32_t zero_point2 = record[EI_MUL_ZERO_POINT2];
    uint32_t multiplier = (uint32_t)record[EI_MUL_MULTIPLIER] << 1;
    int32_t shift = record[EI_MUL_SHIFT] - 32;
    int32_t zero_point = record[EI_MUL_OUTPUT_ZERO_POINT];
    int32_t min = record[EI_MUL_ACTIVATION_MIN];
    int32_t max = record[EI_MUL_ACTIVATION_MAX];
    const int8_t *input1 = arena->int8 + ei_offset(model, record, EI_BROADCAST_INPUT1);
    const int8_t *input2 = arena->int8 + ei_offset(model, record, EI_BROADCAST_INPUT2);
    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * walk.rows * walk.run;

    for (; count > 0; count--, unit++) {
        int32_t start1 = ei_broadcast_start(record, record + EI_BROADCAST_STRIDES1, unit);
        int32_t start2 = ei_broadcast_start(record, record + EI_BROADCAST_STRIDES2, unit);
        for (int32_t row = 0; row < walk.rows; row++, start1 += walk.row_step1, start2 += walk.row_step2) {
            const int8_t *x1 = input1 + start1;
            const int8_t *x2 = input2 + start2;
            for (int8_t *end = y + walk.run; y < end; y++, x1 += walk.step1, x2 += walk.step2) {
                int32_t product = (*x1 - zero_point1) * (*x2 - zero_point2);
                int32_t value = shift < 0 ? ei_round_up_within(product, multiplier, shift) : ei_round(product, multiplier, shift);
                *y = (int8_t)ei_clamp(value + zero_point, min, max);
            }
        }
    }
    return true;
}
