#include "ei_compiler.h"
#include "ei_pool2d.h"

/* The larger of two numbers. */
EI_INLINE int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

EI_INLINE int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* Every maximum starts from the lower limit, which saves the lower clamp. */
static void maximum(const ei_cells *cells, int8_t *y)
{
    int32_t channels = cells->channels;
    int32_t length = cells->columns * channels;
    int32_t row_length = cells->row_length;
    int32_t min = cells->min;
    int32_t max = cells->max;
    const int8_t *first = cells->first;
    const int8_t *first_end = first + channels;
    for (; first_end - first >= 4; first += 4, y += 4) {
        int32_t m0 = min, m1 = min, m2 = min, m3 = min;
        const int8_t *row = first;
        for (int32_t rows = cells->rows; rows > 0; rows--, row += row_length) {
            for (const int8_t *cell = row, *end = row + length; cell < end; cell += channels) {
                m0 = larger(m0, cell[0]);
                m1 = larger(m1, cell[1]);
                m2 = larger(m2, cell[2]);
                m3 = larger(m3, cell[3]);
            }
        }
        y[0] = (int8_t)smaller(m0, max);
        y[1] = (int8_t)smaller(m1, max);
        y[2] = (int8_t)smaller(m2, max);
        y[3] = (int8_t)smaller(m3, max);
    }

    for (; first < first_end; first++, y++) {
        int32_t m = min;
        const int8_t *row = first;
        for (int32_t rows = cells->rows; rows > 0; rows--, row += row_length) {
            for (const int8_t *cell = row, *end = row + length; cell < end; cell += channels) m = larger(m, *cell);
        }
        *y = (int8_t)smaller(m, max);
    }
}

bool ei_max_pool2d(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    ei_pool2d(model, arena, record, unit, count, maximum);
    return true;
}
