#include "ei_record.h"
#include "ei_wide.h"

/* Where a batch begins in an operand. */
static int32_t start_of(const int32_t *record, const int32_t *strides, int32_t batch)
{
    int32_t length1 = record[EI_BATCH_MAT_MUL_INT16_BATCH_LENGTHS + 1];
    int32_t length2 = record[EI_BATCH_MAT_MUL_INT16_BATCH_LENGTHS + 2];
    int32_t outer = batch / length2;
    return outer / length1 * strides[0] + outer % length1 * strides[1] + batch % length2 * strides[2];
}

/* The sum of products along two strides; each is within 2^30. */
static int64_t sum_of(const int16_t *a, int32_t step1, const int16_t *b, int32_t step2, int32_t depth)
{
    int64_t sum = 0;
    for (; depth > 0; depth--, a += step1, b += step2) sum += *a * *b;
    return sum;
}

bool ei_batch_mat_mul_int16(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t rows = record[EI_BATCH_MAT_MUL_INT16_ROWS];
    int32_t columns = record[EI_BATCH_MAT_MUL_INT16_COLUMNS];
    int32_t groups = (columns - 1) / EI_BATCH_MAT_MUL_INT16_UNIT_COLUMNS + 1;
    const int16_t *input1 = arena->int16 + ei_offset(model, record, EI_BATCH_MAT_MUL_INT16_INPUT1);
    const int16_t *input2 = arena->int16 + ei_offset(model, record, EI_BATCH_MAT_MUL_INT16_INPUT2);
    int16_t *output = arena->int16 + ei_offset(model, record, EI_RECORD_OUTPUT);
    for (; count > 0; count--, unit++) {
        int32_t batch = unit / groups;
        int32_t column = unit % groups * EI_BATCH_MAT_MUL_INT16_UNIT_COLUMNS;
        int32_t last = column + EI_BATCH_MAT_MUL_INT16_UNIT_COLUMNS < columns ? column + EI_BATCH_MAT_MUL_INT16_UNIT_COLUMNS : columns;
        const int16_t *first = input1 + start_of(record, record + EI_BATCH_MAT_MUL_INT16_BATCH_STRIDES1, batch);
        const int16_t *second = input2 + start_of(record, record + EI_BATCH_MAT_MUL_INT16_BATCH_STRIDES2, batch);
        for (; column < last; column++) {
            const int16_t *b = second + column * record[EI_BATCH_MAT_MUL_INT16_COLUMN_STRIDE];
            for (int32_t row = 0; row < rows; row++) {
                const int16_t *a = first + row * record[EI_BATCH_MAT_MUL_INT16_ROW_STRIDE];
                int64_t sum = sum_of(a, record[EI_BATCH_MAT_MUL_INT16_DEPTH_STRIDE1], b, record[EI_BATCH_MAT_MUL_INT16_DEPTH_STRIDE2], record[EI_BATCH_MAT_MUL_INT16_DEPTH]);
                output[(batch * rows + row) * columns + column] = (int16_t)ei_wide_scaled(
                    (uint64_t)sum, record[EI_BATCH_MAT_MUL_INT16_MULTIPLIER], record[EI_BATCH_MAT_MUL_INT16_SHIFT], INT16_MIN, INT16_MAX);
            }
        }
    }
    return true;
}
