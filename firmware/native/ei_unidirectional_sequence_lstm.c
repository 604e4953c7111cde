#include "ei_matrix_vector.h"
#include "ei_record.h"
#include "ei_rescale.h"

#define GATES EI_UNIDIRECTIONAL_SEQUENCE_LSTM_GATES
#define TABLE_LAST (EI_UNIDIRECTIONAL_SEQUENCE_LSTM_TABLE_LENGTH - 1)

EI_INLINE int32_t clamp_int16(int32_t value)
{
    return ei_clamp(value, INT16_MIN, INT16_MAX);
}

/* A product with a gate, modulo 2^32: a table that is no sigmoid may bring gates beyond 16 bits. */
EI_INLINE int32_t gate_product(int32_t gate, int32_t value)
{
    return (int32_t)((uint32_t)gate * (uint32_t)value);
}

/* tanh with 15 fractional bits, of a number of which 256 make a step of the sigmoid's table. */
EI_INLINE int32_t tanh_of(int32_t value, const int16_t *table)
{
    int32_t magnitude = value < 0 ? -value : value;
    int32_t p = magnitude >> 8;
    int32_t height = INT16_MAX * 256;
    if (p < TABLE_LAST) height = table[p] * 256 + (magnitude & 255) * (table[p + 1] - table[p]);
    return value < 0 ? (127 - height) >> 8 : (height + 128) >> 8;
}

/* Sigmoid with 15 fractional bits, of a number of which 512 make a step; three times a 16-bit number reaches entry 192 only. */
EI_INLINE int32_t sigmoid_of(int32_t value, const int16_t *table)
{
    int32_t magnitude = value < 0 ? -value : value;
    int32_t p = magnitude >> 9;
    int32_t height = table[p] * 512 + (magnitude & 511) * (table[p + 1] - table[p]);
    return value < 0 ? ((1 << 24) + 511 - height) >> 10 : ((1 << 24) + 512 + height) >> 10;
}

/* What becomes of the products of a gate. */
typedef struct gate_scales {
    int32_t input_multiplier;
    int32_t input_shift;
    int32_t recurrent_multiplier;
    int32_t recurrent_shift;
} gate_scales;

/* The argument of a gate's function, three times as large, as the table counts. */
EI_INLINE int32_t argument_of(int32_t input, int32_t bias, int32_t recurrent, gate_scales g)
{
    int32_t first = ei_requantize(ei_add_wrapping(input, bias), g.input_multiplier, g.input_shift);
    int32_t second = ei_requantize(recurrent, g.recurrent_multiplier, g.recurrent_shift);
    return 3 * clamp_int16(clamp_int16(first) + clamp_int16(second));
}

/* Turns the two products of a gate into its value, in place of the first. Each gate is a pass of its own over the cells, so that
 * the constants of its two requantizations stay in registers. */
static void activate(const ei_model *model, const int32_t *record, int32_t gate, int32_t *sums)
{
    int32_t cells = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELLS];
    const int32_t *scales = record + EI_UNIDIRECTIONAL_SEQUENCE_LSTM_GATE_SCALES + 4 * gate;
    const int16_t *table = model->halves + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_SIGMOID];
    const int32_t *bias = model->words + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_BIASES] + gate * cells;
    int32_t *sum = sums + gate * cells;
    const int32_t *recurrent = sum + GATES * cells;
    gate_scales g = { scales[0], scales[1], scales[2], scales[3] };
    int32_t *end = sum + cells;
    if (gate == EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELL_GATE) {
        for (; sum < end; sum++, bias++, recurrent++) *sum = tanh_of(argument_of(*sum, *bias, *recurrent, g), table);
    } else {
        for (; sum < end; sum++, bias++, recurrent++) *sum = sigmoid_of(argument_of(*sum, *bias, *recurrent, g), table);
    }
}

/* The new cell state from the gates, and from it the hidden state, which is the output too. */
static void update(const ei_model *model, const int32_t *record, const int32_t *gates, int16_t *cell, int8_t *hidden, int8_t *output)
{
    int32_t forget_multiplier = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_FORGET_SCALE];
    int32_t forget_shift = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_FORGET_SCALE + 1];
    int32_t update_multiplier = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_UPDATE_SCALE];
    int32_t update_shift = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_UPDATE_SCALE + 1];
    int32_t hidden_multiplier = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_HIDDEN_SCALE];
    int32_t hidden_shift = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_HIDDEN_SCALE + 1];
    const int16_t *table = model->halves + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_SIGMOID];
    int32_t cells = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELLS];
    int32_t tanh_multiplier = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_TANH_MULTIPLIER];
    int32_t tanh_shift = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_TANH_SHIFT];
    int32_t tanh_half = (1 << tanh_shift) >> 1;
    int32_t min = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELL_MIN];
    int32_t max = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELL_MAX];
    int32_t zero_point = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_HIDDEN_ZERO_POINT];
    const int32_t *forget_gate = gates + cells;
    const int32_t *output_gate = gates + 2 * cells;
    const int32_t *cell_gate = gates + EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELL_GATE * cells;
    for (int32_t c = 0; c < cells; c++) {
        int32_t kept = ei_requantize(gate_product(forget_gate[c], cell[c]), forget_multiplier, forget_shift);
        int32_t added = ei_requantize(gate_product(gates[c], cell_gate[c]), update_multiplier, update_shift);
        int32_t state = ei_clamp(clamp_int16(kept) + clamp_int16(added), min, max);
        cell[c] = (int16_t)state;

        int32_t height = tanh_of((state * tanh_multiplier + tanh_half) >> tanh_shift, table);
        int32_t scaled = ei_requantize(gate_product(output_gate[c], height), hidden_multiplier, hidden_shift);
        int8_t value = (int8_t)ei_clamp(ei_add_wrapping(scaled, zero_point), INT8_MIN, INT8_MAX);
        hidden[c] = value;
        output[c] = value;
    }
}

bool ei_unidirectional_sequence_lstm(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t inputs = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INPUTS];
    int32_t cells = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELLS];
    int32_t rows = GATES * cells;
    bool time_major = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_TIME_MAJOR] != 0;
    const uint8_t *weights = model->bytes + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INPUT_WEIGHTS];
    const uint8_t *recurrent_weights = model->bytes + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_RECURRENT_WEIGHTS];
    const int8_t *x = arena->int8 + ei_offset(model, record, EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INPUT);
    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT);
    int8_t *hidden_states = arena->int8 + ei_offset(model, record, EI_UNIDIRECTIONAL_SEQUENCE_LSTM_HIDDEN_STATE);
    int16_t *cell_states = arena->int16 + ei_offset(model, record, EI_UNIDIRECTIONAL_SEQUENCE_LSTM_CELL_STATE);
    int32_t *sums = arena->int32 + ei_offset(model, record, EI_UNIDIRECTIONAL_SEQUENCE_LSTM_SUMS);

    /* A unit is a time step of a batch row. */
    for (int32_t end = unit + count; unit < end; unit++) {
        int32_t batch = time_major ? unit % record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_BATCHES] : unit / record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_STEPS];
        int8_t *hidden = hidden_states + batch * cells;
        ei_matrix_vector(weights, x + unit * inputs, inputs, record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INPUT_ZERO_POINT], sums, rows);
        ei_matrix_vector(recurrent_weights, hidden, cells, record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_HIDDEN_ZERO_POINT], sums + rows, rows);
        for (int32_t gate = 0; gate < GATES; gate++) activate(model, record, gate, sums);
        update(model, record, sums, cell_states + batch * cells, hidden, y + unit * cells);
    }
    return true;
}
