#include "ei_matrix_vector.h"

#include "ei_compiler.h"

/* Up to sixteen inputs wait in registers while the weights of all rows pass by, so that a product is one load, one
 * multiplication and one addition. The 128 of the weights is taken off beforehand: every sum starts with its bias less 128 times
 * the sum of x. */

/* Some columns of the matrix: their inputs and first weights, the length of a row of the whole matrix, and the sums of all rows. */
typedef struct columns {
    const int8_t *x;
    const uint8_t *weights;
    int32_t depth;
    int32_t *sums;
    int32_t rows;
} columns;

#define INPUT(k) uint32_t x##k = (uint32_t)c->x[k]
#define INPUTS_4 INPUT(0); INPUT(1); INPUT(2); INPUT(3)
#define INPUTS_8 INPUTS_4; INPUT(4); INPUT(5); INPUT(6); INPUT(7)
#define INPUTS_12 INPUTS_8; INPUT(8); INPUT(9); INPUT(10); INPUT(11)
#define INPUTS_16 INPUTS_12; INPUT(12); INPUT(13); INPUT(14); INPUT(15)

#define ADD(a, b, c, d)                                           \
    s += w[a] * x##a + w[b] * x##b + w[c] * x##c + w[d] * x##d;   \
    EI_IN_ORDER()
#define ADD_4 ADD(0, 1, 2, 3)
#define ADD_8 ADD_4; ADD(4, 5, 6, 7)
#define ADD_12 ADD_8; ADD(8, 9, 10, 11)
#define ADD_16 ADD_12; ADD(12, 13, 14, 15)

/* Passes over all rows with n columns: over the first columns, where sums begin with their biases, and over those that follow. */
#define DEFINE_PASSES(n) \
    static void first_##n(const columns *c, const int32_t *bias, uint32_t less) \
    { \
        INPUTS_##n; \
        const uint8_t *w = c->weights; \
        int32_t depth = c->depth; \
        for (int32_t *sum = c->sums, *end = sum + c->rows; sum < end; sum++, bias++, w += depth) { \
            uint32_t s = (uint32_t)*bias - less; \
            ADD_##n; \
            *sum = (int32_t)s; \
        } \
    } \
    static void next_##n(const columns *c) \
    { \
        INPUTS_##n; \
        const uint8_t *w = c->weights; \
        int32_t depth = c->depth; \
        for (int32_t *sum = c->sums, *end = sum + c->rows; sum < end; sum++, w += depth) { \
            uint32_t s = (uint32_t)*sum; \
            ADD_##n; \
            *sum = (int32_t)s; \
        } \
    }

DEFINE_PASSES(4)
DEFINE_PASSES(8)
DEFINE_PASSES(12)
DEFINE_PASSES(16)

void ei_matrix_vector(const uint8_t *weights, const int8_t *x, int32_t depth, const int32_t *biases, int32_t *sums, int32_t rows)
{
    int32_t sum = 0;
    for (const int8_t *p = x, *end = x + depth; p < end; p++) sum += *p;
    uint32_t less = 128u * (uint32_t)sum;

    columns c = {x, weights, depth, sums, rows};
    int8_t last[16];
    for (int32_t i = 0; i < depth; i += 16, c.x = x + i, c.weights += 16) {
        int32_t length = depth - i;
        if (length > 16) length = 16;
        if ((length & 3) != 0) {
            /* Rounded up to a multiple of four by inputs that are nothing. */
            int32_t k = 0;
            for (; k < length; k++) last[k] = c.x[k];
            for (; (k & 3) != 0; k++) last[k] = 0;
            c.x = last;
        }

        int32_t fours = (length + 3) >> 2;
        if (i == 0) {
            if (fours == 4) first_16(&c, biases, less);
            else if (fours == 3) first_12(&c, biases, less);
            else if (fours == 2) first_8(&c, biases, less);
            else first_4(&c, biases, less);
        } else {
            if (fours == 4) next_16(&c);
            else if (fours == 3) next_12(&c);
            else if (fours == 2) next_8(&c);
            else next_4(&c);
        }
    }
}
