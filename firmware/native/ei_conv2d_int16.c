#include "ei_channels.h"
#include "ei_memory.h"
#include "ei_record.h"
#include "ei_rescale.h"
#include "ei_wide.h"

/* Where taps are and how far apart; see EdgeInfer.Kernels.Conv2DInt16. */
typedef struct taps {
    const int16_t *image;
    int32_t height;
    int32_t width;
    int32_t channels;
    int32_t depth;
    int32_t filter_height;
    int32_t filter_width;
    int32_t dilation_height;
    int32_t dilation_width;
} taps;

/* The products of one filter with the window at (top, left); padding adds nothing. A product stays within 2^22. */
static int64_t sum_of(const taps *t, int32_t first, int32_t top, int32_t left, const uint8_t *weights)
{
    int64_t sum = 0;
    for (int32_t ky = 0, row = top; ky < t->filter_height; ky++, row += t->dilation_height) {
        for (int32_t kx = 0, cell = left; kx < t->filter_width; kx++, cell += t->dilation_width, weights += t->depth) {
            if (row < 0 || row >= t->height || cell < 0 || cell >= t->width) continue;
            const int16_t *x = t->image + (row * t->width + cell) * t->channels + first;
            for (int32_t i = 0; i < t->depth; i++) sum += x[i] * (weights[i] - 128);
        }
    }
    return sum;
}

/* Scales and limits of the outputs. */
typedef struct outputs {
    const int32_t *biases;
    const int32_t *scales;
    bool wide;
    int32_t min;
    int32_t max;
} outputs;

EI_INLINE int16_t output_of(const outputs *o, int32_t filter, int64_t sum)
{
    const int32_t *bias = o->biases + 2 * filter;
    int32_t multiplier = o->scales[2 * filter + EI_CHANNEL_MULTIPLIER];
    int32_t shift = o->scales[2 * filter + EI_CHANNEL_SHIFT];
    if (o->wide) return (int16_t)ei_wide_output(sum, bias, multiplier, shift, o->min, o->max);
    int32_t narrow = (int32_t)((uint32_t)(uint64_t)sum + (uint32_t)bias[0]);
    uint32_t doubled = (uint32_t)multiplier << 1;
    int32_t value = shift < 32 ? ei_round_up_within(narrow, doubled, shift - 32) : ei_round(narrow, doubled, shift - 32);
    return (int16_t)ei_clamp(value, o->min, o->max);
}

/* Lays out the window at (top, left), one tap after the other; padding is zero. */
static void gather(const taps *t, int32_t top, int32_t left, int16_t *target)
{
    size_t bytes = (size_t)t->channels * sizeof(int16_t);
    for (int32_t ky = 0, row = top; ky < t->filter_height; ky++, row += t->dilation_height) {
        for (int32_t kx = 0, cell = left; kx < t->filter_width; kx++, cell += t->dilation_width, target += t->channels) {
            if (row < 0 || row >= t->height || cell < 0 || cell >= t->width) memset(target, 0, bytes);
            else memcpy(target, t->image + (row * t->width + cell) * t->channels, bytes);
        }
    }
}

/* All filters with one window. Four at a time share the loads of the inputs, and their sum, which is taken off. */
static void multiply(const uint8_t *w, const int16_t *x, int32_t depth, const outputs *o, int32_t filters, int16_t *y)
{
    int32_t filter = 0;
    for (; filters - filter >= 4; filter += 4, w += 4 * depth) {
        int64_t sums[4];
        ei_wide_sums(w, x, depth, sums);
        for (int32_t i = 0; i < 4; i++) *y++ = output_of(o, filter + i, sums[i]);
    }
    for (; filter < filters; filter++, w += depth) *y++ = output_of(o, filter, ei_wide_sum(w, x, depth));
}

bool ei_conv2d_int16(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t output_height = record[EI_CONV2D_INT16_OUTPUT_HEIGHT];
    int32_t output_width = record[EI_CONV2D_INT16_OUTPUT_WIDTH];
    int32_t output_channels = record[EI_CONV2D_INT16_OUTPUT_CHANNELS];
    int32_t filters = output_channels / record[EI_CONV2D_INT16_GROUPS];
    bool matrix = record[EI_CONV2D_INT16_SUMS] >= 0 && record[EI_CONV2D_INT16_GROUPS] == 1;
    bool by_channel = record[EI_CONV2D_INT16_SUMS] >= 0 && !matrix;
    int16_t *window = record[EI_CONV2D_INT16_WINDOW] >= 0 ? arena->int16 + ei_offset(model, record, EI_CONV2D_INT16_WINDOW) : NULL;
    const int16_t *input = arena->int16 + ei_offset(model, record, EI_CONV2D_INT16_INPUT);
    const uint8_t *weights = model->bytes + record[EI_CONV2D_INT16_WEIGHTS];
    int16_t *y = arena->int16 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * output_width * output_channels;
    outputs o = {
        model->words + record[EI_CONV2D_INT16_BIASES],
        model->words + record[EI_CONV2D_INT16_SCALES],
        record[EI_CONV2D_INT16_ACCUMULATOR] == EI_CONV2D_INT16_WIDE,
        record[EI_CONV2D_INT16_ACTIVATION_MIN],
        record[EI_CONV2D_INT16_ACTIVATION_MAX],
    };
    taps t;
    t.height = record[EI_CONV2D_INT16_INPUT_HEIGHT];
    t.width = record[EI_CONV2D_INT16_INPUT_WIDTH];
    t.channels = record[EI_CONV2D_INT16_INPUT_CHANNELS];
    t.depth = t.channels / record[EI_CONV2D_INT16_GROUPS];
    t.filter_height = record[EI_CONV2D_INT16_FILTER_HEIGHT];
    t.filter_width = record[EI_CONV2D_INT16_FILTER_WIDTH];
    t.dilation_height = record[EI_CONV2D_INT16_DILATION_HEIGHT];
    t.dilation_width = record[EI_CONV2D_INT16_DILATION_WIDTH];
    int32_t taps_of_filter = t.filter_height * t.filter_width * t.depth;

    /* A unit is an output channel, or an output row. */
    if (by_channel) {
        y = arena->int16 + ei_offset(model, record, EI_RECORD_OUTPUT);
        for (; count > 0; count--, unit++) {
            int32_t image = unit / output_channels;
            int32_t filter = unit - image * output_channels;
            int16_t *target = y + image * output_height * output_width * output_channels + filter;
            int32_t top = -record[EI_CONV2D_INT16_PAD_TOP];
            t.image = input + image * t.height * t.width * t.channels;
            for (int32_t row = 0; row < output_height; row++, top += record[EI_CONV2D_INT16_STRIDE_HEIGHT]) {
                int32_t left = -record[EI_CONV2D_INT16_PAD_LEFT];
                for (int32_t column = 0; column < output_width; column++, left += record[EI_CONV2D_INT16_STRIDE_WIDTH], target += output_channels) {
                    *target = output_of(&o, filter, sum_of(&t, filter / filters, top, left, weights + filter * taps_of_filter));
                }
            }
        }
        return true;
    }

    for (; count > 0; count--, unit++) {
        int32_t image = unit / output_height;
        int32_t top = (unit - image * output_height) * record[EI_CONV2D_INT16_STRIDE_HEIGHT] - record[EI_CONV2D_INT16_PAD_TOP];
        int32_t left = -record[EI_CONV2D_INT16_PAD_LEFT];
        t.image = input + image * t.height * t.width * t.channels;
        for (int32_t column = 0; column < output_width; column++, left += record[EI_CONV2D_INT16_STRIDE_WIDTH]) {
            if (matrix) {
                const int16_t *x = window;
                if (x != NULL) gather(&t, top, left, window);
                else x = t.image + (top * t.width + left) * t.channels;
                multiply(weights, x, taps_of_filter, &o, output_channels, y);
                y += output_channels;
            } else {
                for (int32_t filter = 0; filter < output_channels; filter++) {
                    *y++ = output_of(&o, filter, sum_of(&t, filter / filters * t.depth, top, left, weights + filter * taps_of_filter));
                }
            }
        }
    }
    return true;
}
