#include "ei_window.h"

#include "ei_memory.h"

/* An output position. */
typedef struct ei_position {
    int32_t image;
    int32_t row;
    int32_t column;
} ei_position;

/* Spreads a run of inputs over the bytes of one lane and returns their sum. */
static int32_t spread(const int8_t *x, int32_t count, int8_t *stage)
{
    int32_t sum = 0;
    const int8_t *end = x + (count & ~3);
    while (x != end) {
        int32_t x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
        stage[0] = (int8_t)x0;
        stage[EI_LANES] = (int8_t)x1;
        stage[2 * EI_LANES] = (int8_t)x2;
        stage[3 * EI_LANES] = (int8_t)x3;
        sum += x0 + x1 + x2 + x3;
        x += 4;
        stage += 4 * EI_LANES;
    }
    for (count &= 3; count > 0; count--) {
        sum += *x;
        *stage = *x++;
        stage += EI_LANES;
    }
    return sum;
}

/* Copies a run of inputs and returns their sum. */
static int32_t copy(const int8_t *x, int32_t count, int8_t *stage)
{
    memcpy(stage, x, (size_t)count);
    int32_t sum = 0;
    for (const int8_t *end = x + count; x != end; x++) sum += *x;
    return sum;
}

static int32_t fill(int32_t value, int32_t count, int8_t *stage, int32_t lanes)
{
    for (int32_t i = 0; i < count; i++) stage[i * lanes] = (int8_t)value;
    return value * count;
}

static inline int32_t take(const int8_t *x, int32_t count, int8_t *stage, int32_t lanes)
{
    return lanes == 1 ? copy(x, count, stage) : spread(x, count, stage);
}

/* Lays the inputs of a position out, one every `lanes` bytes, and returns their sum. */
static int32_t gather(const ei_window *window, const ei_position *position, int8_t *stage, int32_t lanes)
{
    int32_t sum = 0;
    int32_t depth = window->depth;
    int32_t run = window->filter_width * depth;
    int32_t y = position->row * window->stride_height - window->pad_top;
    int32_t left = position->column * window->stride_width - window->pad_left;
    int32_t last = left + (window->filter_width - 1) * window->dilation_width;
    bool contiguous = left >= 0 && last < window->width && window->dilation_width == 1 && window->channels == depth;
    for (int32_t ky = 0; ky < window->filter_height; ky++, y += window->dilation_height) {
        if (y < 0 || y >= window->height) {
            sum += fill(window->zero_point, run, stage, lanes);
            stage += run * lanes;
            continue;
        }
        const int8_t *row = window->input + (position->image * window->height + y) * window->width * window->channels;
        if (contiguous) {
            sum += take(row + left * depth, run, stage, lanes);
            stage += run * lanes;
        } else {
            for (int32_t x = left; x <= last; x += window->dilation_width, stage += depth * lanes) {
                if (x < 0 || x >= window->width) sum += fill(window->zero_point, depth, stage, lanes);
                else sum += take(row + x * window->channels, depth, stage, lanes);
            }
        }
    }
    return sum;
}

static void advance(const ei_window *window, ei_position *position)
{
    if (++position->column < window->output_width) return;

    position->column = 0;
    if (++position->row < window->output_height) return;

    position->row = 0;
    position->image++;
}

void ei_convolve(const ei_window *window, ei_range positions, const ei_channels *channels, const uint8_t *weights,
    int32_t filters, int8_t *output, int32_t step)
{
    int8_t stage[EI_STAGE];
    int32_t taps = ei_window_taps(window);
    int32_t rows = positions.first / window->output_width;
    ei_position position;
    position.image = rows / window->output_height;
    position.row = rows - position.image * window->output_height;
    position.column = positions.first - rows * window->output_width;
    output += positions.first * step;

    for (int32_t left = positions.end - positions.first; left > 0;) {
        uint32_t excess[EI_LANES];
        int32_t lanes = left >= EI_LANES && taps <= EI_STAGE / EI_LANES ? EI_LANES : 1;
        for (int32_t lane = 0; lane < lanes; lane++) {
            excess[lane] = (uint32_t)(128 * gather(window, &position, stage + lane, lanes));
            advance(window, &position);
        }
        if (lanes == 1) ei_multiply_one(channels, weights, taps, filters, stage, excess[0], output);
        else ei_multiply_lanes(channels, weights, taps, filters, stage, excess, output, step);
        output += lanes * step;
        left -= lanes;
    }
}
