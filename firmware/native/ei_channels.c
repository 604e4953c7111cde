#include "ei_channels.h"

static int64_t rounded(int32_t sum, uint32_t multiplier, int32_t shift)
{
    shift += 32;
    return (sum * (int64_t)(multiplier >> 1) + ((int64_t)1 << (shift - 1))) >> shift;
}

int32_t ei_round_up(int32_t sum, uint32_t multiplier, int32_t shift)
{
    return (int32_t)(uint32_t)rounded(sum, multiplier, shift);
}

int32_t ei_round_up_within(int32_t sum, uint32_t multiplier, int32_t shift)
{
    const int64_t limit = 1 << 24;
    int64_t value = rounded(sum, multiplier, shift);
    if (value > limit) value = limit;
    if (value < -limit) value = -limit;
    return (int32_t)value;
}
