#include "ei_channels.h"
#include "ei_record.h"

/* Adds the products of the stored blocks to the sums of their outputs. `zero` is what every stored weight has too much. */
static void multiply(const uint8_t *w, const int8_t *x, int32_t depth, int32_t zero, int32_t *sums)
{
    for (; depth > 0; depth -= EI_SPARSE_FULLY_CONNECTED_WIDTH, x += EI_SPARSE_FULLY_CONNECTED_WIDTH, w++) {
        int32_t *sum = sums;
        int32_t width = depth < EI_SPARSE_FULLY_CONNECTED_WIDTH ? depth : EI_SPARSE_FULLY_CONNECTED_WIDTH;
        int32_t total = 0;
        for (int32_t i = 0; i < width; i++) total += x[i];
        uint32_t less = (uint32_t)(total * zero);
        for (; *w != EI_SPARSE_FULLY_CONNECTED_END; w += EI_SPARSE_FULLY_CONNECTED_BLOCK_BYTES) {
            sum += *w;
            uint32_t s = (uint32_t)*sum - less;
            if (width == EI_SPARSE_FULLY_CONNECTED_WIDTH) {
                s += (uint32_t)(x[0] * w[1] + x[1] * w[2] + x[2] * w[3] + x[3] * w[4]);
                s += (uint32_t)(x[4] * w[5] + x[5] * w[6] + x[6] * w[7] + x[7] * w[8]);
                s += (uint32_t)(x[8] * w[9] + x[9] * w[10] + x[10] * w[11] + x[11] * w[12]);
                s += (uint32_t)(x[12] * w[13] + x[13] * w[14] + x[14] * w[15] + x[15] * w[16]);
            } else {
                for (int32_t i = 0; i < width; i++) s += (uint32_t)(x[i] * w[1 + i]);
            }
            *sum = (int32_t)s;
        }
    }
}

bool ei_sparse_fully_connected(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t depth = record[EI_SPARSE_FULLY_CONNECTED_DEPTH];
    int32_t filters = record[EI_SPARSE_FULLY_CONNECTED_OUTPUT_CHANNELS];
    int32_t block = record[EI_SPARSE_FULLY_CONNECTED_BLOCK];
    int32_t blocks = (filters - 1) / block + 1;
    const uint8_t *weights = model->bytes + record[EI_SPARSE_FULLY_CONNECTED_WEIGHTS];
    const int32_t *starts = model->words + record[EI_SPARSE_FULLY_CONNECTED_STARTS];
    const int8_t *input = arena->int8 + ei_offset(model, record, EI_SPARSE_FULLY_CONNECTED_INPUT);
    int8_t *output = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT);
    int32_t *sums = arena->int32 + ei_offset(model, record, EI_SPARSE_FULLY_CONNECTED_SUMS);
    int32_t zero = 128 + record[EI_SPARSE_FULLY_CONNECTED_WEIGHT_ZERO_POINT];
    for (int32_t end = unit + count; unit < end; unit++) {
        int32_t row = unit / blocks;
        int32_t index = unit - row * blocks;
        int32_t first = index * block;
        int32_t outputs = filters - first < block ? filters - first : block;
        ei_channels channels = ei_channels_from(model, record, EI_SPARSE_FULLY_CONNECTED_CHANNELS, first,
            record[EI_SPARSE_FULLY_CONNECTED_OUTPUT_ZERO_POINT], record[EI_SPARSE_FULLY_CONNECTED_ACTIVATION_MIN], record[EI_SPARSE_FULLY_CONNECTED_ACTIVATION_MAX]);
        for (int32_t i = 0; i < outputs; i++) sums[i] = 0;
        multiply(weights + starts[index], input + row * depth, depth, zero, sums);
        ei_scale scale = ei_scale_first(&channels);
        int8_t *y = output + row * filters + first;
        for (int32_t i = 0; i < outputs; i++) {
            ei_scale_set(&scale, channels.biases[i], channels.scales + i * channels.scale_step);
            y[i] = ei_output(scale, (uint32_t)sums[i]);
        }
    }
    return true;
}
