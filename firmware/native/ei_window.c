#include "ei_window.h"

#include "ei_compiler.h"
#include "ei_memory.h"

/* Spreads a run of inputs over the bytes of one lane and returns their sum. */
EI_INLINE int32_t spread(const int8_t *x, int32_t count, int8_t *stage)
{
    int32_t sum = 0;
    for (int32_t fours = count >> 2; fours > 0; fours--, x += 4, stage += 4 * EI_LANES) {
        int32_t x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
        stage[0] = (int8_t)x0;
        stage[EI_LANES] = (int8_t)x1;
        stage[2 * EI_LANES] = (int8_t)x2;
        stage[3 * EI_LANES] = (int8_t)x3;
        sum += x0 + x1 + x2 + x3;
    }
    for (count &= 3; count > 0; count--, x++, stage += EI_LANES) {
        sum += *x;
        *stage = *x;
    }
    return sum;
}

EI_INLINE int8_t *fill(int8_t value, int32_t count, int8_t *stage, int32_t lanes)
{
    for (; count > 0; count--, stage += lanes) *stage = value;
    return stage;
}

/* Takes a run of inputs; a single lane needs no sum. */
EI_INLINE int32_t take(const int8_t *x, int32_t count, int8_t *stage, int32_t lanes)
{
    if (lanes > 1) return spread(x, count, stage);

    memcpy(stage, x, (size_t)count);
    return 0;
}

/* Lays the inputs of a position out, one every `lanes` bytes, and returns their sum where there are several lanes. */
EI_INLINE int32_t gather(const ei_window *window, const ei_position *position, int8_t *stage, int32_t lanes)
{
    /* In locals, since a store of 8 bits may change any memory. A row of taps is one run where they are next to each other in
     * the input: so many lie before the image, within it and behind it. Else it is a run a tap. */
    int32_t height = window->height, width = window->width, channels = window->channels, depth = window->depth;
    int32_t dilation = window->dilation_width, dilation_height = window->dilation_height;
    int32_t taps = window->filter_width, step = depth * lanes;
    int32_t y = position->row * window->stride_height - window->pad_top;
    int32_t left = position->column * window->stride_width - window->pad_left;
    bool contiguous = dilation == 1 && channels == depth;
    int32_t before = left < 0 ? left < -taps ? taps : -left : 0;
    int32_t end = left + taps <= width ? taps : width - left;
    int32_t within = end > before ? end - before : 0;
    int32_t after = taps - before - within;
    int8_t zero_point = (int8_t)window->zero_point;
    int32_t sum = 0, taken = 0;
    const int8_t *input = window->input + position->image * height * width * channels;
    for (int32_t ky = window->filter_height; ky > 0; ky--, y += dilation_height) {
        if (y < 0 || y >= height) {
            stage = fill(zero_point, taps * depth, stage, lanes);
        } else if (contiguous) {
            if (before > 0) stage = fill(zero_point, before * depth, stage, lanes);
            if (within > 0) sum += take(input + (y * width + left + before) * depth, within * depth, stage, lanes);
            stage += within * step;
            if (after > 0) stage = fill(zero_point, after * depth, stage, lanes);
            taken += within;
        } else {
            for (int32_t kx = 0, x = left; kx < taps; kx++, x += dilation, stage += step) {
                if (x < 0 || x >= width) {
                    fill(zero_point, depth, stage, lanes);
                } else {
                    sum += take(input + (y * width + x) * channels, depth, stage, lanes);
                    taken++;
                }
            }
        }
    }
    return sum + (window->filter_height * taps - taken) * depth * zero_point;
}

/* Lays the inputs of three positions of one row out whose windows lie within the image's columns. */
static void gather_inside(const ei_window *window, const ei_position *position, int8_t *stage, int32_t *sums)
{
    int32_t sum0 = 0, sum1 = 0, sum2 = 0;
    int32_t run = window->filter_width * window->depth;
    int32_t step = window->stride_width * window->depth;
    int32_t dilation = window->dilation_height, height = window->height;
    int32_t pitch = window->width * window->channels;
    int32_t y = position->row * window->stride_height - window->pad_top;
    const int8_t *input = window->input + position->image * height * pitch
        + (position->column * window->stride_width - window->pad_left) * window->depth;
    for (int32_t ky = window->filter_height; ky > 0; ky--, y += dilation) {
        if (y < 0 || y >= height) {
            int32_t zero_point = window->zero_point;
            memset(stage, zero_point, (size_t)(run * EI_LANES));
            stage += run * EI_LANES;
            sum0 += zero_point * run;
            sum1 += zero_point * run;
            sum2 += zero_point * run;
            continue;
        }
        const int8_t *x = input + y * pitch, *x1 = x + step, *x2 = x1 + step;
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
        for (int32_t fours = run >> 2; fours > 0; fours--, x += 4, x1 += 4, x2 += 4, stage += 4 * EI_LANES) {
            TAKE(0);
            TAKE(1);
            TAKE(2);
            TAKE(3);
        }
        for (int32_t rest = run & 3; rest > 0; rest--, x++, x1++, x2++, stage += EI_LANES) TAKE(0);
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

ei_position ei_position_of(const ei_window *window, int32_t index)
{
    ei_position position;
    int32_t rows = index / window->output_width;
    position.image = rows / window->output_height;
    position.row = rows - position.image * window->output_height;
    position.column = index - rows * window->output_width;
    return position;
}

void ei_gather(const ei_window *window, const ei_position *position, int8_t *stage)
{
    gather(window, position, stage, 1);
}

void ei_advance(const ei_window *window, ei_position *position)
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
    ei_position position = ei_position_of(window, positions.first);
    output += positions.first * step;

    for (int32_t left = positions.end - positions.first; left > 0;) {
        int32_t sums[EI_LANES];
        int32_t lanes = left >= EI_LANES && taps <= EI_STAGE / EI_LANES ? EI_LANES : 1;
        bool inside = lanes == EI_LANES && are_inside(window, &position);
        if (inside) gather_inside(window, &position, stage, sums);
        for (int32_t lane = 0; lane < lanes; lane++, ei_advance(window, &position)) {
            if (lanes == 1) gather(window, &position, stage, 1);
            else if (!inside) sums[lane] = gather(window, &position, stage + lane, EI_LANES);
        }
        if (lanes == 1) ei_multiply_one(channels, weights, taps, filters, stage, 128, output);
        else ei_multiply_lanes(channels, weights, taps, filters, stage, sums, output, step);
        output += lanes * step;
        left -= lanes;
    }
}
