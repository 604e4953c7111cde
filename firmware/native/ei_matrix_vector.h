/* The matrix product of the recurrent operators. */
#ifndef EI_MATRIX_VECTOR_H
#define EI_MATRIX_VECTOR_H

#include <stdint.h>

/* sums[r] = biases[r] + sum over i of (weights[r * depth + i] - 128) * x[i] for all rows, modulo 2^32.
 * Up to three weights behind the last row are read, and multiplied by zero. */
void ei_matrix_vector(const uint8_t *weights, const int8_t *x, int32_t depth, const int32_t *biases, int32_t *sums, int32_t rows);

#endif
