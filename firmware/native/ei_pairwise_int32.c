#include "ei_broadcast.h"

/* Sums and products modulo 2^32. */
static int32_t combine(int32_t function, int32_t a, int32_t b)
{
    uint32_t difference = (uint32_t)a - (uint32_t)b;
    switch (function) {
    case EI_PAIRWISE_INT32_LARGER: return a > b ? a : b;
    case EI_PAIRWISE_INT32_SMALLER: return a < b ? a : b;
    case EI_PAIRWISE_INT32_SUM: return (int32_t)((uint32_t)a + (uint32_t)b);
    case EI_PAIRWISE_INT32_DIFFERENCE: return (int32_t)difference;
    case EI_PAIRWISE_INT32_SQUARED_DIFFERENCE: return (int32_t)(difference * difference);
    case EI_PAIRWISE_INT32_PRODUCT: return (int32_t)((uint32_t)a * (uint32_t)b);
    default: return b > 0 || b < -1 ? a / b : b == 0 ? a : (int32_t)(0 - (uint32_t)a);
    }
}

bool ei_pairwise_int32(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    ei_broadcast walk = ei_broadcast_of(record);
    int32_t function = record[EI_PAIRWISE_INT32_FUNCTION];
    int32_t min = record[EI_PAIRWISE_INT32_MIN];
    int32_t max = record[EI_PAIRWISE_INT32_MAX];
    int32_t same = record[EI_PAIRWISE_INT32_SAME];
    const int32_t *input1 = arena->int32 + ei_offset(model, record, EI_BROADCAST_INPUT1);
    const int32_t *input2 = arena->int32 + ei_offset(model, record, EI_BROADCAST_INPUT2);
    int32_t o = ei_offset(model, record, EI_RECORD_OUTPUT) + unit * walk.rows * walk.run;

    for (; count > 0; count--, unit++) {
        int32_t start1 = ei_broadcast_start(record, record + EI_BROADCAST_STRIDES1, unit);
        int32_t start2 = ei_broadcast_start(record, record + EI_BROADCAST_STRIDES2, unit);
        for (int32_t row = 0; row < walk.rows; row++, start1 += walk.row_step1, start2 += walk.row_step2) {
            const int32_t *a = input1 + start1;
            const int32_t *b = input2 + start2;
            for (int32_t end = o + walk.run; o < end; o++, a += walk.step1, b += walk.step2) {
                if (function == EI_PAIRWISE_INT32_ORDER) {
                    arena->int8[o] = (int8_t)(*a < *b ? min : *a > *b ? max : same);
                } else {
                    int32_t value = combine(function, *a, *b);
                    arena->int32[o] = value < min ? min : value > max ? max : value;
                }
            }
        }
    }
    return true;
}
