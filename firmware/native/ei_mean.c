#include "ei_record.h"
#include "ei_rescale.h"

/* The dimensions that are summed over: how far they reach, and their steps, the slowest first. */
typedef struct summed {
    int32_t length0, length1, length2;
    int32_t step0, step1, step2;
} summed;

static summed summed_of(const int32_t *record)
{
    summed s;
    s.step0 = record[EI_MEAN_SUMMED_STRIDES];
    s.step1 = record[EI_MEAN_SUMMED_STRIDES + 1];
    s.step2 = record[EI_MEAN_SUMMED_STRIDES + 2];
    s.length0 = record[EI_MEAN_SUMMED_LENGTHS] * s.step0;
    s.length1 = record[EI_MEAN_SUMMED_LENGTHS + 1] * s.step1;
    s.length2 = record[EI_MEAN_SUMMED_LENGTHS + 2] * s.step2;
    return s;
}

/* The sums of four outputs whose inputs lie side by side. No tensor has enough elements for more than 32 bits. */
static void sum_four(const int8_t *x, summed s, int32_t *sums)
{
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int32_t i0 = 0; i0 < s.length0; i0 += s.step0) {
        for (int32_t i1 = 0; i1 < s.length1; i1 += s.step1) {
            const int8_t *cell = x + i0 + i1;
            for (const int8_t *end = cell + s.length2; cell < end; cell += s.step2) {
                s0 += cell[0];
                s1 += cell[1];
                s2 += cell[2];
                s3 += cell[3];
            }
        }
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

static int32_t sum_one(const int8_t *x, summed s)
{
    int32_t sum = 0;
    for (int32_t i0 = 0; i0 < s.length0; i0 += s.step0) {
        for (int32_t i1 = 0; i1 < s.length1; i1 += s.step1) {
            const int8_t *cell = x + i0 + i1;
            for (const int8_t *end = cell + s.length2; cell < end; cell += s.step2) sum += *cell;
        }
    }
    return sum;
}

static int8_t output_of(const int32_t *record, int32_t sum)
{
    int32_t difference = (int32_t)((uint32_t)sum - (uint32_t)record[EI_MEAN_OFFSET]);
    int32_t value = ei_requantize(difference, record[EI_MEAN_MULTIPLIER], record[EI_MEAN_SHIFT]);
    return (int8_t)ei_clamp(ei_add_wrapping(value, record[EI_MEAN_OUTPUT_ZERO_POINT]), INT8_MIN, INT8_MAX);
}

bool ei_mean(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t kept1 = record[EI_MEAN_KEPT_LENGTHS + 1];
    int32_t kept = record[EI_MEAN_KEPT_LENGTHS + 2];
    int32_t step = record[EI_MEAN_KEPT_STRIDES + 2];
    summed s = summed_of(record);
    const int8_t *input = arena->int8 + ei_offset(model, record, EI_MEAN_INPUT);
    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * kept;

    /* A unit is the last of the dimensions that stay. */
    for (; count > 0; count--, unit++) {
        const int8_t *x = input + unit / kept1 * record[EI_MEAN_KEPT_STRIDES] + unit % kept1 * record[EI_MEAN_KEPT_STRIDES + 1];
        int8_t *end = y + kept;
        for (; step == 1 && end - y >= 4; x += 4, y += 4) {
            int32_t sums[4];
            sum_four(x, s, sums);
            for (int32_t i = 0; i < 4; i++) y[i] = output_of(record, sums[i]);
        }
        for (; y < end; x += step, y++) *y = output_of(record, sum_one(x, s));
    }
    return true;
}
