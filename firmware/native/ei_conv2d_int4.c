#include "ei_nibbles.h"
#include "ei_window.h"

/* Taps that are laid out at a time, on the stack beside the window: of one position, or of two where they have room. */
#define ROOM 640

bool ei_conv2d_int4(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t groups = record[EI_CONV2D_INT4_GROUPS];
    int32_t filters = record[EI_CONV2D_INT4_OUTPUT_CHANNELS] / groups;
    ei_window window = ei_conv2d_window(model, arena, record);
    if (!ei_window_fits(&window)) return false;

    int8_t stage[EI_STAGE];
    uint32_t pairs[ROOM / 2];
    int32_t taps = ei_window_taps(&window);
    bool twice = taps <= ROOM / 2;
    int32_t positions = record[EI_CONV2D_INT4_BATCHES] * window.output_height * window.output_width;
    ei_range range = ei_items(record, positions, unit, count);
    const uint8_t *weights = model->bytes + record[EI_CONV2D_INT4_WEIGHTS];
    int8_t *output = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT);
    for (int32_t group = 0; group < groups; group++) {
        ei_channels channels = ei_channels_from(model, record, EI_CONV2D_INT4_CHANNELS, group * filters,
            record[EI_CONV2D_INT4_OUTPUT_ZERO_POINT], record[EI_CONV2D_INT4_ACTIVATION_MIN], record[EI_CONV2D_INT4_ACTIVATION_MAX]);
        ei_position position = ei_position_of(&window, range.first);
        for (int32_t i = range.first; i < range.end; ei_advance(&window, &position)) {
            ei_gather(&window, &position, stage);
            int8_t *y = output + i * filters * groups;
            if (twice && range.end - i >= 2) {
                ei_advance(&window, &position);
                ei_gather(&window, &position, stage + taps);
                ei_multiply_nibbles_by_two(&channels, weights, taps, filters, stage, pairs, y, filters * groups);
                i += 2;
            } else {
                ei_multiply_nibbles(&channels, weights, taps, filters, stage, pairs, ROOM, y);
                i++;
            }
        }
        window.input += window.depth;
        weights += filters * ei_nibble_bytes(taps);
        output += filters;
    }
    return true;
}
