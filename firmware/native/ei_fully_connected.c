#include "ei_matrix.h"
#include "ei_record.h"

bool ei_fully_connected(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t depth = record[EI_FULLY_CONNECTED_DEPTH];
    int32_t filters = record[EI_FULLY_CONNECTED_OUTPUT_CHANNELS];
    if (depth > EI_MAXIMUM_TAPS) return false;

    const uint8_t *weights = model->bytes + record[EI_FULLY_CONNECTED_WEIGHTS];
    const int8_t *input = arena->int8 + ei_offset(model, record, EI_FULLY_CONNECTED_INPUT);
    int8_t *output = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT);
    int32_t zero = 128 + record[EI_FULLY_CONNECTED_WEIGHT_ZERO_POINT];

    /* A unit is a block of outputs of a row; the blocks of one row are run as one. */
    int32_t block = record[EI_FULLY_CONNECTED_BLOCK];
    int32_t blocks = (filters - 1) / block + 1;
    while (count > 0) {
        int32_t row = unit / blocks;
        int32_t index = unit - row * blocks;
        int32_t run = blocks - index < count ? blocks - index : count;
        int32_t first = index * block;
        int32_t end = (index + run) * block < filters ? (index + run) * block : filters;
        ei_channels channels = ei_channels_from(model, record, EI_FULLY_CONNECTED_CHANNELS, first,
            record[EI_FULLY_CONNECTED_OUTPUT_ZERO_POINT], record[EI_FULLY_CONNECTED_ACTIVATION_MIN], record[EI_FULLY_CONNECTED_ACTIVATION_MAX]);
        ei_multiply_one(&channels, weights + first * depth, depth, end - first, input + row * depth, zero, output + row * filters + first);
        unit += run;
        count -= run;
    }
    return true;
}
