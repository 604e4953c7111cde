#include "ei_record.h"

/* One pixel: the weighted sum of two of a row and two of the row behind it, channel by channel. */
static void interpolate(const int8_t *p, const int8_t *q, int32_t next, int32_t lower, int32_t right, int8_t *y, int32_t channels)
{
    int32_t w11 = lower * right;
    int32_t w10 = lower * EI_RESIZE_BILINEAR_ONE - w11;
    int32_t w01 = (EI_RESIZE_BILINEAR_ONE - lower) * right;
    int32_t w00 = (EI_RESIZE_BILINEAR_ONE - lower) * EI_RESIZE_BILINEAR_ONE - w01;
    for (int8_t *end = y + channels; y < end; y++, p++, q++) {
        /* Halves go away from zero. */
        int32_t sum = p[0] * w00 + p[next] * w01 + q[0] * w10 + q[next] * w11;
        *y = (int8_t)((sum + (1 << 19) + (sum >> 31)) >> 20);
    }
}

bool ei_resize_bilinear(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t channels = record[EI_RESIZE_BILINEAR_CHANNELS];
    int32_t row = record[EI_RESIZE_BILINEAR_WIDTH] * channels;
    int32_t image = record[EI_RESIZE_BILINEAR_HEIGHT] * row;
    int32_t height = record[EI_RESIZE_BILINEAR_OUTPUT_HEIGHT];
    int32_t width = record[EI_RESIZE_BILINEAR_OUTPUT_WIDTH];
    const int32_t *rows = model->words + record[EI_RESIZE_BILINEAR_ROWS];
    const int32_t *columns = model->words + record[EI_RESIZE_BILINEAR_COLUMNS];
    const int8_t *input = arena->int8 + ei_offset(model, record, EI_RESIZE_BILINEAR_INPUT);
    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * width * channels;
    for (; count > 0; count--, unit++) {
        const int32_t *entry = rows + 2 * (unit % height);
        const int8_t *upper = input + unit / height * image + entry[0] * row;
        const int8_t *lower = entry[1] == 0 ? upper : upper + row;
        for (int32_t column = 0; column < width; column++, y += channels) {
            int32_t first = columns[2 * column] * channels;
            int32_t right = columns[2 * column + 1];
            interpolate(upper + first, lower + first, right == 0 ? 0 : channels, entry[1], right, y, channels);
        }
    }
    return true;
}
