#include "ei_record.h"
#include "ei_sum_scale.h"

bool ei_cumulative_sum(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t depth = record[EI_CUMULATIVE_SUM_DEPTH];
    int32_t columns = record[EI_CUMULATIVE_SUM_STEP];
    int32_t zero_point = record[EI_CUMULATIVE_SUM_ZERO_POINT];
    bool exclusive = record[EI_CUMULATIVE_SUM_EXCLUSIVE] != 0;
    bool reverse = record[EI_CUMULATIVE_SUM_REVERSE] != 0;
    int32_t step = reverse ? -columns : columns;
    const int8_t *input = arena->int8 + ei_offset(model, record, EI_CUMULATIVE_SUM_INPUT);
    int8_t *output = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT);
    for (int32_t end = unit + count; unit < end; unit++) {
        for (int32_t column = 0; column < columns; column++) {
            int32_t place = (unit * depth + (reverse ? depth - 1 : 0)) * columns + column;
            int32_t sum = -zero_point;
            for (int32_t k = 0; k < depth; k++, place += step) {
                int32_t before = sum;
                sum += input[place] - zero_point;
                output[place] = ei_scale_sum(
                    exclusive ? before : sum, record[EI_CUMULATIVE_SUM_MULTIPLIER], record[EI_CUMULATIVE_SUM_SHIFT], record[EI_CUMULATIVE_SUM_OUTPUT_ZERO_POINT]);
            }
        }
    }
    return true;
}
