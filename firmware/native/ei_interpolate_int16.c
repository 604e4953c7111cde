#include "ei_record.h"
#include "ei_rescale.h"

bool ei_interpolate_int16(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    (void)unit;
    (void)count;
    int32_t multiplier = record[EI_INTERPOLATE_INT16_MULTIPLIER];
    int32_t shift = record[EI_INTERPOLATE_INT16_ARGUMENT_SHIFT];
    int32_t half = shift > 0 ? 1 << (shift - 1) : 0;
    int32_t step_bits = record[EI_INTERPOLATE_INT16_STEP_BITS];
    int32_t step = 1 << step_bits;
    int32_t reach = EI_INTERPOLATE_INT16_TABLE_REACH * step;
    int32_t rounding = record[EI_INTERPOLATE_INT16_ROUNDING];
    int32_t output_shift = record[EI_INTERPOLATE_INT16_OUTPUT_SHIFT];
    int32_t min = record[EI_INTERPOLATE_INT16_MIN];
    int32_t max = record[EI_INTERPOLATE_INT16_MAX];
    const int16_t *table = model->halves + record[EI_INTERPOLATE_INT16_TABLE] + EI_INTERPOLATE_INT16_TABLE_REACH;
    const int16_t *x = arena->int16 + ei_offset(model, record, EI_INTERPOLATE_INT16_INPUT);
    int16_t *y = arena->int16 + ei_offset(model, record, EI_RECORD_OUTPUT);
    for (const int16_t *end = x + record[EI_INTERPOLATE_INT16_COUNT]; x < end; x++, y++) {
        int32_t v = ei_clamp((*x * multiplier + half) >> shift, -reach, reach - 1);
        const int16_t *p = table + (v >> step_bits);
        *y = (int16_t)ei_clamp((p[0] * step + (v & (step - 1)) * (p[1] - p[0]) + rounding + (v >> 31)) >> output_shift, min, max);
    }
    return true;
}
