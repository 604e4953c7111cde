#include "ei_matrix_vector.h"
#include "ei_matrix_vectors.h"
#include "ei_record.h"
#include "ei_rescale.h"

#define GATES EI_UNIDIRECTIONAL_SEQUENCE_LSTM_GATES

/* Beyond this the tanh is its limit, which the table's outer entries are. */
#define REACH (EI_UNIDIRECTIONAL_SEQUENCE_LSTM_TABLE_REACH * 256)

EI_INLINE int32_t clamp_int16(int32_t value)
{
    return ei_clamp(value, INT16_MIN, INT16_MAX);
}

/* A product with a gate, modulo 2^32: a table that is no sigmoid may bring gates beyond 16 bits. */
EI_INLINE int32_t gate_product(int32_t gate, int32_t value)
{
    return (int32_t)((uint32_t)gate * (uint32_t)value);
}

/* The functions interpolate a table of the sigmoid that is odd about its middle, where `table` points; v >> 31 makes the
 * rounding of negative numbers the mirror image. Both results have 15 fractional bits; 256 make a step of the table for the
 * tanh, 512 for the sigmoid. */
EI_INLINE int32_t tanh_of(int32_t v, const int16_t *table)
{
    const int16_t *p = table + (v >> 8);
    return (p[0] * 256 + (v & 255) * (p[1] - p[0]) + 128 + (v >> 31)) >> 8;
}

EI_INLINE int32_t sigmoid_of(int32_t v, const int16_t *table)
{
    const int16_t *p = table + (v >> 9);
    return (p[0] * 512 + (v & 511) * (p[1] - p[0]) + (1 << 24) + 512 + (v >> 31)) >> 10;
}

/* What becomes of the products of a gate. */
typedef struct gate_scales {
    int32_t input_multiplier;
    int32_t input_shift;
    int32_t recurrent_multiplier;
    int32_t recurrent_shift;
} gate_scales;

/* ei_requantize; `down` says that the shift is above 31, as that of nearly every model is. */
EI_INLINE int32_t requantize(int32_t value, int32_t multiplier, int32_t shift, bool down)
{
    return down ? ei_round(value, (uint32_t)multiplier << 1, shift - 32) : ei_requantize(value, multiplier, shift);
}

/* The argument of a gate's function, three times as large, as the table counts. */
EI_INLINE int32_t argument_of(int32_t input, int32_t recurrent, gate_scales g, bool down)
{
    int32_t first = requantize(input, g.input_multiplier, g.input_shift, down);
    int32_t second = requantize(recurrent, g.recurrent_multiplier, g.recurrent_shift, down);
    return 3 * clamp_int16(clamp_int16(first) + clamp_int16(second));
}

/* Turns the two products of a gate into its value, in place of the first. Each gate is a pass of its own over the cells, so that
 * the constants of its two requantizations stay in registers. */
static void activate(const ei_model *model, const int32_t *record, int32_t gate, int32_t *sum, const int32_t *recurrent)
{
    int32_t cells = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELLS];
    const int32_t *scales = record + EI_UNIDIRECTIONAL_SEQUENCE_LSTM_GATE_SCALES + 4 * gate;
    const int16_t *table = model->halves + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_SIGMOID] + EI_UNIDIRECTIONAL_SEQUENCE_LSTM_TABLE_REACH;
    gate_scales g = {scales[0], scales[1], scales[2], scales[3]};
    int32_t *end = sum + cells;
    bool down = g.input_shift > 31 && g.recurrent_shift > 31;
    if (gate == EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELL_GATE) {
        if (down) for (; sum < end; sum++, recurrent++) *sum = tanh_of(argument_of(*sum, *recurrent, g, true), table);
        else for (; sum < end; sum++, recurrent++) *sum = tanh_of(argument_of(*sum, *recurrent, g, false), table);
    } else if (down) {
        for (; sum < end; sum++, recurrent++) *sum = sigmoid_of(argument_of(*sum, *recurrent, g, true), table);
    } else {
        for (; sum < end; sum++, recurrent++) *sum = sigmoid_of(argument_of(*sum, *recurrent, g, false), table);
    }
}

/* Everything that takes the gates to the new states. */
typedef struct update_scales {
    int32_t forget_multiplier;
    int32_t forget_shift;
    int32_t update_multiplier;
    int32_t update_shift;
    int32_t hidden_multiplier;
    int32_t hidden_shift;
    int32_t tanh_multiplier;
    int32_t tanh_shift;
    int32_t min;
    int32_t max;
    int32_t zero_point;
} update_scales;

static update_scales update_scales_of(const int32_t *record)
{
    update_scales u;
    u.forget_multiplier = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_FORGET_SCALE];
    u.forget_shift = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_FORGET_SCALE + 1];
    u.update_multiplier = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_UPDATE_SCALE];
    u.update_shift = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_UPDATE_SCALE + 1];
    u.hidden_multiplier = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_HIDDEN_SCALE];
    u.hidden_shift = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_HIDDEN_SCALE + 1];
    u.tanh_multiplier = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_TANH_MULTIPLIER];
    u.tanh_shift = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_TANH_SHIFT];
    u.min = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELL_MIN];
    u.max = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELL_MAX];
    u.zero_point = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_HIDDEN_ZERO_POINT];
    return u;
}

/* The new cell state from the gates, and from it the hidden state, which is the output too. */
EI_INLINE void update(
    update_scales u, const int16_t *table, const int32_t *gates, int32_t cells, int16_t *cell, int8_t *hidden, int8_t *output, bool down)
{
    int32_t tanh_half = (1 << u.tanh_shift) >> 1;
    const int32_t *forget_gate = gates + cells;
    const int32_t *output_gate = gates + 2 * cells;
    const int32_t *cell_gate = gates + EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELL_GATE * cells;
    for (int32_t c = 0; c < cells; c++) {
        int32_t kept = requantize(gate_product(forget_gate[c], cell[c]), u.forget_multiplier, u.forget_shift, down);
        int32_t added = requantize(gate_product(gates[c], cell_gate[c]), u.update_multiplier, u.update_shift, down);
        int32_t state = ei_clamp(clamp_int16(kept) + clamp_int16(added), u.min, u.max);
        cell[c] = (int16_t)state;

        int32_t argument = ei_clamp((state * u.tanh_multiplier + tanh_half) >> u.tanh_shift, -REACH, REACH - 1);
        int32_t scaled = requantize(gate_product(output_gate[c], tanh_of(argument, table)), u.hidden_multiplier, u.hidden_shift, down);
        int8_t value = (int8_t)ei_clamp(ei_add_wrapping(scaled, u.zero_point), INT8_MIN, INT8_MAX);
        hidden[c] = value;
        output[c] = value;
    }
}

bool ei_unidirectional_sequence_lstm(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t inputs = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INPUTS];
    int32_t cells = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELLS];
    int32_t steps = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_STEPS];
    int32_t block = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_BLOCK];
    int32_t blocks = (steps + block - 1) / block;
    int32_t rows = GATES * cells;
    bool time_major = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_TIME_MAJOR] != 0;
    int32_t pitch = time_major ? record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_BATCHES] : 1;
    const uint8_t *weights = model->bytes + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INPUT_WEIGHTS];
    const uint8_t *recurrent_weights = model->bytes + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_RECURRENT_WEIGHTS];
    const int16_t *table = model->halves + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_SIGMOID] + EI_UNIDIRECTIONAL_SEQUENCE_LSTM_TABLE_REACH;
    update_scales u = update_scales_of(record);
    const int32_t *biases = model->words + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_BIASES];
    const int32_t *recurrent_biases = model->words + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_RECURRENT_BIASES];
    int32_t *recurrent = arena->int32 + ei_offset(model, record, EI_UNIDIRECTIONAL_SEQUENCE_LSTM_SUMS);

    /* A unit is a block of time steps of one batch row. */
    for (int32_t end = unit + count; unit < end; unit++) {
        int32_t batch = unit / blocks;
        int32_t step = (unit - batch * blocks) * block;
        int32_t length = steps - step < block ? steps - step : block;
        int32_t row = time_major ? step * pitch + batch : batch * steps + step;
        const int8_t *x = arena->int8 + ei_offset(model, record, EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INPUT) + row * inputs;
        int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + row * cells;
        int8_t *hidden = arena->int8 + ei_offset(model, record, EI_UNIDIRECTIONAL_SEQUENCE_LSTM_HIDDEN_STATE) + batch * cells;
        int16_t *cell = arena->int16 + ei_offset(model, record, EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELL_STATE) + batch * cells;
        int32_t *sums = recurrent + rows;
        if (length == EI_UNIDIRECTIONAL_SEQUENCE_LSTM_FULL_BLOCK) {
            ei_matrix_vectors(weights, x, pitch * inputs, inputs, biases, sums, rows);
        } else {
            for (int32_t s = 0; s < length; s++) ei_matrix_vector(weights, x + s * pitch * inputs, inputs, biases, sums + s * rows, rows);
        }

        for (; length > 0; length--, sums += rows, y += pitch * cells) {
            ei_matrix_vector(recurrent_weights, hidden, cells, recurrent_biases, recurrent, rows);
            for (int32_t gate = 0; gate < GATES; gate++) activate(model, record, gate, sums + gate * cells, recurrent + gate * cells);
            if (u.forget_shift > 31 && u.update_shift > 31 && u.hidden_shift > 31) update(u, table, sums, cells, cell, hidden, y, true);
            else update(u, table, sums, cells, cell, hidden, y, false);
        }
    }
    return true;
}
