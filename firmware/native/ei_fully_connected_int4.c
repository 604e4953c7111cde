#include "ei_nibbles.h"
#include "ei_record.h"

/* Inputs that are laid out at a time, on the stack. */
#define ROOM 1024

bool ei_fully_connected_int4(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t depth = record[EI_FULLY_CONNECTED_INT4_DEPTH];
    int32_t filters = record[EI_FULLY_CONNECTED_INT4_OUTPUT_CHANNELS];
    if (depth > EI_NIBBLE_TAPS) return false;

    uint32_t pairs[ROOM / 2];
    const uint8_t *weights = model->bytes + record[EI_FULLY_CONNECTED_INT4_WEIGHTS];
    const int8_t *input = arena->int8 + ei_offset(model, record, EI_FULLY_CONNECTED_INT4_INPUT);
    int8_t *output = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT);

    /* A unit is a block of outputs of a row; the blocks of one row are run as one. */
    int32_t block = record[EI_FULLY_CONNECTED_INT4_BLOCK];
    int32_t blocks = (filters - 1) / block + 1;
    while (count > 0) {
        int32_t row = unit / blocks;
        int32_t index = unit - row * blocks;
        int32_t run = blocks - index < count ? blocks - index : count;
        int32_t first = index * block;
        int32_t end = (index + run) * block < filters ? (index + run) * block : filters;
        ei_channels channels = ei_channels_from(model, record, EI_FULLY_CONNECTED_INT4_CHANNELS, first,
            record[EI_FULLY_CONNECTED_INT4_OUTPUT_ZERO_POINT], record[EI_FULLY_CONNECTED_INT4_ACTIVATION_MIN], record[EI_FULLY_CONNECTED_INT4_ACTIVATION_MAX]);
        ei_multiply_nibbles(&channels, weights + first * ei_nibble_bytes(depth), depth, end - first, input + row * depth, pairs, ROOM, output + row * filters + first);
        unit += run;
        count -= run;
    }
    return true;
}
