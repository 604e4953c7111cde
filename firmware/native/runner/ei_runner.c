/* ei_runner INPUT OUTPUT. The input holds any number of cases, all numbers 32 bits and little endian, sections padded to
 * four bytes: length of what follows, length of a blob, blob, number of inferences, bytes of their inputs, inputs. Each is
 * answered before the next is read, so that both may be pipes. The output has for every case: 0,
 * or 1 + the operator code that has no native kernel and nothing more; then bytes of the outputs, outputs, and for every
 * record of the main program the instructions that it took in the first inference (0 where the machine does not count). */
#include "ei_runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct stream {
    uint8_t *data;
    size_t length;
    size_t position;
} stream;

typedef struct machine {
    ei_model model;
    ei_arena arena;
    float *floats;
    int32_t *words;        /* those of the model, with the buffer of tables behind them */
    const uint8_t *stored; /* constants of the blob, from where LoadWeights and LoadTables bring them into the buffers */
    uint8_t *buffer;
    void *blocks[8];
    size_t block_count;
    int32_t header[EI_BLOB_HEADER_WORDS];
} machine;

static void fail(const char *message)
{
    fprintf(stderr, "ei_runner: %s\n", message);
    exit(2);
}

static uint32_t instructions(void)
{
#if defined(__riscv)
    uint32_t count;
    __asm__ volatile(".insn i 0x73, 2, %0, x0, -1022" : "=r"(count)); /* rdinstret */
    return count;
#else
    return 0;
#endif
}

static const uint8_t *take(stream *input, size_t length)
{
    size_t padded = (length + 3) & ~(size_t)3;
    if (padded > input->length - input->position) fail("the input is too short");
    const uint8_t *data = input->data + input->position;
    input->position += padded;
    return data;
}

static uint32_t take_word(stream *input)
{
    uint32_t word;
    memcpy(&word, take(input, sizeof word), sizeof word);
    return word;
}

static void put(FILE *output, const void *data, size_t length)
{
    const uint8_t zeros[3] = {0};
    fwrite(data, 1, length, output);
    fwrite(zeros, 1, (4 - length % 4) % 4, output);
}

static void put_word(FILE *output, uint32_t word)
{
    put(output, &word, sizeof word);
}

/* Memory of exactly this size, so that a sanitizer sees what lies outside. */
static void *block(machine *m, size_t count, size_t width)
{
    void *memory = calloc(count > 0 ? count : 1, width);
    if (memory == NULL) fail("out of memory");
    m->blocks[m->block_count++] = memory;
    return memory;
}

static void *section(machine *m, const uint8_t *data, size_t count, size_t width)
{
    void *memory = block(m, count, width);
    memcpy(memory, data, count * width);
    return memory;
}

static void load(machine *m, const uint8_t *blob)
{
    memset(m, 0, sizeof *m);
    memcpy(m->header, blob, sizeof m->header);
    size_t words = (size_t)m->header[EI_BLOB_WORD_COUNT_WORD];
    size_t halves = (size_t)m->header[EI_BLOB_HALF_COUNT_WORD];
    const uint8_t *at = blob + EI_BLOB_HEADER_BYTES;
    int32_t *memory = block(m, words + (size_t)m->header[EI_BLOB_TABLE_BUFFER_WORD], 4);
    memcpy(memory, at, words * 4);
    m->words = memory;
    m->model.words = memory;
    m->model.halves = section(m, at + 4 * words, halves, 2);
    m->model.bytes = section(m, at + 4 * words + 2 * halves, (size_t)m->header[EI_BLOB_BYTE_COUNT_WORD], 1);
    if (m->header[EI_BLOB_WEIGHT_BUFFER_WORD] > 0) {
        m->stored = m->model.bytes;
        m->buffer = block(m, (size_t)m->header[EI_BLOB_WEIGHT_BUFFER_WORD], 1);
        m->model.bytes = m->buffer;
    }
    const int32_t *sizes = m->header + EI_BLOB_ARENA_WORD;
    m->arena.int8 = block(m, (size_t)sizes[EI_TENSOR_TYPE_INT8], 1);
    m->arena.int16 = block(m, (size_t)sizes[EI_TENSOR_TYPE_INT16], 2);
    m->arena.int32 = block(m, (size_t)sizes[EI_TENSOR_TYPE_INT32], 4);
    m->floats = block(m, (size_t)sizes[EI_TENSOR_TYPE_FLOAT32], 4);
}

static void unload(machine *m)
{
    for (size_t i = 0; i < m->block_count; i++) free(m->blocks[i]);
}

/* Runs one record; false where it has no native kernel. */
static bool run_record(const machine *m, int32_t record)
{
    const int32_t *fields = m->model.words + record;
    switch (fields[EI_RECORD_CODE]) {
    case EI_OPERATOR_QUANTIZE: ei_quantize(&m->model, &m->arena, m->floats, fields); return true;
    case EI_OPERATOR_DEQUANTIZE: ei_dequantize(&m->model, &m->arena, m->floats, fields); return true;
    case EI_OPERATOR_PACK_WEIGHTS: return true; /* for managed kernels only; native ones read the weights where they lie */
    case EI_OPERATOR_LOAD_WEIGHTS:
        memcpy(m->buffer + fields[EI_LOAD_WEIGHTS_TARGET], m->stored + fields[EI_LOAD_WEIGHTS_SOURCE], (size_t)fields[EI_LOAD_WEIGHTS_COUNT]);
        return true;
    case EI_OPERATOR_LOAD_TABLES:
        memcpy(m->words + fields[EI_LOAD_TABLES_TARGET], m->stored + fields[EI_LOAD_TABLES_SOURCE], (size_t)fields[EI_LOAD_TABLES_COUNT] * 4);
        return true;
    default: return ei_invoke(&m->model, &m->arena, record, 0, fields[EI_RECORD_UNITS]);
    }
}

/* Runs records from `record` on; gives the position behind them, or minus the code of the one that has no kernel. */
static int32_t run_program(const machine *m, int32_t record, int32_t count, uint32_t *taken)
{
    for (int32_t i = 0; i < count; i++) {
        uint32_t before = instructions();
        bool done = run_record(m, record);
        if (taken != NULL) taken[i] = instructions() - before;
        if (!done) return -m->model.words[record + EI_RECORD_CODE];
        record += m->model.words[record + EI_RECORD_LENGTH];
    }
    return record;
}

/* Where a tensor lies and how many bytes it has. */
static uint8_t *locate(const machine *m, int32_t entry, size_t *length)
{
    const int32_t *tensor = m->model.words + entry;
    size_t offset = (size_t)tensor[EI_BLOB_TENSOR_OFFSET];
    *length = (size_t)tensor[EI_BLOB_TENSOR_COUNT];
    switch (tensor[EI_BLOB_TENSOR_KIND] & EI_BLOB_TYPE_MASK) {
    case EI_TENSOR_TYPE_INT16: *length *= 2; return (uint8_t *)(m->arena.int16 + offset);
    case EI_TENSOR_TYPE_INT32: *length *= 4; return (uint8_t *)(m->arena.int32 + offset);
    case EI_TENSOR_TYPE_FLOAT32: *length *= 4; return (uint8_t *)(m->floats + offset);
    default: return (uint8_t *)(m->arena.int8 + offset);
    }
}

static int32_t skip_ports(const machine *m, int32_t port, int32_t count)
{
    for (; count > 0; count--) port += EI_BLOB_PORT_SHAPE + m->model.words[port + EI_BLOB_PORT_RANK];
    return port;
}

static void run_case(stream *input, FILE *output)
{
    machine m;
    size_t length = take_word(input);
    load(&m, take(input, length));
    uint32_t frames = take_word(input);
    size_t input_bytes = take_word(input);
    const uint8_t *data = take(input, input_bytes);

    int32_t inputs = m.header[EI_BLOB_TENSOR_COUNT_WORD] * EI_BLOB_TENSOR_WORDS;
    int32_t outputs = skip_ports(&m, inputs, m.header[EI_BLOB_INPUT_COUNT_WORD]);
    int32_t reset = skip_ports(&m, outputs, m.header[EI_BLOB_OUTPUT_COUNT_WORD]);
    int32_t operators = m.header[EI_BLOB_OPERATOR_COUNT_WORD];
    size_t output_bytes = 0;
    int32_t port = outputs;
    for (int32_t i = 0; i < m.header[EI_BLOB_OUTPUT_COUNT_WORD]; i++, port = skip_ports(&m, port, 1)) {
        locate(&m, m.model.words[port], &length);
        output_bytes += length;
    }
    uint8_t *results = calloc(frames * output_bytes + 1, 1);
    uint32_t *taken = calloc((size_t)operators + 1, sizeof *taken);
    if (results == NULL || taken == NULL) fail("out of memory");

    uint8_t *result = results;
    int32_t main_program = run_program(&m, reset, m.header[EI_BLOB_RESET_COUNT_WORD], NULL);
    int32_t end = main_program;
    for (uint32_t frame = 0; frame < frames && end >= 0; frame++) {
        port = inputs;
        for (int32_t i = 0; i < m.header[EI_BLOB_INPUT_COUNT_WORD]; i++, port = skip_ports(&m, port, 1)) {
            uint8_t *tensor = locate(&m, m.model.words[port], &length);
            memcpy(tensor, data, length);
            data += length;
        }
        end = run_program(&m, main_program, operators, frame == 0 ? taken : NULL);
        port = outputs;
        for (int32_t i = 0; i < m.header[EI_BLOB_OUTPUT_COUNT_WORD]; i++, port = skip_ports(&m, port, 1)) {
            const uint8_t *tensor = locate(&m, m.model.words[port], &length);
            memcpy(result, tensor, length);
            result += length;
        }
    }

    put_word(output, end < 0 ? (uint32_t)(1 - end) : 0);
    if (end >= 0) {
        put_word(output, (uint32_t)(frames * output_bytes));
        put(output, results, frames * output_bytes);
        put(output, taken, (size_t)operators * sizeof *taken);
    }
    free(results);
    free(taken);
    unload(&m);
}

int main(int count, char **arguments)
{
    if (count < 3) fail("usage: ei_runner INPUT OUTPUT");
    FILE *file = fopen(arguments[count - 2], "rb");
    if (file == NULL) fail("the input cannot be read");
    FILE *output = fopen(arguments[count - 1], "wb");
    if (output == NULL) fail("the output cannot be written");
    uint32_t length;
    while (fread(&length, 1, sizeof length, file) == sizeof length) {
        stream input = {malloc(length), length, 0};
        if (input.data == NULL || fread(input.data, 1, length, file) != length) fail("the input cannot be read");
        run_case(&input, output);
        fflush(output);
        free(input.data);
    }
    fclose(file);
    fclose(output);
    return 0;
}
