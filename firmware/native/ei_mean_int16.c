#include "ei_record.h"
#include "ei_rescale.h"

/* The sum over the dimensions that do not stay; beyond 65535 elements it wraps. */
static int32_t sum_of(const int32_t *record, const int16_t *x)
{
    int32_t step0 = record[EI_MEAN_SUMMED_STRIDES];
    int32_t step1 = record[EI_MEAN_SUMMED_STRIDES + 1];
    int32_t step2 = record[EI_MEAN_SUMMED_STRIDES + 2];
    int32_t length0 = record[EI_MEAN_SUMMED_LENGTHS] * step0;
    int32_t length1 = record[EI_MEAN_SUMMED_LENGTHS + 1] * step1;
    int32_t length2 = record[EI_MEAN_SUMMED_LENGTHS + 2] * step2;
    int32_t sum = 0;
    for (int32_t i0 = 0; i0 < length0; i0 += step0) {
        for (int32_t i1 = 0; i1 < length1; i1 += step1) {
            const int16_t *cell = x + i0 + i1;
            for (const int16_t *end = cell + length2; cell < end; cell += step2) sum = ei_add_wrapping(sum, *cell);
        }
    }
    return sum;
}

bool ei_mean_int16(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t kept1 = record[EI_MEAN_KEPT_LENGTHS + 1];
    int32_t kept = record[EI_MEAN_KEPT_LENGTHS + 2];
    int32_t step = record[EI_MEAN_KEPT_STRIDES + 2];
    int32_t shift = record[EI_MEAN_SHIFT] - 32;
    uint32_t multiplier = (uint32_t)record[EI_MEAN_MULTIPLIER] << 1;
    const int16_t *input = arena->int16 + ei_offset(model, record, EI_MEAN_INPUT);
    int16_t *y = arena->int16 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * kept;

    /* A unit is the last of the dimensions that stay. */
    for (; count > 0; count--, unit++) {
        const int16_t *x = input + unit / kept1 * record[EI_MEAN_KEPT_STRIDES] + unit % kept1 * record[EI_MEAN_KEPT_STRIDES + 1];
        for (int16_t *end = y + kept; y < end; x += step, y++) {
            int32_t sum = (int32_t)((uint32_t)sum_of(record, x) - (uint32_t)record[EI_MEAN_OFFSET]);
            int32_t value = shift < 0 ? ei_round_up_within(sum, multiplier, shift) : ei_round(sum, multiplier, shift);
            *y = (int16_t)ei_clamp(ei_add_wrapping(value, record[EI_MEAN_OUTPUT_ZERO_POINT]), INT16_MIN, INT16_MAX);
        }
    }
    return true;
}
