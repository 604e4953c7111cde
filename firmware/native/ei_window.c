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
    return ei_sum(x, count);
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

    /* Taps that are next to each other in the input: so many of a row lie before the image and within it. */
    bool contiguous = window->dilation_width == 1 && window->channels == depth;
    int32_t before = left < 0 ? left < -window->filter_width ? window->filter_width : -left : 0;
    int32_t end = last < window->width ? window->filter_width : window->width - left;
    int32_t within = end > before ? end - before : 0;
    for (int32_t ky = 0; ky < window->filter_height; ky++, y += window->dilation_height) {
        if (y < 0 || y >= window->height) {
            sum += fill(window->zero_point, run, stage, lanes);
            stage += run * lanes;
            continue;
        }
        const int8_t *row = window->input + (position->image * window->height + y) * window->width * window->channels;
        if (!contiguous) {
            for (int32_t x = left; x <= last; x += window->dilation_width, stage += depth * lanes) {
                if (x < 0 || x >= window->width) sum += fill(window->zero_point, depth, stage, lanes);
                else sum += take(row + x * window->channels, depth, stage, lanes);
            }
            continue;
        }
        sum += fill(window->zero_point, before * depth, stage, lanes);
        stage += before * depth * lanes;
        if (within > 0) sum += take(row + (left + before) * depth, within * depth, stage, lanes);
        stage += within * depth * lanes;
        int32_t after = run - (before + within) * depth;
        sum += fill(window->zero_point, after, stage, lanes);
        stage += after * lanes;
    }
    return sum;
}

/* Lays the inputs of three positions of one row out whose windows lie within the image's columns. */
static void gather_inside(const ei_window *window, const ei_position *position, int8_t *stage, int32_t *sums)
{
    int32_t sum0 = 0, sum1 = 0, sum2 = 0;
    int32_t run = window->filter_width * window->depth;
    int32_t step = window->stride_width * window->depth;
    int32_t left = (position->column * window->stride_width - window->pad_left) * window->depth;
    int32_t y = position->row * window->stride_height - window->pad_top;
    for (int32_t ky = 0; ky < window->filter_height; ky++, y += window->dilation_height) {
        if (y < 0 || y >= window->height) {
            memset(stage, window->zero_point, (size_t)(run * EI_LANES));
            stage += run * EI_LANES;
            sum0 += window->zero_point * run;
            sum1 += window->zero_point * run;
            sum2 += window->zero_point * run;
            continue;
        }
        const int8_t *x = window->input + (position->image * window->height + y) * window->width * window->channels + left;
        const int8_t *x1 = x + step, *x2 = x1 + step, *end = x + run;
#define TAKE(k)                                                                    \
    do {                                                                           \
        int32_t v0 = x[k], v1 = x1[k], v2 = x2[k];                                 \
        stage[3 * (k)] = (int8_t)v0;                                               \
        stage[3 * (k) + 1] = (int8_t)v1;                                           \
        stage[3 * (k) + 2] = (int8_t)v2;                                           \
        sum0 += v0;                                                                \
        sum1 += v1;                                                                \
        sum2 += v2;                                                                \
    } while (0)
        for (const int8_t *fours = x + (run & ~3); x != fours; x += 4, x1 += 4, x2 += 4, stage += 4 * EI_LANES) {
            TAKE(0);
            TAKE(1);
            TAKE(2);
            TAKE(3);
        }
        for (; x != end; x++, x1++, x2++, stage += EI_LANES) TAKE(0);
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
}

/* Tells whether gather_inside can take the positions from this one on. */
static bool are_inside(const ei_window *window, const ei_position *position)
{
    int32_t left = position->column * window->stride_width - window->pad_left;
    return position->column + EI_LANES <= window->output_width && left >= 0
        && left + (EI_LANES - 1) * window->stride_width + window->filter_width <= window->width
        && window->dilation_width == 1 && window->channels == window->depth;
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
        int32_t sums[EI_LANES];
        int32_t lanes = left >= EI_LANES && taps <= EI_STAGE / EI_LANES ? EI_LANES : 1;
        bool inside = lanes == EI_LANES && are_inside(window, &position);
        if (inside) gather_inside(window, &position, stage, sums);
        for (int32_t lane = 0; lane < lanes; lane++, advance(window, &position)) {
            if (!inside) sums[lane] = gather(window, &position, stage + lane, lanes);
        }
        if (lanes == 1) ei_multiply_one(channels, weights, taps, filters, stage, 128 * sums[0], output);
        else ei_multiply_lanes(channels, weights, taps, filters, stage, sums, output, step);
        output += lanes * step;
        left -= lanes;
    }
}
