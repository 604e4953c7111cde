/* Products of filters and inputs, the heart of convolutions and matrix products. */
#ifndef EI_MATRIX_H
#define EI_MATRIX_H

#include "ei_channels.h"

/* Positions that ei_multiply_four takes at once. */
#define EI_LANES 4

/* For every filter f and each of four positions p:
 * output[p * step + f] = sum over k of x[k * 4 + p] * (weights[f * taps + k] - 128), requantized.
 * excess[p] is what the products with unsigned weights have too much: 128 times the sum of the position's inputs. */
void ei_multiply_four(const ei_channels *channels, const uint8_t *weights, int32_t taps, int32_t filters,
    const int8_t *x, const uint32_t *excess, int8_t *output, int32_t step);

/* The same for one position: output[f] = sum over k of x[k] * (weights[f * taps + k] - 128), requantized. */
void ei_multiply_one(const ei_channels *channels, const uint8_t *weights, int32_t taps, int32_t filters,
    const int8_t *x, uint32_t excess, int8_t *output);

#endif
