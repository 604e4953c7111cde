#include "ei_memory.h"
#include "ei_record.h"

/* Below this many bytes a call of memmove costs more than a loop. */
#define SHORT_RUN 12

/* The two inner dimensions of the box: runs, and what is between them. */
typedef struct runs {
    int32_t count;
    int32_t length;
    int32_t step; /* from one element of a source run to the next */
    int32_t input_stride;
    int32_t output_stride;
} runs;

#define DEFINE_MOVE(name, type) \
    static void name(const type *input, type *output, runs r) \
    { \
        int32_t i = 0, o = 0; \
        for (; r.count > 0; r.count--, i += r.input_stride, o += r.output_stride) { \
            const type *x = input + i; \
            type *y = output + o; \
            if (r.step == 1 && r.length * (int32_t)sizeof(type) > SHORT_RUN) { \
                memmove(y, x, (size_t)r.length * sizeof(type)); \
            } else { \
                for (int32_t fours = r.length >> 2; fours > 0; fours--, x += r.step, y += 4) { \
                    y[0] = *x; \
                    x += r.step; \
                    y[1] = *x; \
                    x += r.step; \
                    y[2] = *x; \
                    x += r.step; \
                    y[3] = *x; \
                } \
                for (int32_t rest = r.length & 3; rest > 0; rest--, x += r.step, y++) *y = *x; \
            } \
        } \
    }

DEFINE_MOVE(move_int8, int8_t)
DEFINE_MOVE(move_int16, int16_t)
DEFINE_MOVE(move_int32, int32_t)

bool ei_copy(const ei_model *model, const ei_arena *arena, const int32_t *record, int32_t unit, int32_t count)
{
    int32_t type = ei_type(model, record, EI_RECORD_OUTPUT);
    if (type > EI_TENSOR_TYPE_INT32) return false;

    const int32_t *lengths = record + EI_COPY_LENGTHS;
    const int32_t *input_strides = record + EI_COPY_INPUT_STRIDES;
    const int32_t *output_strides = record + EI_COPY_OUTPUT_STRIDES;
    ei_range range = ei_items(record, lengths[0], unit, count);
    int32_t input = ei_offset(model, record, EI_COPY_INPUT) + record[EI_COPY_INPUT_START];
    int32_t output = ei_offset(model, record, EI_RECORD_OUTPUT) + record[EI_COPY_OUTPUT_START];
    runs r;
    r.count = lengths[3];
    r.length = record[EI_COPY_RUN_LENGTH];
    r.step = record[EI_COPY_RUN_STEP];
    r.input_stride = input_strides[3];
    r.output_stride = output_strides[3];
    for (int32_t a = range.first; a < range.end; a++) {
        for (int32_t b = 0; b < lengths[1]; b++) {
            int32_t i = input + a * input_strides[0] + b * input_strides[1];
            int32_t o = output + a * output_strides[0] + b * output_strides[1];
            for (int32_t c = 0; c < lengths[2]; c++, i += input_strides[2], o += output_strides[2]) {
                if (type == EI_TENSOR_TYPE_INT32) move_int32(arena->int32 + i, arena->int32 + o, r);
                else if (type == EI_TENSOR_TYPE_INT16) move_int16(arena->int16 + i, arena->int16 + o, r);
                else move_int8(arena->int8 + i, arena->int8 + o, r);
            }
        }
    }
    return true;
}
