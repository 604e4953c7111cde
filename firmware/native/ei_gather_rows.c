#include "ei_memory.h"
#include "ei_record.h"

/* The slice that indexes stand for, or the nearest that is in range. */
static int32_t row_of(const int32_t *index, const int32_t *strides, int32_t depth, int32_t length)
{
    int64_t row = 0;
    for (int32_t d = 0; d < depth; d++) row += (int64_t)index[d] * strides[d];
    return row < 0 ? 0 : row < length ? (int32_t)row : length - 1;
}

static void load(const uint8_t *stored, int8_t *y, int32_t count)
{
    for (int8_t *end = y + count; y < end; y++, stored++) *y = (int8_t)(*stored ^ 128);
}

bool ei_gather_rows(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t type = ei_type(model, record, EI_RECORD_OUTPUT);
    if (type == EI_TENSOR_TYPE_FLOAT32) return false;

    int32_t length = record[EI_GATHER_ROWS_LENGTH];
    int32_t picks = record[EI_GATHER_ROWS_COUNT];
    int32_t inner = record[EI_GATHER_ROWS_INNER];
    bool constant = record[EI_GATHER_ROWS_INPUT] == EI_RECORD_NONE;
    int32_t width = type < EI_TENSOR_TYPE_INT16 ? 1 : type == EI_TENSOR_TYPE_INT16 ? 2 : 4;
    uint8_t *elements = width == 1 ? (uint8_t *)arena->int8 : width == 2 ? (uint8_t *)arena->int16 : (uint8_t *)arena->int32;
    const uint8_t *x = constant ? model->bytes + record[EI_GATHER_ROWS_TABLE] : elements + ei_offset(model, record, EI_GATHER_ROWS_INPUT) * width;
    uint8_t *y = elements + ei_offset(model, record, EI_RECORD_OUTPUT) * width;
    const int32_t *indexes = arena->int32 + ei_offset(model, record, EI_GATHER_ROWS_INDEXES);
    int32_t row = inner * width;
    int32_t depth = record[EI_GATHER_ROWS_DEPTH];
    const int32_t *strides = model->words + record[EI_GATHER_ROWS_STRIDES];
    for (int32_t end = unit + count; unit < end; unit++) {
        const int32_t *index = indexes + unit / record[EI_GATHER_ROWS_OUTER] * picks * depth;
        for (int32_t i = 0; i < picks; i++) {
            const uint8_t *source = x + (unit * length + row_of(index + i * depth, strides, depth, length)) * row;
            uint8_t *target = y + (unit * picks + i) * row;
            if (constant) load(source, (int8_t *)target, inner);
            else memcpy(target, source, (size_t)row);
        }
    }
    return true;
}
