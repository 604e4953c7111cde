/* Products of filters with 4-bit weights and the inputs of one position. */
#ifndef EI_NIBBLES_H
#define EI_NIBBLES_H

#include "ei_channels.h"

/* Most taps for which a sum of products, with weights as they are stored, is sure to fit into 32 bits. */
#define EI_NIBBLE_TAPS (1 << 20)

/* Bytes of a filter's weights: two a byte, the first in the low half, each plus 8. */
static inline int32_t ei_nibble_bytes(int32_t taps)
{
    return (taps + 1) / 2;
}

/* For every filter f: output[f] = sum over k of x[k] * weight[f, k], requantized. `pairs` is room for the inputs of `room` taps, a
 * multiple of sixteen, two a number; where there are more taps, they are laid out anew for every four filters. */
void ei_multiply_nibbles(const ei_channels *channels, const uint8_t *weights, int32_t taps, int32_t filters, const int8_t *x,
    uint32_t *pairs, int32_t room, int8_t *output);

/* The same for two positions, whose inputs follow each other in `x`; the outputs of the second lie `step` behind those of the first.
 * `pairs` is room for the taps of both, each up to a multiple of sixteen, two a number. */
void ei_multiply_nibbles_by_two(const ei_channels *channels, const uint8_t *weights, int32_t taps, int32_t filters, const int8_t *x,
    uint32_t *pairs, int8_t *output, int32_t step);

#endif
