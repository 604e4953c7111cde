#include "ei_broadcast.h"
#include "ei_rescale.h"

/* The record's multipliers, doubled, and its shifts, less 32. */
typedef struct scales {
    uint32_t multiplier1, multiplier2, multiplier;
    int32_t shift1, shift2, shift;
    int32_t sign;
    int32_t min, max;
} scales;

static scales scales_of(const int32_t *record)
{
    scales s;
    s.multiplier1 = (uint32_t)record[EI_PAIRWISE_INT16_MULTIPLIER1] << 1;
    s.shift1 = record[EI_PAIRWISE_INT16_SHIFT1] - 32;
    s.multiplier2 = (uint32_t)record[EI_PAIRWISE_INT16_MULTIPLIER2] << 1;
    s.shift2 = record[EI_PAIRWISE_INT16_SHIFT2] - 32;
    s.multiplier = (uint32_t)record[EI_PAIRWISE_INT16_MULTIPLIER] << 1;
    s.shift = record[EI_PAIRWISE_INT16_SHIFT] - 32;
    s.sign = record[EI_PAIRWISE_INT16_SIGN];
    s.min = record[EI_PAIRWISE_INT16_ACTIVATION_MIN];
    s.max = record[EI_PAIRWISE_INT16_ACTIVATION_MAX];
    return s;
}

/* A number by a multiplier that is doubled and a shift that is less 32, kept within what clamping needs. */
EI_INLINE int32_t scaled(int32_t value, uint32_t multiplier, int32_t shift)
{
    return shift < 0 ? ei_round_up_within(value, multiplier, shift) : ei_round(value, multiplier, shift);
}

/* The same where the shift is 31 or more. */
EI_INLINE int32_t share(int32_t value, uint32_t multiplier, int32_t shift)
{
    return shift < 0 ? ei_multiply_high(value, (int32_t)(multiplier >> 1)) : ei_round(value, multiplier, shift);
}

static void choose(const ei_broadcast *walk, bool larger, const int16_t *a, const int16_t *b, int16_t *y)
{
    for (int16_t *end = y + walk->run; y < end; y++, a += walk->step1, b += walk->step2) *y = (*a > *b) == larger ? *a : *b;
}

/* Shares are within 2^30, so that 32 bits hold their sum and their difference. */
static void add(const ei_broadcast *walk, scales s, bool difference, const int16_t *a, const int16_t *b, int16_t *y)
{
    const int32_t unit = 1 << EI_PAIRWISE_INT16_LEFT_SHIFT;
    for (int16_t *end = y + walk->run; y < end; y++, a += walk->step1, b += walk->step2) {
        int32_t u = share(*a * unit, s.multiplier1, s.shift1);
        int32_t v = share(*b * unit, s.multiplier2, s.shift2);
        *y = (int16_t)ei_clamp(scaled(difference ? u - v : u + v, s.multiplier, s.shift), s.min, s.max);
    }
}

/* A square may need 33 bits, where no sane model's does; it is scaled modulo 2^64, as the managed kernel's. */
static void square(const ei_broadcast *walk, scales s, const int16_t *a, const int16_t *b, int16_t *y)
{
    int32_t shift = s.shift + 32;
    uint64_t rounding = (UINT64_C(1) << (shift - 1)) + (shift > 31 ? UINT64_C(1) << 30 : 0);
    int64_t threshold = INT64_C(1) << (shift - 1);
    for (int16_t *end = y + walk->run; y < end; y++, a += walk->step1, b += walk->step2) {
        int64_t difference = share(*a, s.multiplier1, s.shift1) - share(*b, s.multiplier2, s.shift2);
        uint64_t sum = (uint64_t)(difference * difference) * (s.multiplier >> 1) + rounding;
        if ((int64_t)sum < threshold && shift > 31) sum -= UINT64_C(1) << 31;
        int64_t value = (int64_t)sum >> shift;
        *y = (int16_t)(value < s.min ? s.min : value > s.max ? s.max : value);
    }
}

static void multiply(const ei_broadcast *walk, scales s, const int16_t *a, const int16_t *b, int16_t *y)
{
    for (int16_t *end = y + walk->run; y < end; y++, a += walk->step1, b += walk->step2) {
        *y = (int16_t)ei_clamp(scaled(*a * *b, s.multiplier, s.shift), s.min, s.max);
    }
}

static void rectify(const ei_broadcast *walk, scales s, const int16_t *a, const int16_t *b, int16_t *y)
{
    for (int16_t *end = y + walk->run; y < end; y++, a += walk->step1, b += walk->step2) {
        int32_t value = *a >= 0 ? scaled(*a, s.multiplier, s.shift) : scaled(*a * *b, s.multiplier2, s.shift2) * s.sign;
        *y = (int16_t)ei_clamp(value, s.min, s.max);
    }
}

static void compare(const ei_broadcast *walk, scales s, const int16_t *a, const int16_t *b, int8_t *y)
{
    const int32_t unit = 1 << EI_PAIRWISE_INT16_ORDER_SHIFT;
    for (int8_t *end = y + walk->run; y < end; y++, a += walk->step1, b += walk->step2) {
        int32_t u = share(*a * unit, s.multiplier1, s.shift1);
        int32_t v = share(*b * unit, s.multiplier2, s.shift2);
        *y = (int8_t)(u < v ? s.min : u > v ? s.max : s.sign);
    }
}

bool ei_pairwise_int16(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    ei_broadcast walk = ei_broadcast_of(record);
    scales s = scales_of(record);
    int32_t function = record[EI_PAIRWISE_INT16_FUNCTION];
    const int16_t *input1 = arena->int16 + ei_offset(model, record, EI_BROADCAST_INPUT1);
    const int16_t *input2 = arena->int16 + ei_offset(model, record, EI_BROADCAST_INPUT2);
    int32_t o = ei_offset(model, record, EI_RECORD_OUTPUT) + unit * walk.rows * walk.run;

    for (; count > 0; count--, unit++) {
        const int16_t *a = input1 + ei_broadcast_start(record, record + EI_BROADCAST_STRIDES1, unit);
        const int16_t *b = input2 + ei_broadcast_start(record, record + EI_BROADCAST_STRIDES2, unit);
        for (int32_t row = 0; row < walk.rows; row++, a += walk.row_step1, b += walk.row_step2, o += walk.run) {
            int16_t *y = arena->int16 + o;
            switch (function) {
            case EI_PAIRWISE_INT16_SUM: add(&walk, s, false, a, b, y); break;
            case EI_PAIRWISE_INT16_DIFFERENCE: add(&walk, s, true, a, b, y); break;
            case EI_PAIRWISE_INT16_SQUARED_DIFFERENCE: square(&walk, s, a, b, y); break;
            case EI_PAIRWISE_INT16_PRODUCT: multiply(&walk, s, a, b, y); break;
            case EI_PAIRWISE_INT16_SLOPE: rectify(&walk, s, a, b, y); break;
            case EI_PAIRWISE_INT16_ORDER: compare(&walk, s, a, b, arena->int8 + o); break;
            default: choose(&walk, function == EI_PAIRWISE_INT16_LARGER, a, b, y); break;
            }
        }
    }
    return true;
}
