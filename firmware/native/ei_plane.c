#include "ei_plane.h"

#include "ei_memory.h"

bool ei_plane_open(ei_plane *plane, const ei_window *window)
{
    plane->window = window;
    plane->width = (window->output_width - 1) * window->stride_width + (window->filter_width - 1) * window->dilation_width + 1;
    plane->reach = (window->filter_height - 1) * window->dilation_height + 1;
    int32_t rows = EI_STAGE / plane->width;
    if (plane->reach > rows) return false;

    plane->outputs = (rows - plane->reach) / window->stride_height + 1;
    if (plane->outputs > window->output_height) plane->outputs = window->output_height;
    plane->height = (plane->outputs - 1) * window->stride_height + plane->reach;
    plane->nine = window->filter_height == 3 && window->filter_width == 3 && window->dilation_height == 1 && window->dilation_width == 1;
    plane->turned = (plane->nine || window->filter_width == 1) && plane->outputs == window->output_height
        && window->stride_height == 1 && window->stride_width == 1
        && window->output_height * (window->output_width & 3) > window->output_width * (window->output_height & 3);
    plane->inside = window->pad_left < plane->width ? window->pad_left : plane->width;
    plane->columns = plane->width - plane->inside;
    if (plane->columns > window->width) plane->columns = window->width;
    memset(plane->rows, window->zero_point, (size_t)(plane->height * plane->width));
    return true;
}

/* Copies `rows` rows of `columns` elements that are `step` apart in the input, rows `row_step`. */
static void copy(const int8_t *x, int32_t step, int32_t row_step, int8_t *row, int32_t pitch, int32_t columns, int32_t rows)
{
    for (; rows > 0; rows--, x += row_step, row += pitch) {
        const int8_t *from = x;
        int8_t *to = row;
        int8_t *last = row + columns;
        for (const int8_t *fours = row + (columns & ~3); to != fours; to += 4) {
            to[0] = *from;
            from += step;
            to[1] = *from;
            from += step;
            to[2] = *from;
            from += step;
            to[3] = *from;
            from += step;
        }
        for (; to != last; to++, from += step) *to = *from;
    }
}

void ei_plane_load(ei_plane *plane, const int8_t *input, int32_t row, int32_t outputs)
{
    const ei_window *window = plane->window;
    int32_t width = plane->width;
    int32_t rows = (outputs - 1) * window->stride_height + plane->reach;
    int32_t kept = 0;
    if (row > 0) {
        const int8_t *moved = plane->rows + plane->outputs * window->stride_height * width;
        kept = plane->reach > window->stride_height ? plane->reach - window->stride_height : 0;
        for (int32_t i = 0; i < kept * width; i++) plane->rows[i] = moved[i];
    }

    /* Rows above and below the image. Where one band holds the whole channel, they still are what they were. */
    int32_t first = row * window->stride_height - window->pad_top;
    int32_t above = first < 0 ? -first : 0;
    int32_t below = first + rows > window->height ? window->height - first : rows;
    if (above < kept) above = kept;
    if (below < above) below = above < rows ? above : rows;
    if (plane->outputs < window->output_height) {
        int32_t padded = above < rows ? above : rows;
        memset(plane->rows + kept * width, window->zero_point, (size_t)((padded - kept) * width));
        memset(plane->rows + below * width, window->zero_point, (size_t)((rows - below) * width));
    }
    if (above >= below) return;

    int32_t row_step = window->width * window->channels;
    const int8_t *x = input + (first + above) * row_step;
    if (plane->turned) copy(x, row_step, window->channels, plane->rows + plane->inside * plane->height + above, plane->height, below - above, plane->columns);
    else copy(x, window->channels, row_step, plane->rows + above * width + plane->inside, width, plane->columns, below - above);
}
