#include "ei_matrix.h"
#include "ei_record.h"

bool ei_fully_connected(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t depth = record[EI_FULLY_CONNECTED_DEPTH];
    int32_t filters = record[EI_FULLY_CONNECTED_OUTPUT_CHANNELS];
    if (depth > EI_MAXIMUM_TAPS) return false;

    const uint8_t *weights = model->bytes + record[EI_FULLY_CONNECTED_WEIGHTS];
    const int8_t *x = arena->int8 + ei_offset(model, record, EI_FULLY_CONNECTED_INPUT) + unit * depth;
    int8_t *output = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * filters;
    ei_channels channels = ei_channels_from(model, record, EI_FULLY_CONNECTED_CHANNELS, 0,
        record[EI_FULLY_CONNECTED_OUTPUT_ZERO_POINT], record[EI_FULLY_CONNECTED_ACTIVATION_MIN], record[EI_FULLY_CONNECTED_ACTIVATION_MAX]);
    int32_t zero = 128 + record[EI_FULLY_CONNECTED_WEIGHT_ZERO_POINT];

    for (; count > 0; count--) {
        ei_multiply_one(&channels, weights, depth, filters, x, ei_sum(x, depth) * zero, output);
        x += depth;
        output += filters;
    }
    return true;
}
