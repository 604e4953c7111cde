#include "ei_record.h"
#include "ei_sum_scale.h"

bool ei_add_n(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    (void)unit;
    (void)count;
    const int8_t *inputs[EI_ADD_N_MAXIMUM_INPUTS];
    int32_t used = 0;
    for (; used < EI_ADD_N_MAXIMUM_INPUTS && record[EI_ADD_N_INPUTS + used] != EI_RECORD_NONE; used++) {
        inputs[used] = arena->int8 + ei_offset(model, record, EI_ADD_N_INPUTS + used);
    }

    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT);
    for (int32_t i = 0; i < record[EI_ADD_N_COUNT]; i++) {
        int32_t sum = -record[EI_ADD_N_OFFSET];
        for (int32_t k = 0; k < used; k++) sum += inputs[k][i];
        y[i] = ei_scale_sum(sum, record[EI_ADD_N_MULTIPLIER], record[EI_ADD_N_SHIFT], record[EI_ADD_N_OUTPUT_ZERO_POINT]);
    }
    return true;
}
