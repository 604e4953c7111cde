/* Bias, scale and limits of output channels, and the requantization of an accumulator; docs/numerics.md derives it. */
#ifndef EI_CHANNELS_H
#define EI_CHANNELS_H

#include "edgeinfer.h"

/* The channels of one product of a matrix; `biases` and `scales` begin with its first one. */
typedef struct ei_channels {
    const int32_t *biases;
    const int32_t *scales;
    int32_t scale_step;
    int32_t zero_point;
    int32_t min;
    int32_t max;
} ei_channels;

/* The channels from `first` on. `field` is the first of the record's three fields of biases and scales. */
static inline ei_channels ei_channels_from(
    const ei_model *model, const int32_t *record, int32_t field, int32_t first, int32_t zero_point, int32_t min, int32_t max)
{
    ei_channels channels;
    channels.scale_step = record[field + EI_CHANNEL_SCALE_STEP];
    channels.biases = model->words + record[field + EI_CHANNEL_BIASES] + first;
    channels.scales = model->words + record[field + EI_CHANNEL_SCALES] + first * channels.scale_step;
    channels.zero_point = zero_point;
    channels.min = min;
    channels.max = max;
    return channels;
}

/* Requantizes by a shift of at most 31; the result is kept within 2^24, far outside the range of any 8-bit output. */
int32_t ei_requantize_up(int32_t sum, int32_t multiplier, int32_t shift);

/* sum * multiplier / 2^shift, rounded twice as gemmlowp does: first to sum * multiplier / 2^31, half upwards, then by the
 * rest of the shift, half away from zero. With the multiplier doubled the first result is the high word of a product of
 * 32 by 32 bits, plus the top bit of the low word. The second rounding is carried out before the last bit is shifted out,
 * so that nothing overflows. */
static inline int32_t ei_requantize(int32_t sum, int32_t multiplier, int32_t shift)
{
    if (shift <= 31) return ei_requantize_up(sum, multiplier, shift);

    int64_t product = sum * (int64_t)((uint32_t)multiplier << 1);
    int32_t high = (int32_t)(product >> 32) + (int32_t)((uint32_t)product >> 31);
    high += high >> 31;
    return ((high >> (shift - 32)) + 1) >> 1;
}

/* An output of a channel: its scale applied to an accumulator, the zero point added, the limits kept. */
static inline int8_t ei_output(const ei_channels *channels, const int32_t *scale, int32_t sum)
{
    int32_t value = ei_requantize(sum, scale[EI_CHANNEL_MULTIPLIER], scale[EI_CHANNEL_SHIFT]) + channels->zero_point;
    if (value < channels->min) value = channels->min;
    if (value > channels->max) value = channels->max;
    return (int8_t)value;
}

#endif
