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
    plane->inside = window->pad_left < plane->width ? window->pad_left : plane->width;
    plane->columns = plane->width - plane->inside;
    if (plane->columns > window->width) plane->columns = window->width;
    memset(plane->rows, window->zero_point, sizeof plane->rows);
    return true;
}

/* Copies rows of a channel to between the padding of the band's columns. */
static void copy_rows(const ei_plane *plane, const int8_t *x, int8_t *row, int32_t count)
{
    int32_t channels = plane->window->channels;
    int32_t columns = plane->columns;
    int32_t rest = (plane->window->width - columns) * channels;
    row += plane->inside;
    for (; count > 0; count--, row += plane->width) {
        int8_t *to = row;
        int8_t *last = row + columns;
        for (const int8_t *fours = row + (columns & ~3); to != fours; to += 4) {
            to[0] = *x;
            x += channels;
            to[1] = *x;
            x += channels;
            to[2] = *x;
            x += channels;
            to[3] = *x;
            x += channels;
        }
        for (; to != last; to++, x += channels) *to = *x;
        x += rest;
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
    if (above < below) copy_rows(plane, input + (first + above) * window->width * window->channels, plane->rows + above * width, below - above);
}
