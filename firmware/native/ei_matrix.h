/* Products of filters and inputs, the heart of convolutions and matrix products. */
#ifndef EI_MATRIX_H
#define EI_MATRIX_H

#include "ei_channels.h"

/* Positions that ei_multiply_lanes takes at once. With four filters they make twelve products of seven loads, and the sums,
 * the operands and the pointers still fit into the 28 free registers of RV32. */
#define EI_LANES 3

/* Most taps for which a sum of products, each of them below 2^15, is sure to fit into 32 bits. */
#define EI_MAXIMUM_TAPS 65535

/* For every filter f and each of EI_LANES positions p:
 * output[p * step + f] = sum over k of x[k * EI_LANES + p] * (weights[f * taps + k] - 128), requantized.
 * totals[p] is the sum of the position's inputs: the products with unsigned weights have 128 times that too much. */
void ei_multiply_lanes(const ei_channels *channels, const uint8_t *weights, int32_t taps, int32_t filters,
    const int8_t *x, const int32_t *totals, int8_t *output, int32_t step);

/* The same for one position and any zero point of the weights:
 * output[f] = sum over k of x[k] * (weights[f * taps + k] - zero), requantized. */
void ei_multiply_one(const ei_channels *channels, const uint8_t *weights, int32_t taps, int32_t filters,
    const int8_t *x, int32_t zero, int8_t *output);

#endif
