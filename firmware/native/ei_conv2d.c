#include "ei_window.h"

ei_window ei_conv2d_window(const ei_model *model, const ei_arena *arena, const int32_t *record)
{
    ei_window window;
    window.input = arena->int8 + ei_offset(model, record, EI_CONV2D_INPUT);
    window.height = record[EI_CONV2D_INPUT_HEIGHT];
    window.width = record[EI_CONV2D_INPUT_WIDTH];
    window.channels = record[EI_CONV2D_INPUT_CHANNELS];
    window.depth = window.channels / record[EI_CONV2D_GROUPS];
    window.filter_height = record[EI_CONV2D_FILTER_HEIGHT];
    window.filter_width = record[EI_CONV2D_FILTER_WIDTH];
    window.stride_height = record[EI_CONV2D_STRIDE_HEIGHT];
    window.stride_width = record[EI_CONV2D_STRIDE_WIDTH];
    window.dilation_height = record[EI_CONV2D_DILATION_HEIGHT];
    window.dilation_width = record[EI_CONV2D_DILATION_WIDTH];
    window.pad_top = record[EI_CONV2D_PAD_TOP];
    window.pad_left = record[EI_CONV2D_PAD_LEFT];
    window.output_height = record[EI_CONV2D_OUTPUT_HEIGHT];
    window.output_width = record[EI_CONV2D_OUTPUT_WIDTH];
    window.zero_point = record[EI_CONV2D_INPUT_ZERO_POINT];
    return window;
}

bool ei_conv2d(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t groups = record[EI_CONV2D_GROUPS];
    int32_t filters = record[EI_CONV2D_OUTPUT_CHANNELS] / groups;
    ei_window window = ei_conv2d_window(model, arena, record);
    if (!ei_window_fits(&window)) return false;

    int32_t positions = record[EI_CONV2D_BATCHES] * window.output_height * window.output_width;
    ei_range range = ei_items(record, positions, unit, count);
    const uint8_t *weights = model->bytes + record[EI_CONV2D_WEIGHTS];
    int8_t *output = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT);
    for (int32_t group = 0; group < groups; group++) {
        ei_channels channels = ei_channels_from(model, record, EI_CONV2D_CHANNELS, group * filters,
            record[EI_CONV2D_OUTPUT_ZERO_POINT], record[EI_CONV2D_ACTIVATION_MIN], record[EI_CONV2D_ACTIVATION_MAX]);
        ei_convolve(&window, range, &channels, weights, filters, output, filters * groups);
        window.input += window.depth;
        weights += filters * ei_window_taps(&window);
        output += filters;
    }
    return true;
}
