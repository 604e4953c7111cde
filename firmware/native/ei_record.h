/* What kernels read out of records alike. */
#ifndef EI_RECORD_H
#define EI_RECORD_H

#include "edgeinfer.h"

/* Position of an operand's first element in its array of the arena. */
static inline int32_t ei_offset(const ei_model *model, const int32_t *record, int32_t field)
{
    return model->words[record[field] + EI_BLOB_TENSOR_OFFSET];
}

/* Element type of an operand. */
static inline int32_t ei_type(const ei_model *model, const int32_t *record, int32_t field)
{
    return model->words[record[field] + EI_BLOB_TENSOR_KIND] & EI_BLOB_TYPE_MASK;
}

/* A part of the items of a record. */
typedef struct ei_range {
    int32_t first;
    int32_t end;
} ei_range;

/* The items (positions, channels, rows) that belong to some units, where a record has `items` of them: equal shares, but for
 * the last units, which have less or none. */
static inline ei_range ei_items(const int32_t *record, int32_t items, int32_t unit, int32_t count)
{
    int32_t units = record[EI_RECORD_UNITS];
    int32_t share = (items - 1) / units + 1;
    int32_t first = unit * share;
    int32_t end = (unit + count) * share;
    ei_range range;
    range.first = first < items ? first : items;
    range.end = end < items ? end : items;
    return range;
}

#endif
