#include "ei_record.h"

bool ei_lookup(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    /* Entry 0 of the table is that of the input -128; an entry is its value plus 128, which differs in the top bit only. */
    const uint8_t *zero = model->bytes + record[EI_LOOKUP_TABLE] + 128;
    ei_range range = ei_items(record, record[EI_LOOKUP_COUNT], unit, count);
    int32_t elements = range.end - range.first;
    const int8_t *x = arena->int8 + ei_offset(model, record, EI_LOOKUP_INPUT) + range.first;
    int8_t *y = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT) + range.first;

    /* Four are read before they are written: the output may take the place of the input. */
    for (; elements >= 4; elements -= 4, x += 4, y += 4) {
        int32_t y0 = zero[x[0]], y1 = zero[x[1]], y2 = zero[x[2]], y3 = zero[x[3]];
        y[0] = (int8_t)(y0 - 128);
        y[1] = (int8_t)(y1 - 128);
        y[2] = (int8_t)(y2 - 128);
        y[3] = (int8_t)(y3 - 128);
    }
    for (; elements > 0; elements--, x++, y++) *y = (int8_t)(zero[*x] - 128);
    return true;
}
