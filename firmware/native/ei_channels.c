#include "ei_channels.h"

int32_t ei_requantize_up(int32_t sum, int32_t multiplier, int32_t shift)
{
    const int64_t limit = 1 << 24;
    int64_t value = ((int64_t)sum * multiplier + ((int64_t)1 << (shift - 1))) >> shift;
    if (value > limit) value = limit;
    if (value < -limit) value = -limit;
    return (int32_t)value;
}
