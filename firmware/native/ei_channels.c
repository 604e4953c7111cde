#include "ei_channels.h"

int32_t ei_requantize_up(int32_t sum, uint32_t multiplier, int32_t shift)
{
    const int64_t limit = 1 << 24;
    shift += 32;
    int64_t value = (sum * (int64_t)(multiplier >> 1) + ((int64_t)1 << (shift - 1))) >> shift;
    if (value > limit) value = limit;
    if (value < -limit) value = -limit;
    return (int32_t)value;
}
