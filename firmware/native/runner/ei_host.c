/* The host's stand-in for the marshalling of firmware/native/interop: what the desktop build of EdgeInfer.Native calls. */
#include "edgeinfer.h"

#include <stddef.h>

int32_t ei_host_has_kernel(int32_t code);
int32_t ei_host_invoke(const int32_t *words, const int16_t *halves, const uint8_t *bytes, int32_t bytes_start,
    int8_t *int8, int16_t *int16, int32_t *int32, int32_t record, int32_t unit, int32_t count);

int32_t ei_host_has_kernel(int32_t code)
{
    return ei_find_kernel(code) != NULL;
}

int32_t ei_host_invoke(const int32_t *words, const int16_t *halves, const uint8_t *bytes, int32_t bytes_start,
    int8_t *int8, int16_t *int16, int32_t *int32, int32_t record, int32_t unit, int32_t count)
{
    ei_model model = {words, halves, bytes + bytes_start};
    ei_arena arena = {int8, int16, int32};
    return ei_invoke(&model, &arena, record, unit, count);
}
