/* Where the elements of an operator with two operands lie; the fields are those of EdgeInfer.Broadcast. */
#ifndef EI_BROADCAST_H
#define EI_BROADCAST_H

#include "ei_record.h"

/* A unit: rows of elements, which advance in each operand by steps of its own. The output is dense. */
typedef struct ei_broadcast {
    int32_t rows;
    int32_t run;
    int32_t row_step1;
    int32_t row_step2;
    int32_t step1;
    int32_t step2;
} ei_broadcast;

static inline ei_broadcast ei_broadcast_of(const int32_t *record)
{
    ei_broadcast unit;
    unit.rows = record[EI_BROADCAST_LENGTHS + 3];
    unit.run = record[EI_BROADCAST_LENGTHS + 4];
    unit.row_step1 = record[EI_BROADCAST_STRIDES1 + 3];
    unit.row_step2 = record[EI_BROADCAST_STRIDES2 + 3];
    unit.step1 = record[EI_BROADCAST_STRIDES1 + 4];
    unit.step2 = record[EI_BROADCAST_STRIDES2 + 4];
    return unit;
}

/* The element of an operand at which a unit begins, `strides` being the operand's strides. */
static inline int32_t ei_broadcast_start(const int32_t *record, const int32_t *strides, int32_t unit)
{
    int32_t length1 = record[EI_BROADCAST_LENGTHS + 1];
    int32_t length2 = record[EI_BROADCAST_LENGTHS + 2];
    int32_t outer = unit / length2;
    return outer / length1 * strides[0] + outer % length1 * strides[1] + unit % length2 * strides[2];
}

#endif
