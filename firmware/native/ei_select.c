#include "ei_broadcast.h"

bool ei_select(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    ei_broadcast walk = ei_broadcast_of(record);
    const int32_t *strides = record + EI_SELECT_CONDITION_STRIDES;
    const int8_t *input1 = arena->int8 + ei_offset(model, record, EI_BROADCAST_INPUT1);
    const int8_t *input2 = arena->int8 + ei_offset(model, record, EI_BROADCAST_INPUT2);
    const int8_t *condition = arena->int8 + ei_offset(model, record, EI_SELECT_CONDITION);
    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * walk.rows * walk.run;

    for (; count > 0; count--, unit++) {
        int32_t start1 = ei_broadcast_start(record, record + EI_BROADCAST_STRIDES1, unit);
        int32_t start2 = ei_broadcast_start(record, record + EI_BROADCAST_STRIDES2, unit);
        int32_t start = ei_broadcast_start(record, strides, unit);
        for (int32_t row = 0; row < walk.rows; row++, start1 += walk.row_step1, start2 += walk.row_step2, start += strides[3]) {
            const int8_t *a = input1 + start1;
            const int8_t *b = input2 + start2;
            const int8_t *c = condition + start;
            for (int8_t *end = y + walk.run; y < end; y++, a += walk.step1, b += walk.step2, c += strides[4]) *y = *c != 0 ? *a : *b;
        }
    }
    return true;
}
