#include "ei_record.h"
#include "ei_rescale.h"

#define STEP_BITS 7

/* A point of the chord from a table's entry to the next; v counts 128 an entry. */
EI_INLINE int32_t chord(const int16_t *table, int32_t v)
{
    const int16_t *p = table + (v >> STEP_BITS);
    return p[0] + (((v & ((1 << STEP_BITS) - 1)) * (p[1] - p[0]) + (1 << (STEP_BITS - 1))) >> STEP_BITS);
}

/* Divides exponentials by their sum, which is made 1 + x with x from 0 to 1. */
static void divide(int16_t *y, int32_t depth, int32_t sum, const int16_t *reciprocals)
{
    /* The largest exponential alone brings the sum of true tables to 2^14. */
    if (sum < 2) sum = 2;
    int32_t shift = 30;
    while (sum < 1 << 30) {
        sum *= 2;
        shift--;
    }
    int32_t v = (int32_t)(((uint32_t)sum + (1u << 13)) >> 14) - (1 << 16);
    int16_t reciprocal = (int16_t)chord(reciprocals, v > UINT16_MAX ? UINT16_MAX : v);
    int32_t half = 1 << (shift - 1);
    for (int16_t *end = y + depth; y < end; y++) *y = (int16_t)ei_clamp((*y * reciprocal + half) >> shift, 0, INT16_MAX);
}

bool ei_softmax_int16(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t depth = record[EI_SOFTMAX_INT16_DEPTH];
    int32_t shift = record[EI_SOFTMAX_INT16_SHIFT] - 32;
    uint32_t multiplier = (uint32_t)record[EI_SOFTMAX_INT16_MULTIPLIER] << 1;
    const int16_t *exponentials = model->halves + record[EI_SOFTMAX_INT16_EXPONENTIALS] + EI_SOFTMAX_INT16_TABLE_LENGTH - 1;
    const int16_t *reciprocals = model->halves + record[EI_SOFTMAX_INT16_RECIPROCALS];
    const int16_t *x = arena->int16 + ei_offset(model, record, EI_SOFTMAX_INT16_INPUT) + unit * depth;
    int16_t *y = arena->int16 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * depth;

    /* A unit is a row. */
    for (; count > 0; count--, x += depth, y += depth) {
        int32_t max = INT16_MIN;
        for (int32_t i = 0; i < depth; i++) {
            if (x[i] > max) max = x[i];
        }
        int32_t sum = 0;
        for (int32_t i = 0; i < depth; i++) {
            int32_t difference = x[i] - max;
            int32_t scaled = shift < 0 ? ei_round_up_within(difference, multiplier, shift) : ei_round(difference, multiplier, shift);
            int32_t value = chord(exponentials, (scaled < -UINT16_MAX ? -UINT16_MAX : scaled) - 1);
            y[i] = (int16_t)value;
            sum = ei_add_wrapping(sum, value);
        }
        divide(y, depth, sum, reciprocals);
    }
    return true;
}
