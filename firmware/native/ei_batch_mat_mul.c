#include "ei_channels.h"
#include "ei_record.h"

/* What all sums of a product share. */
typedef struct product {
    int32_t depth;
    int32_t step1;
    int32_t step2;
    int32_t column_step;
    int32_t zero_point1;
    int32_t zero_point2;
} product;

/* Four sums of products of one row of the first matrix with neighbouring columns of the second. */
EI_NOINLINE static void sum_four(const int8_t *a, const int8_t *b, product p, int32_t *sums)
{
    const int8_t *b1 = b + p.column_step;
    const int8_t *b2 = b1 + p.column_step;
    const int8_t *b3 = b2 + p.column_step;
    int32_t all = 0, s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int32_t i = p.depth; i > 0; i--) {
        int32_t x = *a - p.zero_point1;
        all += x;
        s0 += x * *b;
        s1 += x * *b1;
        s2 += x * *b2;
        s3 += x * *b3;
        a += p.step1;
        b += p.step2;
        b1 += p.step2;
        b2 += p.step2;
        b3 += p.step2;
    }
    all *= p.zero_point2;
    sums[0] = s0 - all;
    sums[1] = s1 - all;
    sums[2] = s2 - all;
    sums[3] = s3 - all;
}

static int32_t sum_one(const int8_t *a, const int8_t *b, product p)
{
    int32_t sum = 0;
    for (int32_t i = p.depth; i > 0; i--, a += p.step1, b += p.step2) sum += (*a - p.zero_point1) * (*b - p.zero_point2);
    return sum;
}

static int8_t output_of(const int32_t *record, int32_t sum)
{
    ei_scale scale = {
        0,
        (uint32_t)record[EI_BATCH_MAT_MUL_MULTIPLIER] << 1,
        record[EI_BATCH_MAT_MUL_SHIFT] - 32,
        record[EI_BATCH_MAT_MUL_OUTPUT_ZERO_POINT],
        INT8_MIN,
        INT8_MAX,
    };
    return ei_output(scale, (uint32_t)sum);
}

/* One column of the product: four rows at a time are to the column what four columns are to a row. */
static void multiply_column(const int32_t *record, const int8_t *a, const int8_t *b, int8_t *y, product p)
{
    int32_t columns = record[EI_BATCH_MAT_MUL_COLUMNS];
    int32_t row_step = record[EI_BATCH_MAT_MUL_ROW_STRIDE];
    int32_t rows = record[EI_BATCH_MAT_MUL_ROWS];
    product q = { p.depth, p.step2, p.step1, row_step, p.zero_point2, p.zero_point1 };
    for (; rows >= 4; rows -= 4, a += 4 * row_step) {
        int32_t sums[4];
        sum_four(b, a, q, sums);
        for (int32_t i = 0; i < 4; i++, y += columns) *y = output_of(record, sums[i]);
    }
    for (; rows > 0; rows--, a += row_step, y += columns) *y = output_of(record, sum_one(a, b, p));
}

/* Some neighbouring columns of the product of two matrices; `a` is the first row, `b` the first of the columns, `y` its first output. */
static void multiply(const int32_t *record, const int8_t *a, const int8_t *b, int8_t *y, product p, int32_t width)
{
    for (; width >= 4; width -= 4, b += 4 * p.column_step, y += 4) {
        const int8_t *row = a;
        int8_t *target = y;
        for (int32_t rows = record[EI_BATCH_MAT_MUL_ROWS]; rows > 0; rows--, row += record[EI_BATCH_MAT_MUL_ROW_STRIDE], target += record[EI_BATCH_MAT_MUL_COLUMNS]) {
            int32_t sums[4];
            sum_four(row, b, p, sums);
            for (int32_t i = 0; i < 4; i++) target[i] = output_of(record, sums[i]);
        }
    }
    for (; width > 0; width--, b += p.column_step, y++) multiply_column(record, a, b, y, p);
}

static int32_t start_of(const int32_t *record, const int32_t *strides, int32_t batch)
{
    int32_t length1 = record[EI_BATCH_MAT_MUL_BATCH_LENGTHS + 1];
    int32_t length2 = record[EI_BATCH_MAT_MUL_BATCH_LENGTHS + 2];
    int32_t outer = batch / length2;
    return outer / length1 * strides[0] + outer % length1 * strides[1] + batch % length2 * strides[2];
}

bool ei_batch_mat_mul(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t columns = record[EI_BATCH_MAT_MUL_COLUMNS];
    int32_t groups = (columns - 1) / EI_BATCH_MAT_MUL_UNIT_COLUMNS + 1;
    const int8_t *input1 = arena->int8 + ei_offset(model, record, EI_BATCH_MAT_MUL_INPUT1);
    const int8_t *input2 = arena->int8 + ei_offset(model, record, EI_BATCH_MAT_MUL_INPUT2);
    int8_t *output = arena->int8 + ei_offset(model, record, EI_RECORD_OUTPUT);
    product p;
    p.depth = record[EI_BATCH_MAT_MUL_DEPTH];
    p.step1 = record[EI_BATCH_MAT_MUL_DEPTH_STRIDE1];
    p.step2 = record[EI_BATCH_MAT_MUL_DEPTH_STRIDE2];
    p.column_step = record[EI_BATCH_MAT_MUL_COLUMN_STRIDE];
    p.zero_point1 = record[EI_BATCH_MAT_MUL_ZERO_POINT1];
    p.zero_point2 = record[EI_BATCH_MAT_MUL_ZERO_POINT2];

    /* The units of one batch after the other. */
    for (int32_t end = unit + count; unit < end;) {
        int32_t batch = unit / groups;
        int32_t next = (batch + 1) * groups < end ? (batch + 1) * groups : end;
        int32_t first = unit % groups * EI_BATCH_MAT_MUL_UNIT_COLUMNS;
        int32_t last = first + (next - unit) * EI_BATCH_MAT_MUL_UNIT_COLUMNS;
        if (last > columns) last = columns;
        const int8_t *a = input1 + start_of(record, record + EI_BATCH_MAT_MUL_BATCH_STRIDES1, batch);
        const int8_t *b = input2 + start_of(record, record + EI_BATCH_MAT_MUL_BATCH_STRIDES2, batch) + first * p.column_step;
        multiply(record, a, b, output + batch * record[EI_BATCH_MAT_MUL_ROWS] * columns + first, p, last - first);
        unit = next;
    }
    return true;
}
