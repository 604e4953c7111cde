#include "ei_plane.h"

#include "ei_memory.h"

bool ei_plane_measure(ei_plane *plane, const ei_window *window)
{
    plane->window = window;
    plane->width = (window->output_width - 1) * window->stride_width + (window->filter_width - 1) * window->dilation_width + 1;
    plane->reach = (window->filter_height - 1) * window->dilation_height + 1;
    int32_t rows = EI_STAGE / plane->width;
    if (plane->reach > rows) return false;

    plane->outputs = (rows - plane->reach) / window->stride_height + 1;
    if (plane->outputs > window->output_height) plane->outputs = window->output_height;
    return true;
}

static void load_row(const ei_plane *plane, const int8_t *x, int8_t *row)
{
    const ei_window *window = plane->window;
    int32_t channels = window->channels;
    int32_t inside = window->pad_left < plane->width ? window->pad_left : plane->width;
    int32_t end = window->width + window->pad_left < plane->width ? window->width + window->pad_left : plane->width;
    memset(row, window->zero_point, (size_t)inside);
    memset(row + end, window->zero_point, (size_t)(plane->width - end));
    int8_t *to = row + inside;
    int8_t *last = row + end;
    for (; last - to >= 4; to += 4) {
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
}

void ei_plane_load(ei_plane *plane, const int8_t *input, int32_t row, int32_t outputs)
{
    const ei_window *window = plane->window;
    int32_t bytes = plane->width;
    int32_t row_step = window->width * window->channels;
    int32_t kept = 0;
    if (row > 0) {
        int32_t moved = plane->outputs * window->stride_height;
        kept = plane->reach - window->stride_height;
        if (kept < 0) kept = 0;
        for (int32_t i = 0; i < kept * bytes; i++) plane->rows[i] = plane->rows[i + moved * bytes];
    }

    int32_t rows = (outputs - 1) * window->stride_height + plane->reach;
    int32_t y = row * window->stride_height - window->pad_top + kept;
    for (int8_t *to = plane->rows + kept * bytes; kept < rows; kept++, y++, to += bytes) {
        if (y < 0 || y >= window->height) memset(to, window->zero_point, (size_t)bytes);
        else load_row(plane, input + y * row_step, to);
    }
}
