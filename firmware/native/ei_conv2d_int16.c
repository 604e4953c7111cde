#include "ei_channels.h"
#include "ei_record.h"
#include "ei_rescale.h"

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

static int32_t clamp64(int64_t value, int32_t min, int32_t max)
{
    return value < min ? min : value > max ? max : (int32_t)value;
}

bool ei_conv2d_int16(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t output_height = record[EI_CONV2D_INT16_OUTPUT_HEIGHT];
    int32_t output_width = record[EI_CONV2D_INT16_OUTPUT_WIDTH];
    int32_t output_channels = record[EI_CONV2D_INT16_OUTPUT_CHANNELS];
    int32_t groups = record[EI_CONV2D_INT16_GROUPS];
    bool wide = record[EI_CONV2D_INT16_ACCUMULATOR] == EI_CONV2D_INT16_WIDE;
    int32_t min = record[EI_CONV2D_INT16_ACTIVATION_MIN];
    int32_t max = record[EI_CONV2D_INT16_ACTIVATION_MAX];
    const int16_t *input = arena->int16 + ei_offset(model, record, EI_CONV2D_INT16_INPUT);
    const uint8_t *weights = model->bytes + record[EI_CONV2D_INT16_WEIGHTS];
    const int32_t *biases = model->words + record[EI_CONV2D_INT16_BIASES];
    const int32_t *scales = model->words + record[EI_CONV2D_INT16_SCALES];
    int16_t *y = arena->int16 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * output_width * output_channels;
    taps t;
    t.height = record[EI_CONV2D_INT16_INPUT_HEIGHT];
    t.width = record[EI_CONV2D_INT16_INPUT_WIDTH];
    t.channels = record[EI_CONV2D_INT16_INPUT_CHANNELS];
    t.depth = t.channels / groups;
    t.filter_height = record[EI_CONV2D_INT16_FILTER_HEIGHT];
    t.filter_width = record[EI_CONV2D_INT16_FILTER_WIDTH];
    t.dilation_height = record[EI_CONV2D_INT16_DILATION_HEIGHT];
    t.dilation_width = record[EI_CONV2D_INT16_DILATION_WIDTH];
    int32_t taps_of_filter = t.filter_height * t.filter_width * t.depth;
    int32_t filters = output_channels / groups;

    /* A unit is an output row. */
    for (; count > 0; count--, unit++) {
        int32_t image = unit / output_height;
        int32_t top = (unit - image * output_height) * record[EI_CONV2D_INT16_STRIDE_HEIGHT] - record[EI_CONV2D_INT16_PAD_TOP];
        int32_t left = -record[EI_CONV2D_INT16_PAD_LEFT];
        t.image = input + image * t.height * t.width * t.channels;
        for (int32_t column = 0; column < output_width; column++, left += record[EI_CONV2D_INT16_STRIDE_WIDTH]) {
            for (int32_t filter = 0; filter < output_channels; filter++) {
                int64_t sum = sum_of(&t, filter / filters * t.depth, top, left, weights + filter * taps_of_filter);
                uint64_t bias = (uint32_t)biases[2 * filter] | (uint64_t)(uint32_t)biases[2 * filter + 1] << 32;
                uint64_t biased = (uint64_t)sum + bias;
                int32_t multiplier = scales[2 * filter + EI_CHANNEL_MULTIPLIER];
                int32_t shift = scales[2 * filter + EI_CHANNEL_SHIFT];
                if (wide) {
                    int64_t product = (int64_t)(biased * (uint64_t)multiplier + (UINT64_C(1) << (shift - 1)));
                    *y++ = (int16_t)clamp64(product >> shift, min, max);
                } else {
                    int32_t narrow = (int32_t)(uint32_t)biased;
                    uint32_t doubled = (uint32_t)multiplier << 1;
                    int32_t value = shift < 32 ? ei_round_up_within(narrow, doubled, shift - 32) : ei_round(narrow, doubled, shift - 32);
                    *y++ = (int16_t)ei_clamp(value, min, max);
                }
            }
        }
    }
    return true;
}
