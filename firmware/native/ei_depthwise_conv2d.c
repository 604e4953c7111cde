#include "ei_plane.h"

/* What the outputs of one channel share. */
typedef struct filter {
    const ei_channels *channels; /* the filter's bias and scale are the first */
    const uint8_t *weights;
    int8_t *output; /* first output of the channel */
    int32_t step;   /* from one output position to the next */
} filter;

/* Adds the products of a row of three taps for four outputs with a stride of one: each input is loaded once. */
#define ADD_ROW_OF_FOUR(x, w)                                                               \
    do {                                                                                    \
        int32_t x0 = (x)[0], x1 = (x)[1], x2 = (x)[2], x3 = (x)[3], x4 = (x)[4], x5 = (x)[5]; \
        sum0 += x0 * (w)[0] + x1 * (w)[1] + x2 * (w)[2];                                    \
        sum1 += x1 * (w)[0] + x2 * (w)[1] + x3 * (w)[2];                                    \
        sum2 += x2 * (w)[0] + x3 * (w)[1] + x4 * (w)[2];                                    \
        sum3 += x3 * (w)[0] + x4 * (w)[1] + x5 * (w)[2];                                    \
        EI_IN_ORDER();                                                                      \
    } while (0)

/* The same for two outputs and any stride. */
#define ADD_ROW_OF_TWO(x, w, stride)                                                        \
    do {                                                                                    \
        sum0 += (x)[0] * (w)[0] + (x)[1] * (w)[1] + (x)[2] * (w)[2];                        \
        sum1 += (x)[stride] * (w)[0] + (x)[(stride) + 1] * (w)[1] + (x)[(stride) + 2] * (w)[2]; \
        EI_IN_ORDER();                                                                      \
    } while (0)

/* Nine taps, rows and columns next to each other, `stride` columns from one output to the next. */
EI_INLINE void run_nine(const ei_plane *plane, const filter *f, int32_t row, int32_t rows, int32_t stride)
{
    const ei_window *window = plane->window;
    int8_t w[9];
    for (int32_t i = 0; i < 9; i++) w[i] = (int8_t)(f->weights[i] - 128);
    ei_scale scale = ei_scale_of(f->channels, 0);
    int32_t step = f->step;
    int32_t width = window->output_width;
    int32_t plane_width = plane->width;
    int32_t row_step = window->stride_height * plane_width;
    const int8_t *first = plane->rows;
    int8_t *output = f->output + row * width * step;
    for (; rows > 0; rows--, first += row_step) {
        const int8_t *a = first, *b = a + plane_width, *c = b + plane_width;
        int32_t left = width;
        for (; stride == 1 && left >= 4; left -= 4, a += 4, b += 4, c += 4) {
            int32_t sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
            ADD_ROW_OF_FOUR(a, w);
            ADD_ROW_OF_FOUR(b, w + 3);
            ADD_ROW_OF_FOUR(c, w + 6);
            *output = ei_output(scale, (uint32_t)sum0);
            output += step;
            *output = ei_output(scale, (uint32_t)sum1);
            output += step;
            *output = ei_output(scale, (uint32_t)sum2);
            output += step;
            *output = ei_output(scale, (uint32_t)sum3);
            output += step;
        }
        for (; left > 0; left -= 2, a += 2 * stride, b += 2 * stride, c += 2 * stride) {
            int32_t sum0 = 0, sum1 = 0;
            ADD_ROW_OF_TWO(a, w, stride);
            ADD_ROW_OF_TWO(b, w + 3, stride);
            ADD_ROW_OF_TWO(c, w + 6, stride);
            *output = ei_output(scale, (uint32_t)sum0);
            output += step;
            if (left == 1) break;

            *output = ei_output(scale, (uint32_t)sum1);
            output += step;
        }
    }
}

/* Any taps. Four outputs of a row are made at a time, so that a weight is read once for them; what is left of the row is made
 * by ones, as four whose last three repeat the first. */
static void run_any(const ei_plane *plane, const filter *f, int32_t row, int32_t rows)
{
    const ei_window *window = plane->window;
    ei_scale scale = ei_scale_of(f->channels, 0);
    int32_t width = window->output_width;
    int32_t dilation = window->dilation_width;
    int32_t row_step = window->dilation_height * plane->width;
    int8_t *output = f->output + row * width * f->step;
    for (int32_t y = 0; y < rows; y++) {
        const int8_t *x = plane->rows + y * window->stride_height * plane->width;
        for (int32_t left = width; left > 0;) {
            int32_t lanes = left >= 4 ? 4 : 1;
            int32_t next = lanes == 4 ? window->stride_width : 0;
            int32_t sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
            const uint8_t *w = f->weights;
            const int8_t *taps = x;
            for (int32_t ky = 0; ky < window->filter_height; ky++, taps += row_step) {
                const int8_t *x0 = taps, *x1 = x0 + next, *x2 = x1 + next, *x3 = x2 + next;
                for (const uint8_t *end = w + window->filter_width; w != end; w++) {
                    int32_t weight = *w - 128;
                    sum0 += *x0 * weight;
                    sum1 += *x1 * weight;
                    sum2 += *x2 * weight;
                    sum3 += *x3 * weight;
                    x0 += dilation;
                    x1 += dilation;
                    x2 += dilation;
                    x3 += dilation;
                }
            }
            int32_t sums[4] = {sum0, sum1, sum2, sum3};
            for (int32_t lane = 0; lane < lanes; lane++, output += f->step) {
                output[0] = ei_output(scale, (uint32_t)sums[lane]);
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
    if (many ? !ei_window_fits(&window) : !(ei_plane_open(&plane, &window) && bands_are_safe(&plane, input == output))) return false;

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
