/* How sums of numbers of one scale are brought to another; the fields are those of EdgeInfer.Kernels.SumScale. */
#ifndef EI_SUM_SCALE_H
#define EI_SUM_SCALE_H

#include <stdint.h>

/* An output: sum * multiplier / 2^shift, rounded half upwards to 2^12, then half away from zero by the rest of the shift. */
static inline int8_t ei_scale_sum(int32_t sum, int32_t multiplier, int32_t shift, int32_t zero_point)
{
    int64_t value = ((int64_t)sum * multiplier + (1 << 11)) >> 12;
    shift -= 12;
    if (shift > 0) value = (value + ((int64_t)1 << (shift - 1)) - (value < 0 ? 1 : 0)) >> shift;
    value += zero_point;
    return (int8_t)(value < INT8_MIN ? INT8_MIN : value > INT8_MAX ? INT8_MAX : value);
}

#endif
