#include "ei_runner.h"

#include "ei_record.h"

static float scale_of(int32_t mantissa, int32_t shift)
{
    float scale = (float)mantissa;
    if (shift > 30) {
        scale /= (float)(1 << 30);
        shift -= 30;
    }
    return scale / (float)(1 << shift);
}

static int32_t type_of(const ei_model *model, const int32_t *record, int32_t field)
{
    return model->words[record[field] + EI_BLOB_TENSOR_KIND] & EI_BLOB_TYPE_MASK;
}

/* Round half away from zero, as the managed kernel does. */
void ei_quantize(const ei_model *model, const ei_arena *arena, const float *floats, const int32_t *record)
{
    const float beyond = 1 << 24;
    int32_t type = type_of(model, record, EI_RECORD_OUTPUT);
    bool wide = type == EI_TENSOR_TYPE_INT16;
    int32_t min = wide ? INT16_MIN : type == EI_TENSOR_TYPE_UINT8 ? 0 : INT8_MIN;
    int32_t max = wide ? INT16_MAX : type == EI_TENSOR_TYPE_UINT8 ? UINT8_MAX : INT8_MAX;
    float scale = scale_of(record[EI_QUANTIZE_SCALE_MANTISSA], record[EI_QUANTIZE_SCALE_SHIFT]);
    const float *x = floats + ei_offset(model, record, EI_QUANTIZE_INPUT);
    int32_t output = ei_offset(model, record, EI_RECORD_OUTPUT);
    for (int32_t i = 0; i < record[EI_QUANTIZE_COUNT]; i++) {
        float real = x[i] / scale;
        if (!(real > -beyond)) real = -beyond;
        if (real > beyond) real = beyond;
        int32_t value = (int32_t)real;
        float rest = real - (float)value;
        if (rest >= 0.5f) value++;
        if (rest <= -0.5f) value--;
        value += record[EI_QUANTIZE_ZERO_POINT];
        if (value < min) value = min;
        if (value > max) value = max;
        if (wide) arena->int16[output + i] = (int16_t)value;
        else arena->int8[output + i] = (int8_t)value;
    }
}

void ei_dequantize(const ei_model *model, const ei_arena *arena, float *floats, const int32_t *record)
{
    int32_t type = type_of(model, record, EI_DEQUANTIZE_INPUT);
    float scale = scale_of(record[EI_DEQUANTIZE_SCALE_MANTISSA], record[EI_DEQUANTIZE_SCALE_SHIFT]);
    int32_t input = ei_offset(model, record, EI_DEQUANTIZE_INPUT);
    float *y = floats + ei_offset(model, record, EI_RECORD_OUTPUT);
    for (int32_t i = 0; i < record[EI_DEQUANTIZE_COUNT]; i++) {
        int32_t value = type == EI_TENSOR_TYPE_INT16 ? arena->int16[input + i] : arena->int8[input + i];
        if (type == EI_TENSOR_TYPE_UINT8) value &= UINT8_MAX;
        y[i] = scale * (float)(value - record[EI_DEQUANTIZE_ZERO_POINT]);
    }
}
