#include "ei_record.h"
#include "ei_rescale.h"
#include "ei_wide.h"

#define GATES EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_GATES

/* Beyond this the tanh is its limit, which the table's outer entries are. */
#define REACH ((EI_INTERPOLATE_INT16_TABLE_REACH - 1) * 256)

EI_INLINE int32_t clamp_int16(int32_t value)
{
    return ei_clamp(value, INT16_MIN, INT16_MAX);
}

/* Modulo 2^32: a table that is no sigmoid may bring gates beyond 16 bits. */
EI_INLINE int32_t gate_product(int32_t gate, int32_t value)
{
    return (int32_t)((uint32_t)gate * (uint32_t)value);
}

static int32_t tanh_of(int32_t v, const int16_t *table)
{
    v = ei_clamp(v, -REACH, REACH);
    const int16_t *p = table + (v >> 8);
    return (p[0] * 256 + (v & 255) * (p[1] - p[0]) + 128 + (v >> 31)) >> 8;
}

static int32_t sigmoid_of(int32_t v, const int16_t *table)
{
    const int16_t *p = table + (v >> 9);
    return (p[0] * 512 + (v & 511) * (p[1] - p[0]) + (1 << 24) + 512 + (v >> 31)) >> 10;
}

/* A number by a multiplier and a shift, kept within what clamping needs. */
EI_INLINE int32_t requantize(int32_t value, int32_t multiplier, int32_t shift)
{
    uint32_t doubled = (uint32_t)multiplier << 1;
    return shift < 32 ? ei_round_up_within(value, doubled, shift - 32) : ei_round(value, doubled, shift - 32);
}

/* The values of all gates of a time step. */
static void gates_of(const ei_model *model, const int32_t *record, const int16_t *x, const int16_t *hidden, int32_t *gates)
{
    int32_t inputs = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_INPUTS];
    int32_t cells = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_CELLS];
    const uint8_t *weights = model->bytes + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_INPUT_WEIGHTS];
    const uint8_t *recurrent_weights = model->bytes + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_RECURRENT_WEIGHTS];
    const int32_t *bias = model->words + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_BIASES];
    const int16_t *table = model->halves + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_SIGMOID] + EI_INTERPOLATE_INT16_TABLE_REACH;
    for (int32_t gate = 0; gate < GATES; gate++) {
        const int32_t *scales = record + EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_GATE_SCALES + 4 * gate;
        for (int32_t c = 0; c < cells; c++, bias += 2, weights += inputs, recurrent_weights += cells) {
            int32_t first = ei_wide_output(ei_wide_sum(weights, x, inputs), bias, scales[0], scales[1], INT16_MIN, INT16_MAX);
            int32_t second = ei_wide_scaled((uint64_t)ei_wide_sum(recurrent_weights, hidden, cells), scales[2], scales[3], INT16_MIN, INT16_MAX);
            int32_t v = 3 * clamp_int16(first + second);
            *gates++ = gate == EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_CELL_GATE ? tanh_of(v, table) : sigmoid_of(v, table);
        }
    }
}

/* The new cell state from the gates, and from it the hidden state, which is the output too. */
static void update(const ei_model *model, const int32_t *record, const int32_t *gates, int16_t *cell, int16_t *hidden, int16_t *output)
{
    int32_t cells = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_CELLS];
    const int32_t *forget_scale = record + EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_FORGET_SCALE;
    const int32_t *update_scale = record + EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_UPDATE_SCALE;
    const int32_t *hidden_scale = record + EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_HIDDEN_SCALE;
    int32_t tanh_multiplier = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_TANH_MULTIPLIER];
    int32_t tanh_shift = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_TANH_SHIFT];
    int32_t tanh_half = (1 << tanh_shift) >> 1;
    int32_t min = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_CELL_MIN];
    int32_t max = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_CELL_MAX];
    const int16_t *table = model->halves + record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_SIGMOID] + EI_INTERPOLATE_INT16_TABLE_REACH;
    for (int32_t c = 0; c < cells; c++) {
        int32_t kept = requantize(gate_product(gates[c + cells], cell[c]), forget_scale[0], forget_scale[1]);
        int32_t added = requantize(gate_product(gates[c], gates[c + EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_CELL_GATE * cells]), update_scale[0], update_scale[1]);
        int32_t state = ei_clamp(clamp_int16(kept) + clamp_int16(added), min, max);
        cell[c] = (int16_t)state;
        int32_t tangent = tanh_of((state * tanh_multiplier + tanh_half) >> tanh_shift, table);
        int16_t value = (int16_t)clamp_int16(requantize(gate_product(tangent, gates[c + 2 * cells]), hidden_scale[0], hidden_scale[1]));
        hidden[c] = value;
        output[c] = value;
    }
}

bool ei_unidirectional_sequence_lstm_int16(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t inputs = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_INPUTS];
    int32_t cells = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_CELLS];
    int32_t steps = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_STEPS];
    int32_t batches = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_BATCHES];
    bool time_major = record[EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_TIME_MAJOR] != 0;
    int32_t *gates = arena->int32 + ei_offset(model, record, EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_GATE_VALUES);

    /* A unit is a time step of a batch row. */
    for (int32_t end = unit + count; unit < end; unit++) {
        int32_t batch = unit / steps;
        int32_t row = time_major ? (unit - batch * steps) * batches + batch : unit;
        const int16_t *x = arena->int16 + ei_offset(model, record, EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_INPUT) + row * inputs;
        int16_t *y = arena->int16 + ei_offset(model, record, EI_RECORD_OUTPUT) + row * cells;
        int16_t *hidden = arena->int16 + ei_offset(model, record, EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_HIDDEN_STATE) + batch * cells;
        int16_t *cell = arena->int16 + ei_offset(model, record, EI_UNIDIRECTIONAL_SEQUENCE_LSTM_INT16_CELL_STATE) + batch * cells;
        gates_of(model, record, x, hidden, gates);
        update(model, record, gates, cell, hidden, y);
    }
    return true;
}
