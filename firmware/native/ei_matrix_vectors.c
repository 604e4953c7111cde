#include "ei_matrix_vectors.h"

#include "ei_compiler.h"

/* Adds the products of column k: six loads serve nine of them. */
#define ROW(w, a, b, c)   \
    weight = (w);         \
    a += weight * x0;     \
    b += weight * x1;     \
    c += weight * x2;     \
    EI_IN_ORDER()
#define COLUMN(k)                                                                                 \
    do {                                                                                          \
        int32_t weight, x0 = v0[k], x1 = v1[k], x2 = v2[k];                                       \
        ROW(w0[k], a0, a1, a2);                                                                   \
        ROW(w1[k], b0, b1, b2);                                                                   \
        ROW(w2[k], c0, c1, c2);                                                                   \
    } while (0)

/* The sums of three rows, `less` being what the products with unsigned weights have too much. */
EI_INLINE void store(int32_t *sums, const int32_t *biases, uint32_t less, int32_t a, int32_t b, int32_t c)
{
    sums[0] = (int32_t)((uint32_t)a + (uint32_t)biases[0] - less);
    sums[1] = (int32_t)((uint32_t)b + (uint32_t)biases[1] - less);
    sums[2] = (int32_t)((uint32_t)c + (uint32_t)biases[2] - less);
}

/* Three rows of the matrix times three vectors. Their depth keeps the sums within 32 bits. */
static void multiply_three(const uint8_t *w0, const int8_t *v0, int32_t step, int32_t depth, const int32_t *biases,
    const uint32_t *less, int32_t *sums, int32_t rows)
{
    const uint8_t *w1 = w0 + depth, *w2 = w1 + depth;
    const int8_t *v1 = v0 + step, *v2 = v1 + step;
    int32_t a0 = 0, a1 = 0, a2 = 0, b0 = 0, b1 = 0, b2 = 0, c0 = 0, c1 = 0, c2 = 0;
    const int8_t *end = v0 + depth;
    for (const int8_t *fours = v0 + (depth & ~3); v0 != fours; v0 += 4, v1 += 4, v2 += 4, w0 += 4, w1 += 4, w2 += 4) {
        COLUMN(0);
        COLUMN(1);
        COLUMN(2);
        COLUMN(3);
    }
    for (; v0 != end; v0++, v1++, v2++, w0++, w1++, w2++) COLUMN(0);

    store(sums, biases, less[0], a0, b0, c0);
    store(sums + rows, biases, less[1], a1, b1, c1);
    store(sums + 2 * rows, biases, less[2], a2, b2, c2);
}

void ei_matrix_vectors(
    const uint8_t *weights, const int8_t *x, int32_t step, int32_t depth, const int32_t *biases, int32_t *sums, int32_t rows)
{
    uint32_t less[3];
    for (int32_t v = 0; v < 3; v++) {
        int32_t sum = 0;
        for (const int8_t *p = x + v * step, *end = p + depth; p < end; p++) sum += *p;
        less[v] = 128u * (uint32_t)sum;
    }

    /* Where the rows do not go into threes, the last three begin earlier and some rows are computed twice. */
    for (int32_t row = 0; row < rows; row += 3) {
        int32_t first = row < rows - 3 ? row : rows - 3;
        multiply_three(weights + first * depth, x, step, depth, biases + first, less, sums + first, rows);
    }
}
