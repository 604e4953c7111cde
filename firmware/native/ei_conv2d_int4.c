#include "ei_nibbles.h"
#include "ei_window.h"

/* Taps that are laid out at a time, on the stack beside the window. */
#define ROOM 512

bool ei_conv2d_int4(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t groups = record[EI_CONV2D_INT4_GROUPS];
    int32_t filters = record[EI_CONV2D_INT4_OUTPUT_CHANNELS] / groups;
    ei_window window = ei_conv2d_window(model, arena, record);
    if (!ei_window_fits(&window)) return false;

    int8_t stage[EI_STAGE];
    uint32_t pairs[ROOM / 2];
    int32_t taps = ei_window_taps(&window);
    int32_t positions = record[EI_CONV2D_INT4_BATCHES] * window.output_height * window.output_width;
    ei_range range = ei_items(record, positions, unit, count);
    const uint8_t *weights = model->bytes + record[EI_CONV2D_INT4_WEIGHTS];
    int8_t *output = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT);
    for (int32_t group = 0; group < groups; group++) {
        ei_channels channels = ei_channels_from(model, record, EI_CONV2D_INT4_CHANNELS, group * filters,
            record[EI_CONV2D_INT4_OUTPUT_ZERO_POINT], record[EI_CONV2D_INT4_ACTIVATION_MIN], record[EI_CONV2D_INT4_ACTIVATION_MAX]);
        ei_position position = ei_position_of(&window, range.first);
        for (int32_t i = range.first; i < range.end; i++, ei_advance(&window, &position)) {
            ei_gather(&window, &position, stage);
            ei_multiply_nibbles(&channels, weights, taps, filters, stage, pairs, ROOM, output + i * filters * groups);
        }
        window.input += window.depth;
        weights += filters * ei_nibble_bytes(taps);
        output += filters;
    }
    return true;
}
