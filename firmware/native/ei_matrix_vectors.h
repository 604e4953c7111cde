/* The product of a matrix and three vectors at once, which sequences allow. */
#ifndef EI_MATRIX_VECTORS_H
#define EI_MATRIX_VECTORS_H

#include <stdint.h>

/* sums[v * rows + r] = biases[r] + sum over i of (weights[r * depth + i] - 128) * x[v * step + i], modulo 2^32, for v of 0 to 2
 * and all rows, of which there are at least three. */
void ei_matrix_vectors(
    const uint8_t *weights, const int8_t *x, int32_t step, int32_t depth, const int32_t *biases, int32_t *sums, int32_t rows);

#endif
