/* Rounding of products by parts, for kernels that use more or less of it than ei_requantize; docs/numerics.md derives it. */
#ifndef EI_RESCALE_H
#define EI_RESCALE_H

#include "ei_channels.h"

/* value * multiplier / 2^31, half upwards: the high word of a product with the doubled multiplier, plus the top bit of the low one. */
EI_INLINE int32_t ei_multiply_high(int32_t value, int32_t multiplier)
{
    int64_t product = value * (int64_t)((uint32_t)multiplier << 1);
    return (int32_t)(product >> 32) + (int32_t)((uint32_t)product >> 31);
}

/* ei_requantize where the shift is known to be 31 or more. */
EI_INLINE int32_t ei_rescale(int32_t value, int32_t multiplier, int32_t shift)
{
    return shift == 31 ? ei_multiply_high(value, multiplier) : ei_round(value, (uint32_t)multiplier << 1, shift - 32);
}

EI_INLINE int32_t ei_clamp(int32_t value, int32_t min, int32_t max)
{
    if (value < min) value = min;
    if (value > max) value = max;
    return value;
}

#endif
