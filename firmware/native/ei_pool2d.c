#include "ei_pool2d.h"

#include "ei_record.h"

void ei_pool2d(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count, ei_pool_cells *pool)
{
    int32_t height = record[EI_POOL2D_INPUT_HEIGHT];
    int32_t width = record[EI_POOL2D_INPUT_WIDTH];
    int32_t output_height = record[EI_POOL2D_OUTPUT_HEIGHT];
    int32_t output_width = record[EI_POOL2D_OUTPUT_WIDTH];
    int32_t filter_width = record[EI_POOL2D_FILTER_WIDTH];
    int32_t stride_width = record[EI_POOL2D_STRIDE_WIDTH];
    const int8_t *x = arena->int8 + ei_offset(model, record, EI_POOL2D_INPUT);
    ei_cells cells;
    cells.channels = record[EI_POOL2D_CHANNELS];
    cells.min = record[EI_POOL2D_ACTIVATION_MIN];
    cells.max = record[EI_POOL2D_ACTIVATION_MAX];
    cells.row_length = width * cells.channels;
    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * output_width * cells.channels;

    /* A unit is an output row. */
    for (; count > 0; count--, unit++) {
        int32_t image = unit / output_height;
        int32_t top = (unit - image * output_height) * record[EI_POOL2D_STRIDE_HEIGHT] - record[EI_POOL2D_PAD_TOP];
        int32_t bottom = top + record[EI_POOL2D_FILTER_HEIGHT];
        if (top < 0) top = 0;
        if (bottom > height) bottom = height;
        const int8_t *row = x + (image * height + top) * cells.row_length;
        int32_t column = -record[EI_POOL2D_PAD_LEFT];
        for (int32_t o = 0; o < output_width; o++, column += stride_width, y += cells.channels) {
            int32_t left = column < 0 ? 0 : column;
            int32_t right = column + filter_width;
            if (right > width) right = width;
            cells.first = row + left * cells.channels;
            cells.rows = bottom - top;
            cells.columns = right - left;
            if (cells.columns == width) {
                /* Whole rows lie one behind the other: one long row. */
                cells.columns *= cells.rows;
                cells.rows = 1;
            }
            pool(&cells, y);
        }
    }
}
