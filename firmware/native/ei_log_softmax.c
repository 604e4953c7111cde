#include "ei_reciprocal.h"
#include "ei_record.h"
#include "ei_rescale.h"

static int32_t doubled(int32_t value)
{
    return value < 1 << 30 ? value * 2 : INT32_MAX;
}

/* The natural logarithm of a number from 1 to 2^12 with 19 fractional bits; the result has 26. The number is r * 2^power, where r is
 * near the fourth root of 1/2 and the power may end in a quarter; ln r is a quotient of polynomials. */
static int32_t logarithm_of(int32_t x)
{
    const int32_t root_of_half = 1518500250;
    const int32_t fourth_root_of_half = 1805811301;
    int32_t left = 0;
    while (x << left < 1 << 30) left++;
    int32_t a = doubled(ei_multiply_high(x << left, root_of_half));
    int32_t power_of_a = (11 - left) * (1 << 25) + (1 << 23);
    int32_t left_of_b = left + (ei_multiply_high(x, root_of_half) << left < 1 << 30 ? 1 : 0);
    int32_t b = left_of_b == left ? x << left : doubled(x << left);
    int32_t power_of_b = (12 - left_of_b) * (1 << 25) - (1 << 23);
    int32_t r = a < b ? a : b;
    int32_t power = power_of_a > power_of_b ? power_of_a : power_of_b;

    int32_t p = (int32_t)(((uint32_t)r + (uint32_t)fourth_root_of_half + 1) >> 1);
    int32_t q = (r - fourth_root_of_half) * 2;
    int32_t magnitude = q < 0 ? -q : q;
    int32_t square = ei_multiply_high(magnitude, magnitude);
    int32_t numerator = ei_multiply_high(q, r) + ei_multiply_high(ei_multiply_high(q, square), 117049297);
    int32_t denominator = ei_multiply_high(p, 1057819769 + q + ei_multiply_high(127690142, square)) + ei_multiply_high(q, 638450708);
    int32_t reciprocal = ei_reciprocal((int32_t)(((uint32_t)denominator + (uint32_t)INT32_MAX + 1) >> 1));
    int32_t scaled = (numerator + (1 << 5) + (numerator >> 31)) >> 6;
    return doubled(ei_multiply_high(power, 1488522236) + ei_multiply_high(scaled, reciprocal));
}

bool ei_log_softmax(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t depth = record[EI_LOG_SOFTMAX_DEPTH];
    int32_t entries = record[EI_LOG_SOFTMAX_ENTRIES];
    const int32_t *table = model->words + record[EI_LOG_SOFTMAX_TABLE];
    const int8_t *x = arena->int8 + ei_offset(model, record, EI_LOG_SOFTMAX_INPUT) + unit * depth;
    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * depth;
    for (; count > 0; count--) {
        const int8_t *end = x + depth;
        int32_t max = INT8_MIN;
        for (const int8_t *p = x; p < end; p++) {
            if (*p > max) max = *p;
        }

        int32_t sum = 0;
        for (const int8_t *p = x; p < end; p++) {
            int32_t d = max - *p;
            if (d < entries) sum += table[2 * d];
        }

        int32_t logarithm = logarithm_of(sum);
        for (; x < end; x++, y++) {
            int32_t d = max - *x;
            int32_t value = INT8_MIN;
            if (d < entries) {
                /* Halves go away from zero. */
                int32_t difference = table[2 * d + 1] - logarithm;
                value = ((difference + (1 << 21) + (difference >> 31)) >> 22) + INT8_MAX;
            }
            *y = (int8_t)ei_clamp(value, INT8_MIN, INT8_MAX);
        }
    }
    return true;
}
