#include "ei_broadcast.h"
#include "ei_rescale.h"

static void choose(const int32_t *record, const ei_broadcast *walk, const int8_t *a, const int8_t *b, int8_t *y)
{
    bool larger = record[EI_PAIRWISE_FUNCTION] == EI_PAIRWISE_LARGER;
    for (int8_t *end = y + walk->run; y < end; y++, a += walk->step1, b += walk->step2) *y = (*a > *b) == larger ? *a : *b;
}

static void compare(const ei_model *model, const int32_t *record, const ei_broadcast *walk, const int8_t *a, const int8_t *b, int8_t *y)
{
    const int16_t *table1 = model->halves + record[EI_PAIRWISE_TABLE1] + 128;
    const int16_t *table2 = model->halves + record[EI_PAIRWISE_TABLE2] + 128;
    int8_t below = (int8_t)record[EI_PAIRWISE_BELOW];
    int8_t same = (int8_t)record[EI_PAIRWISE_SAME];
    int8_t above = (int8_t)record[EI_PAIRWISE_ABOVE];
    for (int8_t *end = y + walk->run; y < end; y++, a += walk->step1, b += walk->step2) {
        int32_t difference = table1[*a] - table2[*b];
        *y = difference < 0 ? below : difference == 0 ? same : above;
    }
}

/* A product by a multiplier that is doubled and a shift that is less 32, kept within what clamping needs. */
static int32_t scaled(int32_t product, uint32_t multiplier, int32_t shift)
{
    return shift < 0 ? ei_round_up_within(product, multiplier, shift) : ei_round(product, multiplier, shift);
}

static void scale(const ei_model *model, const int32_t *record, const ei_broadcast *walk, const int8_t *a, const int8_t *b, int8_t *y)
{
    const int16_t *table1 = model->halves + record[EI_PAIRWISE_TABLE1] + 128;
    const int16_t *table2 = model->halves + record[EI_PAIRWISE_TABLE2] + 128;
    bool squares = record[EI_PAIRWISE_FUNCTION] == EI_PAIRWISE_SQUARED_DIFFERENCE;
    uint32_t multiplier = (uint32_t)record[EI_PAIRWISE_MULTIPLIER] << 1;
    int32_t shift = record[EI_PAIRWISE_SHIFT] - 32;
    uint32_t slope_multiplier = (uint32_t)record[EI_PAIRWISE_SLOPE_MULTIPLIER] << 1;
    int32_t slope_shift = record[EI_PAIRWISE_SLOPE_SHIFT] - 32;
    int32_t zero_point = record[EI_PAIRWISE_OUTPUT_ZERO_POINT];
    for (int8_t *end = y + walk->run; y < end; y++, a += walk->step1, b += walk->step2) {
        int32_t u = table1[*a];
        int32_t value;
        if (squares) {
            /* Beyond 16 bits the square wraps, as the managed kernel's does. */
            uint32_t difference = (uint32_t)(u - table2[*b]);
            value = scaled((int32_t)(difference * difference), multiplier, shift);
        } else if (u >= 0) {
            value = scaled(u, multiplier, shift);
        } else {
            value = scaled(u * table2[*b], slope_multiplier, slope_shift);
        }
        *y = (int8_t)ei_clamp(value + zero_point, INT8_MIN, INT8_MAX);
    }
}

bool ei_pairwise(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    ei_broadcast walk = ei_broadcast_of(record);
    int32_t function = record[EI_PAIRWISE_FUNCTION];
    const int8_t *input1 = arena->int8 + ei_offset(model, record, EI_BROADCAST_INPUT1);
    const int8_t *input2 = arena->int8 + ei_offset(model, record, EI_BROADCAST_INPUT2);
    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * walk.rows * walk.run;

    for (; count > 0; count--, unit++) {
        const int8_t *a = input1 + ei_broadcast_start(record, record + EI_BROADCAST_STRIDES1, unit);
        const int8_t *b = input2 + ei_broadcast_start(record, record + EI_BROADCAST_STRIDES2, unit);
        for (int32_t row = 0; row < walk.rows; row++, a += walk.row_step1, b += walk.row_step2, y += walk.run) {
            if (function < EI_PAIRWISE_ORDER) choose(record, &walk, a, b, y);
            else if (function == EI_PAIRWISE_ORDER) compare(model, record, &walk, a, b, y);
            else scale(model, record, &walk, a, b, y);
        }
    }
    return true;
}
