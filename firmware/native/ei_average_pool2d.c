#include "ei_pool2d.h"
#include "ei_rescale.h"

/*
 * Division by the number of cells: a magnitude n is at most 128 * cells + cells / 2. With the reciprocal
 * r = (2^32 + e) / cells, e below cells, n * r / 2^32 exceeds n / cells by n * e / 2^32 / cells, which is less than the
 * distance 1 / cells to the next whole number as long as n * e is below 2^32: for up to 5000 cells.
 */
#define LARGEST_WINDOW 5000

typedef struct divisor {
    uint32_t cells;
    uint32_t reciprocal; /* zero where it is not used: a single cell, or too many */
    int32_t min;
    int32_t max;
} divisor;

/* The average, rounded half away from zero, clamped. */
EI_INLINE int8_t average_of(int32_t sum, divisor d)
{
    uint32_t magnitude = (sum < 0 ? 0u - (uint32_t)sum : (uint32_t)sum) + d.cells / 2;
    int32_t average = (int32_t)(d.reciprocal != 0 ? (uint32_t)(((uint64_t)magnitude * d.reciprocal) >> 32) : magnitude / d.cells);
    return (int8_t)ei_clamp(sum < 0 ? -average : average, d.min, d.max);
}

static void average(const ei_cells *cells, int8_t *y)
{
    int32_t channels = cells->channels;
    int32_t length = cells->columns * channels;
    int32_t row_length = cells->row_length;
    const int8_t *first = cells->first;
    const int8_t *first_end = first + channels;
    divisor d;
    d.cells = (uint32_t)(cells->rows * cells->columns);
    d.reciprocal = d.cells > LARGEST_WINDOW ? 0 : UINT32_MAX / d.cells + 1;
    d.min = cells->min;
    d.max = cells->max;
    for (; first_end - first >= 4; first += 4, y += 4) {
        int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        const int8_t *row = first;
        for (int32_t rows = cells->rows; rows > 0; rows--, row += row_length) {
            for (const int8_t *cell = row, *end = row + length; cell < end; cell += channels) {
                s0 += cell[0];
                s1 += cell[1];
                s2 += cell[2];
                s3 += cell[3];
            }
        }
        y[0] = average_of(s0, d);
        y[1] = average_of(s1, d);
        y[2] = average_of(s2, d);
        y[3] = average_of(s3, d);
    }

    for (; first < first_end; first++, y++) {
        int32_t sum = 0;
        const int8_t *row = first;
        for (int32_t rows = cells->rows; rows > 0; rows--, row += row_length) {
            for (const int8_t *cell = row, *end = row + length; cell < end; cell += channels) sum += *cell;
        }
        *y = average_of(sum, d);
    }
}

bool ei_average_pool2d(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    ei_pool2d(model, arena, record, unit, count, average);
    return true;
}
