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
    bool turned = plane->turned;
    int8_t w[9];
    for (int32_t i = 0; i < 9; i++) w[turned ? i % 3 * 3 + i / 3 : i] = (int8_t)(f->weights[i] - 128);
    ei_scale scale = ei_scale_first(f->channels);
    int32_t width = turned ? window->output_height : window->output_width;
    int32_t row_outputs = window->output_width * f->step;
    int32_t step = turned ? row_outputs : f->step;
    int32_t output_step = turned ? f->step : row_outputs;
    int32_t pitch = ei_plane_pitch(plane);
    int32_t row_step = window->stride_height * pitch;
    const int8_t *first = plane->rows;
    int8_t *next = f->output + row * row_outputs;
    for (rows = turned ? window->output_width : rows; rows > 0; rows--, first += row_step, next += output_step) {
        const int8_t *a = first, *b = a + pitch, *c = b + pitch;
        int8_t *output = next;
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

/* Adds the product of a tap for four outputs, whose inputs `offset` behind the pointers are. */
#define ADD_TAP(offset)                           \
    do {                                          \
        int32_t weight = w[offset] - 128;         \
        sum0 += x0[(offset) * dilation] * weight; \
        sum1 += x1[(offset) * dilation] * weight; \
        sum2 += x2[(offset) * dilation] * weight; \
        sum3 += x3[(offset) * dilation] * weight; \
    } while (0)

/* Any taps, `dilation` columns apart. Four outputs of a row are made at a time, so that a weight is read once for them; what is left
 * of the row is made by the four that end it, or by ones, as four whose last three repeat the first. Only windows of one column are
 * turned: their weights keep their order. */
EI_INLINE void run_any(const ei_plane *plane, const filter *f, int32_t row, int32_t rows, int32_t dilation)
{
    const ei_window *window = plane->window;
    bool turned = plane->turned;
    ei_scale scale = ei_scale_first(f->channels);
    int32_t pitch = ei_plane_pitch(plane);
    int32_t filter_rows = turned ? window->filter_width : window->filter_height;
    int32_t filter_columns = turned ? window->filter_height : window->filter_width;
    int32_t tap_row_step = window->dilation_height * pitch;
    int32_t stride = window->stride_width;
    int32_t row_step = window->stride_height * pitch;
    int32_t width = turned ? window->output_height : window->output_width;
    int32_t row_outputs = window->output_width * f->step;
    int32_t step = turned ? row_outputs : f->step;
    int32_t output_step = turned ? f->step : row_outputs;
    int32_t lanes = width >= 4 ? 4 : 1;
    int32_t apart = lanes == 4 ? stride : 0;
    const int8_t *first = plane->rows;
    int8_t *next = f->output + row * row_outputs;
    for (rows = turned ? window->output_width : rows; rows > 0; rows--, first += row_step, next += output_step) {
        for (int32_t column = 0; column < width; column += lanes) {
            if (column > width - lanes) column = width - lanes;
            int32_t sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
            const uint8_t *w = f->weights;
            const int8_t *taps = first + column * stride;
            for (int32_t ky = 0; ky < filter_rows; ky++, taps += tap_row_step) {
                const int8_t *x0 = taps, *x1 = x0 + apart, *x2 = x1 + apart, *x3 = x2 + apart;
                const uint8_t *end = w + filter_columns;
                for (; end - w >= 4; w += 4, x0 += 4 * dilation, x1 += 4 * dilation, x2 += 4 * dilation, x3 += 4 * dilation) {
                    ADD_TAP(0);
                    ADD_TAP(1);
                    ADD_TAP(2);
                    ADD_TAP(3);
                    EI_IN_ORDER();
                }
                for (; w != end; w++, x0 += dilation, x1 += dilation, x2 += dilation, x3 += dilation) ADD_TAP(0);
            }
            int8_t *output = next + column * step;
            *output = ei_output(scale, (uint32_t)sum0);
            if (lanes == 1) continue;

            output += step;
            *output = ei_output(scale, (uint32_t)sum1);
            output += step;
            *output = ei_output(scale, (uint32_t)sum2);
            output += step;
            *output = ei_output(scale, (uint32_t)sum3);
        }
    }
}

static void run_dense(const ei_plane *plane, const filter *f, int32_t row, int32_t rows)
{
    run_any(plane, f, row, rows, 1);
}

static void run_dilated(const ei_plane *plane, const filter *f, int32_t row, int32_t rows)
{
    run_any(plane, f, row, rows, plane->turned ? plane->window->dilation_height : plane->window->dilation_width);
}

/* One filter. Where a band holds the whole channel, it is laid out for the channel's first filter only. */
static void run_filter(ei_plane *plane, const int8_t *input, const filter *f, bool first)
{
    const ei_window *window = plane->window;
    bool dense = (plane->turned ? window->dilation_height : window->dilation_width) == 1;
    for (int32_t row = 0; row < window->output_height; row += plane->outputs) {
        int32_t rows = window->output_height - row;
        if (rows > plane->outputs) rows = plane->outputs;
        if (first || plane->outputs < window->output_height) ei_plane_load(plane, input, row, rows);
        if (plane->nine && window->stride_width == 1) run_nine(plane, f, row, rows, 1);
        else if (plane->nine && window->stride_width == 2) run_nine(plane, f, row, rows, 2);
        else if (dense) run_dense(plane, f, row, rows);
        else run_dilated(plane, f, row, rows);
    }
}

/* Where the output takes the input's place, a band's outputs must lie before the rows that the next band reads anew. */
static bool bands_are_safe(const ei_plane *plane, bool in_place)
{
    const ei_window *window = plane->window;
    return !in_place || plane->outputs == window->output_height
        || (window->output_width <= window->width && window->pad_top < plane->reach);
}

/* A record, and where the channel that is run lies in its tensors. */
typedef struct layer {
    ei_window window;
    int32_t multiplier;
    const int8_t *input;
    const uint8_t *weights;
    int8_t *output;
    ei_channels channels;
} layer;

/* Turns to a channel, `item` being its number among those of all images. */
static void select(layer *l, const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t item)
{
    const ei_window *window = &l->window;
    int32_t image = item / window->channels;
    int32_t channel = item - image * window->channels;
    int32_t first = channel * l->multiplier;
    int32_t inputs = window->height * window->width * window->channels;
    int32_t outputs = window->output_height * window->output_width * window->channels * l->multiplier;
    l->input = arena->int8 + ei_offset(model, record, EI_DEPTHWISE_CONV2D_INPUT) + image * inputs + channel;
    l->output = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + image * outputs + first;
    l->weights = model->bytes + record[EI_DEPTHWISE_CONV2D_WEIGHTS] + first * ei_window_taps(window);
    l->channels = ei_channels_from(model, record, EI_DEPTHWISE_CONV2D_CHANNELS, first,
        record[EI_DEPTHWISE_CONV2D_OUTPUT_ZERO_POINT], record[EI_DEPTHWISE_CONV2D_ACTIVATION_MIN], record[EI_DEPTHWISE_CONV2D_ACTIVATION_MAX]);
}

/* Several outputs a channel whose band does not fit: a convolution of one input channel. */
static bool run_many(layer *l, const ei_model *model, const ei_arena *arena, const int32_t *record, ei_range range)
{
    if (!ei_window_fits(&l->window)) return false;

    ei_range positions = {0, l->window.output_height * l->window.output_width};
    for (; range.first < range.end; range.first++) {
        select(l, model, arena, record, range.first);
        l->window.input = l->input;
        ei_convolve(&l->window, positions, &l->channels, l->weights, l->multiplier, l->output, l->window.channels * l->multiplier);
    }
    return true;
}

static bool run_planes(layer *l, const ei_model *model, const ei_arena *arena, const int32_t *record, ei_range range)
{
    ei_plane plane;
    bool in_place = ei_offset(model, record, EI_DEPTHWISE_CONV2D_INPUT) == ei_offset(model, record, EI_RECORD_OUTPUT);
    if (!ei_plane_open(&plane, &l->window) || !bands_are_safe(&plane, in_place)) return false;

    for (; range.first < range.end; range.first++) {
        select(l, model, arena, record, range.first);
        filter f = {&l->channels, l->weights, l->output, l->window.channels * l->multiplier};
        run_filter(&plane, l->input, &f, true);
        for (int32_t left = l->multiplier - 1; left > 0; left--) {
            l->channels.biases++;
            l->channels.scales += l->channels.scale_step;
            f.weights += ei_window_taps(&l->window);
            f.output++;
            run_filter(&plane, l->input, &f, false);
        }
    }
    return true;
}

/* One output a channel, its window within the image: what streaming models do a frame. */
static bool is_single(const ei_window *window)
{
    return window->output_height == 1 && window->output_width == 1 && window->pad_top == 0 && window->pad_left == 0
        && (window->filter_height - 1) * window->dilation_height < window->height
        && (window->filter_width - 1) * window->dilation_width < window->width;
}

static void run_single(layer *l, const ei_model *model, const ei_arena *arena, const int32_t *record, ei_range range)
{
    const ei_window *window = &l->window;
    int32_t column_step = window->dilation_width * window->channels;
    int32_t row_step = window->dilation_height * window->width * window->channels;
    int32_t taps = ei_window_taps(window);
    while (range.first < range.end) {
        select(l, model, arena, record, range.first);
        int32_t left = window->channels - range.first % window->channels;
        if (left > range.end - range.first) left = range.end - range.first;
        range.first += left;
        ei_scale scale = ei_scale_first(&l->channels);
        const int32_t *bias = l->channels.biases, *table = l->channels.scales;
        const uint8_t *w = l->weights;
        const int8_t *x = l->input;
        int8_t *output = l->output;
        for (; left > 0; left--, x++, bias++, table += l->channels.scale_step) {
            int32_t sum = 0;
            const int8_t *row = x;
            for (const uint8_t *last = w + taps; w != last; row += row_step) {
                const int8_t *tap = row;
                for (const uint8_t *end = w + window->filter_width; w != end; w++, tap += column_step) sum += *tap * (*w - 128);
            }
            ei_scale_set(&scale, *bias, table);
            *output++ = ei_output(scale, (uint32_t)sum);
        }
    }
}

bool ei_depthwise_conv2d(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    layer l;
    l.multiplier = record[EI_DEPTHWISE_CONV2D_DEPTH_MULTIPLIER];
    l.window.height = record[EI_DEPTHWISE_CONV2D_INPUT_HEIGHT];
    l.window.width = record[EI_DEPTHWISE_CONV2D_INPUT_WIDTH];
    l.window.channels = record[EI_DEPTHWISE_CONV2D_INPUT_CHANNELS];
    l.window.depth = 1;
    l.window.filter_height = record[EI_DEPTHWISE_CONV2D_FILTER_HEIGHT];
    l.window.filter_width = record[EI_DEPTHWISE_CONV2D_FILTER_WIDTH];
    l.window.stride_height = record[EI_DEPTHWISE_CONV2D_STRIDE_HEIGHT];
    l.window.stride_width = record[EI_DEPTHWISE_CONV2D_STRIDE_WIDTH];
    l.window.dilation_height = record[EI_DEPTHWISE_CONV2D_DILATION_HEIGHT];
    l.window.dilation_width = record[EI_DEPTHWISE_CONV2D_DILATION_WIDTH];
    l.window.pad_top = record[EI_DEPTHWISE_CONV2D_PAD_TOP];
    l.window.pad_left = record[EI_DEPTHWISE_CONV2D_PAD_LEFT];
    l.window.output_height = record[EI_DEPTHWISE_CONV2D_OUTPUT_HEIGHT];
    l.window.output_width = record[EI_DEPTHWISE_CONV2D_OUTPUT_WIDTH];
    l.window.zero_point = record[EI_DEPTHWISE_CONV2D_INPUT_ZERO_POINT];

    ei_range range = ei_items(record, record[EI_DEPTHWISE_CONV2D_BATCHES] * l.window.channels, unit, count);
    if (l.multiplier > 1 || !is_single(&l.window) || ei_window_taps(&l.window) > EI_MAXIMUM_TAPS) {
        return run_planes(&l, model, arena, record, range) || (l.multiplier > 1 && run_many(&l, model, arena, record, range));
    }

    run_single(&l, model, arena, record, range);
    return true;
}
