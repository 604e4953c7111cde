#include "ei_record.h"
#include "ei_rescale.h"

bool ei_pool2d_int16(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t height = record[EI_POOL2D_INT16_INPUT_HEIGHT];
    int32_t width = record[EI_POOL2D_INT16_INPUT_WIDTH];
    int32_t channels = record[EI_POOL2D_INT16_CHANNELS];
    int32_t output_height = record[EI_POOL2D_INT16_OUTPUT_HEIGHT];
    int32_t output_width = record[EI_POOL2D_INT16_OUTPUT_WIDTH];
    bool average = record[EI_POOL2D_INT16_KIND] == EI_POOL2D_INT16_AVERAGE;
    int32_t min = record[EI_POOL2D_INT16_ACTIVATION_MIN];
    int32_t max = record[EI_POOL2D_INT16_ACTIVATION_MAX];
    int32_t row_length = width * channels;
    const int16_t *x = arena->int16 + ei_offset(model, record, EI_POOL2D_INT16_INPUT);
    int16_t *y = arena->int16 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * output_width * channels;

    /* A unit is an output row. */
    for (; count > 0; count--, unit++) {
        int32_t image = unit / output_height;
        int32_t top = (unit - image * output_height) * record[EI_POOL2D_INT16_STRIDE_HEIGHT] - record[EI_POOL2D_INT16_PAD_TOP];
        int32_t bottom = top + record[EI_POOL2D_INT16_FILTER_HEIGHT];
        if (top < 0) top = 0;
        if (bottom > height) bottom = height;
        const int16_t *rows = x + (image * height + top) * row_length;
        int32_t column = -record[EI_POOL2D_INT16_PAD_LEFT];
        for (int32_t o = 0; o < output_width; o++, column += record[EI_POOL2D_INT16_STRIDE_WIDTH]) {
            int32_t left = column < 0 ? 0 : column;
            int32_t right = column + record[EI_POOL2D_INT16_FILTER_WIDTH];
            if (right > width) right = width;
            int32_t cells = (bottom - top) * (right - left);
            for (int32_t channel = 0; channel < channels; channel++) {
                int32_t sum = 0;
                int32_t most = INT16_MIN;
                for (int32_t row = 0; row < bottom - top; row++) {
                    const int16_t *cell = rows + row * row_length + channel;
                    for (int32_t i = left; i < right; i++) {
                        int32_t value = cell[i * channels];
                        sum += value;
                        if (value > most) most = value;
                    }
                }
                int32_t half = cells / 2;
                int32_t value = average ? (sum > 0 ? sum + half : sum - half) / cells : most;
                *y++ = (int16_t)ei_clamp(value, min, max);
            }
        }
    }
    return true;
}
