/* Runs blobs on a machine without managed code, for tests and measurements: on the host under sanitizers, on an emulated
 * microcontroller with its instructions counted. Not a part of firmware. */
#ifndef EI_RUNNER_H
#define EI_RUNNER_H

#include "edgeinfer.h"

/* The edges of a graph where numbers are float, which firmware leaves to the managed kernels. */
void ei_quantize(const ei_model *model, const ei_arena *arena, const float *floats, const int32_t *record);
void ei_dequantize(const ei_model *model, const ei_arena *arena, float *floats, const int32_t *record);

#endif
