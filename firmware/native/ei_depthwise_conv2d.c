#include "ei_plane.h"

/* What the outputs of one channel share. */
typedef struct filter {
    const ei_channels *channels; /* the filter's bias and scale are the first */
    const uint8_t *weights;
    int8_t *output; /* first output of the channel */
    int32_t step;   /* from one output position to the next */
} filter;

static inline uint32_t product(int32_t a, int32_t b)
{
    return (uint32_t)(a * b);
}

/* Nine taps, rows and columns next to each other. Two outputs are made at a time: their windows share inputs. */
static inline void run_nine(const ei_plane *plane, const filter *f, int32_t row, int32_t rows, int32_t stride)
{
    const ei_window *window = plane->window;
    const uint8_t *w = f->weights;
    int32_t w0 = w[0] - 128, w1 = w[1] - 128, w2 = w[2] - 128;
    int32_t w3 = w[3] - 128, w4 = w[4] - 128, w5 = w[5] - 128;
    int32_t w6 = w[6] - 128, w7 = w[7] - 128, w8 = w[8] - 128;
    uint32_t bias = (uint32_t)f->channels->biases[0];
    ei_channels channels = *f->channels;
    int32_t scale[EI_CHANNEL_SCALE_WORDS] = {channels.scales[0], channels.scales[1]};
    int32_t step = f->step;
    int32_t width = window->output_width;
    int8_t *output = f->output + row * width * step;
    for (int32_t y = 0; y < rows; y++) {
        const int8_t *a = plane->rows + y * window->stride_height * plane->width;
        const int8_t *b = a + plane->width;
        const int8_t *c = b + plane->width;
        int32_t left = width;
        for (; left >= 2; left -= 2) {
            uint32_t sum = bias + product(a[0], w0) + product(a[1], w1) + product(a[2], w2)
                + product(b[0], w3) + product(b[1], w4) + product(b[2], w5)
                + product(c[0], w6) + product(c[1], w7) + product(c[2], w8);
            uint32_t next = bias + product(a[stride], w0) + product(a[stride + 1], w1) + product(a[stride + 2], w2)
                + product(b[stride], w3) + product(b[stride + 1], w4) + product(b[stride + 2], w5)
                + product(c[stride], w6) + product(c[stride + 1], w7) + product(c[stride + 2], w8);
            output[0] = ei_output(&channels, scale, (int32_t)sum);
            output += step;
            output[0] = ei_output(&channels, scale, (int32_t)next);
            output += step;
            a += 2 * stride;
            b += 2 * stride;
            c += 2 * stride;
        }
        if (left > 0) {
            uint32_t sum = bias + product(a[0], w0) + product(a[1], w1) + product(a[2], w2)
                + product(b[0], w3) + product(b[1], w4) + product(b[2], w5)
                + product(c[0], w6) + product(c[1], w7) + product(c[2], w8);
            output[0] = ei_output(&channels, scale, (int32_t)sum);
            output += step;
        }
    }
}

/* Any taps. Four outputs of a row are made at a time, so that a weight is read once for them; what is left of the row is made
 * by ones, as four whose last three repeat the first. */
static void run_any(const ei_plane *plane, const filter *f, int32_t row, int32_t rows)
{
    const ei_window *window = plane->window;
    uint32_t bias = (uint32_t)f->channels->biases[0];
    int32_t width = window->output_width;
    int32_t dilation = window->dilation_width;
    int32_t row_step = window->dilation_height * plane->width;
    int8_t *output = f->output + row * width * f->step;
    for (int32_t y = 0; y < rows; y++) {
        const int8_t *x = plane->rows + y * window->stride_height * plane->width;
        for (int32_t left = width; left > 0;) {
            int32_t lanes = left >= 4 ? 4 : 1;
            int32_t next = lanes == 4 ? window->stride_width : 0;
            uint32_t sum0 = bias, sum1 = bias, sum2 = bias, sum3 = bias;
            const uint8_t *w = f->weights;
            const int8_t *taps = x;
            for (int32_t ky = 0; ky < window->filter_height; ky++, taps += row_step) {
                const int8_t *x0 = taps, *x1 = x0 + next, *x2 = x1 + next, *x3 = x2 + next;
                for (const uint8_t *end = w + window->filter_width; w != end; w++) {
                    int32_t weight = *w - 128;
                    sum0 += product(*x0, weight);
                    sum1 += product(*x1, weight);
                    sum2 += product(*x2, weight);
                    sum3 += product(*x3, weight);
                    x0 += dilation;
                    x1 += dilation;
                    x2 += dilation;
                    x3 += dilation;
                }
            }
            uint32_t sums[4] = {sum0, sum1, sum2, sum3};
            for (int32_t lane = 0; lane < lanes; lane++, output += f->step) {
                output[0] = ei_output(f->channels, f->channels->scales, (int32_t)sums[lane]);
            }
            x += lanes * window->stride_width;
            left -= lanes;
        }
    }
}

static void run_channel(ei_plane *plane, const int8_t *input, const filter *f)
{
    const ei_window *window = plane->window;
    bool nine = window->filter_height == 3 && window->filter_width == 3 && window->dilation_height == 1 && window->dilation_width == 1;
    for (int32_t row = 0; row < window->output_height; row += plane->outputs) {
        int32_t rows = window->output_height - row;
        if (rows > plane->outputs) rows = plane->outputs;
        ei_plane_load(plane, input, row, rows);
        if (nine && window->stride_width == 1) run_nine(plane, f, row, rows, 1);
        else if (nine && window->stride_width == 2) run_nine(plane, f, row, rows, 2);
        else run_any(plane, f, row, rows);
    }
}

/* Where the output takes the input's place, a band's outputs must lie before the rows that the next band reads anew. */
static bool bands_are_safe(const ei_plane *plane, bool in_place)
{
    const ei_window *window = plane->window;
    return !in_place || plane->outputs == window->output_height
        || (window->output_width <= window->width && window->pad_top < plane->reach);
}

bool ei_depthwise_conv2d(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t multiplier = record[EI_DEPTHWISE_CONV2D_DEPTH_MULTIPLIER];
    ei_window window;
    window.height = record[EI_DEPTHWISE_CONV2D_INPUT_HEIGHT];
    window.width = record[EI_DEPTHWISE_CONV2D_INPUT_WIDTH];
    window.channels = record[EI_DEPTHWISE_CONV2D_INPUT_CHANNELS];
    window.depth = 1;
    window.filter_height = record[EI_DEPTHWISE_CONV2D_FILTER_HEIGHT];
    window.filter_width = record[EI_DEPTHWISE_CONV2D_FILTER_WIDTH];
    window.stride_height = record[EI_DEPTHWISE_CONV2D_STRIDE_HEIGHT];
    window.stride_width = record[EI_DEPTHWISE_CONV2D_STRIDE_WIDTH];
    window.dilation_height = record[EI_DEPTHWISE_CONV2D_DILATION_HEIGHT];
    window.dilation_width = record[EI_DEPTHWISE_CONV2D_DILATION_WIDTH];
    window.pad_top = record[EI_DEPTHWISE_CONV2D_PAD_TOP];
    window.pad_left = record[EI_DEPTHWISE_CONV2D_PAD_LEFT];
    window.output_height = record[EI_DEPTHWISE_CONV2D_OUTPUT_HEIGHT];
    window.output_width = record[EI_DEPTHWISE_CONV2D_OUTPUT_WIDTH];
    window.zero_point = record[EI_DEPTHWISE_CONV2D_INPUT_ZERO_POINT];

    int32_t input = ei_offset(model, record, EI_DEPTHWISE_CONV2D_INPUT);
    int32_t output = ei_offset(model, record, EI_RECORD_OUTPUT);
    int32_t taps = ei_window_taps(&window);
    int32_t inputs = window.height * window.width;
    int32_t outputs = window.output_height * window.output_width;
    int32_t step = window.channels * multiplier;
    bool many = multiplier > 1;
    ei_plane plane;
    if (many ? !ei_window_fits(&window) : !(ei_plane_measure(&plane, &window) && bands_are_safe(&plane, input == output))) return false;

    ei_range range = ei_items(record, record[EI_DEPTHWISE_CONV2D_BATCHES] * window.channels, unit, count);
    for (int32_t item = range.first; item < range.end; item++) {
        int32_t image = item / window.channels;
        int32_t channel = item - image * window.channels;
        ei_channels channels = ei_channels_from(model, record, EI_DEPTHWISE_CONV2D_CHANNELS, channel * multiplier,
            record[EI_DEPTHWISE_CONV2D_OUTPUT_ZERO_POINT], record[EI_DEPTHWISE_CONV2D_ACTIVATION_MIN], record[EI_DEPTHWISE_CONV2D_ACTIVATION_MAX]);
        const uint8_t *weights = model->bytes + record[EI_DEPTHWISE_CONV2D_WEIGHTS] + channel * multiplier * taps;
        const int8_t *x = arena->int8 + input + image * inputs * window.channels + channel;
        int8_t *y = arena->int8 + output + image * outputs * step + channel * multiplier;
        if (many) {
            ei_range positions = {0, outputs};
            window.input = x;
            ei_convolve(&window, positions, &channels, weights, multiplier, y, step);
        } else {
            filter f = {&channels, weights, y, step};
            run_channel(&plane, x, &f);
        }
    }
    return true;
}
