#include "ei_record.h"

bool ei_arg_max(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t rows = record[EI_ARG_MAX_ROWS];
    int32_t step = record[EI_ARG_MAX_STEP];
    int32_t length = record[EI_ARG_MAX_LENGTH];
    int32_t mask = record[EI_ARG_MAX_MASK];
    const int8_t *x = arena->int8 + ei_offset(model, record, EI_ARG_MAX_INPUT) + unit * rows * length * step;
    int32_t *y = arena->int32 + ei_offset(model, record, EI_RECORD_OUTPUT) + unit * rows * step;
    for (rows *= count; rows > 0; rows--, x += (length - 1) * step) {
        for (int32_t column = 0; column < step; column++, x++, y++) {
            const int8_t *p = x;
            int32_t best = *p ^ mask;
            int32_t index = 0;
            for (int32_t i = 1; i < length; i++) {
                p += step;
                if ((*p ^ mask) > best) {
                    best = *p ^ mask;
                    index = i;
                }
            }
            *y = index;
        }
    }
    return true;
}
