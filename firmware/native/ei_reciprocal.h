/* The reciprocal of fixed-point numbers. */
#ifndef EI_RECIPROCAL_H
#define EI_RECIPROCAL_H

#include <stdint.h>

/* 1 / (2 * half), both with 31 fractional bits; in between, numbers have 29. */
static inline int32_t ei_reciprocal(int32_t half)
{
    /* 48/17 - 32/17 * half is the straight line that comes closest to 1 / half; three steps of Newton and Raphson follow. */
    int64_t x = 1515870810 + (((int64_t)half * -1010580540 + (1 << 30)) >> 31);
    for (int32_t i = 0; i < 3; i++) {
        int64_t error = (1 << 29) - ((half * x + (1 << 30)) >> 31);
        x += ((x * error + (1 << 30)) >> 31) * 4;
    }
    return x < 1 << 30 ? (int32_t)x * 2 : INT32_MAX;
}

#endif
