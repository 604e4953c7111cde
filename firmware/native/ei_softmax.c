#include "ei_reciprocal.h"
#include "ei_record.h"
#include "ei_rescale.h"

/* The table of exponentials: entry d belongs to an input that is d below the row's maximum; what is behind its end is zero. */
typedef struct exponentials {
    const int32_t *table;
    int32_t entries;
    int32_t max;
} exponentials;

/* The sum of a row's exponentials, without the fractional bits that it does not keep. */
static int32_t sum_of(const int8_t *x, const int8_t *end, exponentials e)
{
    int32_t sum = 0;
    for (; x < end; x++) {
        int32_t d = e.max - *x;
        if (d < e.entries) sum += ((e.table[d] >> (EI_SOFTMAX_SUM_SHIFT - 1)) + 1) >> 1;
    }
    return sum;
}

/* The way from exponentials to outputs: (reciprocal * exponential + 2^30) / 2^32 has `rest` bits more than an output. */
typedef struct quotient {
    int32_t reciprocal;
    int32_t rest;
    int32_t half;
} quotient;

static quotient quotient_of(int32_t sum, int32_t rest)
{
    quotient q;
    while (sum < 1 << 30) {
        sum *= 2;
        rest--;
    }
    q.reciprocal = ei_reciprocal(sum);
    q.rest = rest;
    q.half = rest > 30 ? 0 : (1 << rest) >> 1;
    return q;
}

EI_INLINE int32_t output_of(int32_t exponential, quotient q, int32_t min, int32_t max)
{
    uint64_t product = (uint64_t)(uint32_t)q.reciprocal * (uint32_t)exponential + (1u << 30);
    int32_t value = min + (((int32_t)(product >> 32) + q.half) >> q.rest);
    return value > max ? max : value;
}

bool ei_softmax(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t depth = record[EI_SOFTMAX_DEPTH];
    bool wide = ei_type(model, record, EI_RECORD_OUTPUT) == EI_TENSOR_TYPE_INT16;
    const int8_t *x = arena->int8 + ei_offset(model, record, EI_SOFTMAX_INPUT) + unit * depth;
    int32_t o = ei_offset(model, record, EI_RECORD_OUTPUT) + unit * depth;
    exponentials e;
    e.table = model->words + record[EI_SOFTMAX_EXPONENTIALS];
    for (; count > 0; count--, o += depth) {
        const int8_t *end = x + depth;
        e.entries = record[EI_SOFTMAX_ENTRIES];
        e.max = INT8_MIN;
        for (const int8_t *p = x; p < end; p++) {
            if (*p > e.max) e.max = *p;
        }

        /* An output has 8 bits, or 16; the sum has 19 fractional bits, its half 31. */
        quotient q = quotient_of(sum_of(x, end, e), wide ? 57 - 32 : 65 - 32);
        if (q.rest > 30) {
            /* So many nearly equal elements that none reaches half a step of the output. */
            e.entries = 0;
        }

        if (wide) {
            for (int16_t *y = arena->int16 + o; x < end; x++, y++) {
                int32_t d = e.max - *x;
                *y = (int16_t)(d < e.entries ? output_of(e.table[d], q, INT16_MIN, INT16_MAX) : INT16_MIN);
            }
        } else {
            for (int8_t *y = arena->int8 + o; x < end; x++, y++) {
                int32_t d = e.max - *x;
                *y = (int8_t)(d < e.entries ? output_of(e.table[d], q, INT8_MIN, INT8_MAX) : INT8_MIN);
            }
        }
    }
    return true;
}
