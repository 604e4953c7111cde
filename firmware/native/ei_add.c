#include "ei_broadcast.h"
#include "ei_rescale.h"

/* What takes an operand to the common scale. */
typedef struct operand {
    const int8_t *x;
    int32_t step;
    int32_t zero; /* its zero point, with the bits that operands gain */
    int32_t multiplier;
    int32_t shift;
    int32_t sign; /* 1 or -1 */
} operand;

static operand operand_of(const int32_t *record, int32_t zero_point, int32_t multiplier, int32_t shift, int32_t sign)
{
    operand o = { 0, 0, record[zero_point] * (1 << EI_ADD_LEFT_SHIFT), record[multiplier], record[shift], sign };
    return o;
}

/* The operand with the larger scale has the factor 1/2 exactly; the verifier demands one of the kind. */
static bool is_halved(operand o)
{
    return o.multiplier == 1 << 30 && o.shift == 31;
}

/* What an element of the other operand adds to the sum, within 2^28. The sign turns over all bits, and is one short of the negative by that. */
EI_INLINE int32_t share(int32_t x, operand o)
{
    return ei_rescale(x * (1 << EI_ADD_LEFT_SHIFT) - o.zero, o.multiplier, o.shift) ^ (o.sign >> 1);
}

typedef struct result {
    int32_t multiplier;
    int32_t shift;
    int32_t zero_point;
    int32_t min;
    int32_t max;
} result;

EI_INLINE int8_t output_of(int32_t sum, result r)
{
    return (int8_t)ei_clamp(ei_rescale(sum, r.multiplier, r.shift) + r.zero_point, r.min, r.max);
}

/* A row of sums. The first operand is the halved one here: its share is a product. */
static void add_row(operand first, operand second, result r, int8_t *y, int32_t run)
{
    int32_t factor = first.sign * (1 << (EI_ADD_LEFT_SHIFT - 1));
    int32_t start = (second.sign < 0) - first.sign * (first.zero >> 1);
    for (int8_t *end = y + run; y < end; y++, first.x += first.step, second.x += second.step) {
        *y = output_of(*first.x * factor + start + share(*second.x, second), r);
    }
}

bool ei_add(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    ei_broadcast walk = ei_broadcast_of(record);
    const int8_t *input1 = arena->int8 + ei_offset(model, record, EI_BROADCAST_INPUT1);
    const int8_t *input2 = arena->int8 + ei_offset(model, record, EI_BROADCAST_INPUT2);
    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * walk.rows * walk.run;
    operand first = operand_of(record, EI_ADD_ZERO_POINT1, EI_ADD_MULTIPLIER1, EI_ADD_SHIFT1, 1);
    operand second = operand_of(record, EI_ADD_ZERO_POINT2, EI_ADD_MULTIPLIER2, EI_ADD_SHIFT2, record[EI_ADD_SIGN]);
    first.step = walk.step1;
    second.step = walk.step2;
    result r = {
        record[EI_ADD_OUTPUT_MULTIPLIER],
        record[EI_ADD_OUTPUT_SHIFT],
        record[EI_ADD_OUTPUT_ZERO_POINT],
        record[EI_ADD_ACTIVATION_MIN],
        record[EI_ADD_ACTIVATION_MAX],
    };
    for (; count > 0; count--, unit++) {
        int32_t start1 = ei_broadcast_start(record, record + EI_BROADCAST_STRIDES1, unit);
        int32_t start2 = ei_broadcast_start(record, record + EI_BROADCAST_STRIDES2, unit);
        for (int32_t row = 0; row < walk.rows; row++, y += walk.run) {
            first.x = input1 + start1;
            second.x = input2 + start2;
            if (is_halved(first)) add_row(first, second, r, y, walk.run);
            else add_row(second, first, r, y, walk.run);
            start1 += walk.row_step1;
            start2 += walk.row_step2;
        }
    }
    return true;
}
