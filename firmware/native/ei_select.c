#include "ei_broadcast.h"

static void select_int8(const ei_broadcast *walk, const int8_t *c, int32_t step, const int8_t *a, const int8_t *b, int8_t *y)
{
    for (int8_t *end = y + walk->run; y < end; y++, a += walk->step1, b += walk->step2, c += step) *y = *c != 0 ? *a : *b;
}

static void select_int16(const ei_broadcast *walk, const int8_t *c, int32_t step, const int16_t *a, const int16_t *b, int16_t *y)
{
    for (int16_t *end = y + walk->run; y < end; y++, a += walk->step1, b += walk->step2, c += step) *y = *c != 0 ? *a : *b;
}

static void select_int32(const ei_broadcast *walk, const int8_t *c, int32_t step, const int32_t *a, const int32_t *b, int32_t *y)
{
    for (int32_t *end = y + walk->run; y < end; y++, a += walk->step1, b += walk->step2, c += step) *y = *c != 0 ? *a : *b;
}

bool ei_select(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    ei_broadcast walk = ei_broadcast_of(record);
    const int32_t *strides = record + EI_SELECT_CONDITION_STRIDES;
    int32_t type = ei_type(model, record, EI_RECORD_OUTPUT);
    int32_t input1 = ei_offset(model, record, EI_BROADCAST_INPUT1);
    int32_t input2 = ei_offset(model, record, EI_BROADCAST_INPUT2);
    const int8_t *condition = arena->int8 + ei_offset(model, record, EI_SELECT_CONDITION);
    int32_t o = ei_offset(model, record, EI_RECORD_OUTPUT) + unit * walk.rows * walk.run;

    for (; count > 0; count--, unit++) {
        int32_t i = input1 + ei_broadcast_start(record, record + EI_BROADCAST_STRIDES1, unit);
        int32_t j = input2 + ei_broadcast_start(record, record + EI_BROADCAST_STRIDES2, unit);
        const int8_t *c = condition + ei_broadcast_start(record, strides, unit);
        for (int32_t row = 0; row < walk.rows; row++, i += walk.row_step1, j += walk.row_step2, c += strides[3], o += walk.run) {
            if (type == EI_TENSOR_TYPE_INT8) select_int8(&walk, c, strides[4], arena->int8 + i, arena->int8 + j, arena->int8 + o);
            else if (type == EI_TENSOR_TYPE_INT16) select_int16(&walk, c, strides[4], arena->int16 + i, arena->int16 + j, arena->int16 + o);
            else select_int32(&walk, c, strides[4], arena->int32 + i, arena->int32 + j, arena->int32 + o);
        }
    }
    return true;
}
