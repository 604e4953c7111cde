/* Bias, scale and limits of output channels, and the requantization of an accumulator; docs/numerics.md derives it. */
#ifndef EI_CHANNELS_H
#define EI_CHANNELS_H

#include "edgeinfer.h"
#include "ei_compiler.h"

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

/* What all outputs of one channel share. Kernels keep it in locals: a store of 8 bits may change any memory, as far as a
 * compiler knows. */
typedef struct ei_scale {
    uint32_t bias;
    uint32_t multiplier; /* doubled */
    int32_t shift;       /* less 32 */
    int32_t zero_point;
    int32_t min;
    int32_t max;
} ei_scale;

/* Goes on to a channel's own bias and scale. */
EI_INLINE void ei_scale_set(ei_scale *scale, int32_t bias, const int32_t *table)
{
    scale->bias = (uint32_t)bias;
    scale->multiplier = (uint32_t)table[EI_CHANNEL_MULTIPLIER] << 1;
    scale->shift = table[EI_CHANNEL_SHIFT] - 32;
}

/* The scale of the first channel. */
EI_INLINE ei_scale ei_scale_first(const ei_channels *channels)
{
    ei_scale scale;
    scale.zero_point = channels->zero_point;
    scale.min = channels->min;
    scale.max = channels->max;
    ei_scale_set(&scale, channels->biases[0], channels->scales);
    return scale;
}

/* Of ei_round, where the shift is less than 0: modulo 2^32 as the managed kernels do, or kept within 2^24. */
int32_t ei_round_up(int32_t sum, uint32_t multiplier, int32_t shift);
int32_t ei_round_up_within(int32_t sum, uint32_t multiplier, int32_t shift);

/* sum * multiplier / 2^(shift + 33), the multiplier being doubled and the shift not less than 0: rounded twice as gemmlowp
 * does, first to sum * multiplier / 2^32, half upwards, then by the rest of the shift, half away from zero. The first result is
 * the high word of a product of 32 by 32 bits plus the top bit of its low word. The second rounding is carried out before the
 * last bit is shifted out, so that nothing overflows. */
EI_INLINE int32_t ei_round(int32_t sum, uint32_t multiplier, int32_t shift)
{
    int64_t product = sum * (int64_t)multiplier;
    int32_t high = (int32_t)(product >> 32) + (int32_t)((uint32_t)product >> 31);
    high += high >> 31;
    return ((high >> shift) + 1) >> 1;
}

/* sum * multiplier / 2^shift, as records hold the multiplier and the shift. */
EI_INLINE int32_t ei_requantize(int32_t sum, int32_t multiplier, int32_t shift)
{
    uint32_t doubled = (uint32_t)multiplier << 1;
    shift -= 32;
    return shift < 0 ? ei_round_up(sum, doubled, shift) : ei_round(sum, doubled, shift);
}

/* a + b modulo 2^32. */
EI_INLINE int32_t ei_add_wrapping(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

/* An output of a channel: its bias added to a sum, its scale applied, the zero point added, the limits kept. Sums are
 * unsigned here, for their overflow is defined: an accumulator that no sane model reaches wraps as the managed kernels' does. */
EI_INLINE int8_t ei_output(ei_scale scale, uint32_t sum)
{
    int32_t biased = (int32_t)(sum + scale.bias);
    int32_t value = scale.shift < 0 ? ei_round_up_within(biased, scale.multiplier, scale.shift) : ei_round(biased, scale.multiplier, scale.shift);
    value += scale.zero_point;
    if (value < scale.min) value = scale.min;
    if (value > scale.max) value = scale.max;
    return (int8_t)value;
}

#endif
