/* A window that slides over an image; the fields are those of EdgeInfer.Kernels.Pool2D. */
#ifndef EI_POOL2D_H
#define EI_POOL2D_H

#include "edgeinfer.h"

/* A window as far as it lies inside the image: rows of cells, a cell being all channels of a position. */
typedef struct ei_cells {
    const int8_t *first;
    int32_t rows;
    int32_t columns;
    int32_t row_length; /* elements from one row of cells to the next */
    int32_t channels;
    int32_t min;
    int32_t max;
} ei_cells;

/* Computes all channels of one output position. */
typedef void ei_pool_cells(const ei_cells *cells, int8_t *y);

void ei_pool2d(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count, ei_pool_cells *pool);

#endif
