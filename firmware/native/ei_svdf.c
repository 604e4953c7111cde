#include "ei_matrix_vector.h"
#include "ei_record.h"
#include "ei_rescale.h"

/* The memory of a filter moves up by one and takes the newest value at its end; in the same pass it is multiplied with the time
 * weights, so that every value is loaded once. Sums are kept modulo 2^32. */
#define MOVE(k) state[k] = state[k + 1]

EI_INLINE uint32_t remember_int8(int8_t *state, const uint8_t *weights, int32_t memory, int8_t newest)
{
    int32_t product = 0;
    int32_t older = memory - 1;
    for (; older >= 4; older -= 4, state += 4, weights += 4) {
        MOVE(0);
        MOVE(1);
        MOVE(2);
        MOVE(3);
        product += state[0] * (weights[0] - 128) + state[1] * (weights[1] - 128) + state[2] * (weights[2] - 128) + state[3] * (weights[3] - 128);
    }
    if ((older & 2) != 0) {
        MOVE(0);
        MOVE(1);
        product += state[0] * (weights[0] - 128) + state[1] * (weights[1] - 128);
        state += 2;
        weights += 2;
    }
    if ((older & 1) != 0) {
        MOVE(0);
        product += state[0] * (weights[0] - 128);
        state++;
        weights++;
    }

    *state = newest;
    return (uint32_t)(product + newest * (*weights - 128));
}

EI_INLINE uint32_t remember_int16(int16_t *state, const int16_t *weights, int32_t memory, int16_t newest)
{
    uint32_t product = 0;
    int32_t older = memory - 1;
    for (; older >= 4; older -= 4, state += 4, weights += 4) {
        MOVE(0);
        MOVE(1);
        MOVE(2);
        MOVE(3);
        product += (uint32_t)(state[0] * weights[0]) + (uint32_t)(state[1] * weights[1]) + (uint32_t)(state[2] * weights[2]) + (uint32_t)(state[3] * weights[3]);
    }
    if ((older & 2) != 0) {
        MOVE(0);
        MOVE(1);
        product += (uint32_t)(state[0] * weights[0]) + (uint32_t)(state[1] * weights[1]);
        state += 2;
        weights += 2;
    }
    if ((older & 1) != 0) {
        MOVE(0);
        product += (uint32_t)(state[0] * weights[0]);
        state++;
        weights++;
    }

    *state = newest;
    return product + (uint32_t)(newest * *weights);
}

/* From the feature product of a filter to what its memory takes: clamped, then moved by the zero point, which may wrap. */
typedef struct feature_scale {
    int32_t multiplier;
    int32_t shift;
    int32_t zero_point;
} feature_scale;

EI_INLINE int32_t feature_of(int32_t sum, feature_scale f, int32_t min, int32_t max)
{
    return ei_clamp(ei_requantize(sum, f.multiplier, f.shift), min, max) + f.zero_point;
}

/* Moves the memories of a batch row on, and leaves the time products of the filters in place of their feature products. */
static void remember(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t state, int32_t *sums)
{
    feature_scale f = { record[EI_SVDF_FEATURE_MULTIPLIER], record[EI_SVDF_FEATURE_SHIFT], record[EI_SVDF_STATE_ZERO_POINT] };
    int32_t memory = record[EI_SVDF_MEMORY];
    int32_t *end = sums + record[EI_SVDF_FILTERS];
    if (ei_type(model, record, EI_SVDF_STATE) == EI_TENSOR_TYPE_INT16) {
        int16_t *s = arena->int16 + state;
        const int16_t *weights = model->halves + record[EI_SVDF_TIME_WEIGHTS];
        for (; sums < end; sums++, s += memory, weights += memory) {
            *sums = (int32_t)remember_int16(s, weights, memory, (int16_t)feature_of(*sums, f, INT16_MIN, INT16_MAX));
        }
    } else {
        int8_t *s = arena->int8 + state;
        const uint8_t *weights = model->bytes + record[EI_SVDF_TIME_WEIGHTS];
        for (; sums < end; sums++, s += memory, weights += memory) {
            *sums = (int32_t)remember_int8(s, weights, memory, (int8_t)feature_of(*sums, f, INT8_MIN, INT8_MAX));
        }
    }
}

/* The outputs of a batch row, each from the time products of its filters. */
static void store(const ei_model *model, const int32_t *record, const int32_t *sums, int8_t *y)
{
    int32_t rank = record[EI_SVDF_RANK];
    int32_t multiplier = record[EI_SVDF_TIME_MULTIPLIER];
    int32_t shift = record[EI_SVDF_TIME_SHIFT];
    int32_t zero_point = record[EI_SVDF_OUTPUT_ZERO_POINT];
    int32_t min = record[EI_SVDF_ACTIVATION_MIN];
    int32_t max = record[EI_SVDF_ACTIVATION_MAX];
    const int32_t *bias = model->words + record[EI_SVDF_BIASES];
    for (int8_t *end = y + record[EI_SVDF_FILTERS] / rank; y < end; y++, bias++) {
        uint32_t sum = (uint32_t)*bias;
        const int32_t *last = sums + rank;
        do sum += (uint32_t)*sums++;
        while (sums < last);
        *y = (int8_t)ei_clamp(ei_add_wrapping(ei_requantize((int32_t)sum, multiplier, shift), zero_point), min, max);
    }
}

bool ei_svdf(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t inputs = record[EI_SVDF_INPUTS];
    int32_t filters = record[EI_SVDF_FILTERS];
    int32_t outputs = filters / record[EI_SVDF_RANK];
    int32_t remembered = filters * record[EI_SVDF_MEMORY];
    const uint8_t *weights = model->bytes + record[EI_SVDF_FEATURE_WEIGHTS];
    const int32_t *biases = model->words + record[EI_SVDF_FEATURE_BIASES];
    const int8_t *x = arena->int8 + ei_offset(model, record, EI_SVDF_INPUT);
    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT);
    int32_t *sums = arena->int32 + ei_offset(model, record, EI_SVDF_SUMS);
    int32_t state = ei_offset(model, record, EI_SVDF_STATE);

    /* A unit is a batch row. */
    for (int32_t end = unit + count; unit < end; unit++) {
        ei_matrix_vector(weights, x + unit * inputs, inputs, biases, sums, filters);
        remember(model, arena, record, state + unit * remembered, sums);
        store(model, record, sums, y + unit * outputs);
    }
    return true;
}
