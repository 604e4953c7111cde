/* Products of 16-bit activations with 8-bit weights: sums of 64 bits, scaled once by a multiplier of 15 bits; docs/numerics.md derives it. */
#ifndef EI_WIDE_H
#define EI_WIDE_H

#include "edgeinfer.h"
#include "ei_compiler.h"

/* Products that 32 bits hold: one with a weight as it is stored, 0 to 255, is within 2^23. */
#define EI_WIDE_CHUNK 255

/* The sum of weights, as they are stored, times inputs, less 128 times the sum of the inputs. */
static inline int64_t ei_wide_sum(const uint8_t *w, const int16_t *x, int32_t depth)
{
    int64_t sum = 0;
    while (depth > 0) {
        int32_t products = 0;
        int32_t inputs = 0;
        int32_t length = depth < EI_WIDE_CHUNK ? depth : EI_WIDE_CHUNK;
        depth -= length;
        const int16_t *end = x + length;
        for (; end - x >= 4; x += 4, w += 4) {
            products += x[0] * w[0] + x[1] * w[1] + x[2] * w[2] + x[3] * w[3];
            inputs += x[0] + x[1] + x[2] + x[3];
        }
        for (; x < end; x++, w++) {
            products += *x * *w;
            inputs += *x;
        }
        sum += products - (int64_t)inputs * 128;
    }
    return sum;
}

/* The sums of four rows of weights, `depth` apart. */
static inline void ei_wide_sums(const uint8_t *w, const int16_t *x, int32_t depth, int64_t *sums)
{
    const uint8_t *w0 = w, *w1 = w0 + depth, *w2 = w1 + depth, *w3 = w2 + depth;
    for (int32_t i = 0; i < 4; i++) sums[i] = 0;
    while (depth > 0) {
        int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, inputs = 0;
        int32_t length = depth < EI_WIDE_CHUNK ? depth : EI_WIDE_CHUNK;
        depth -= length;
        for (const int16_t *end = x + length; x < end;) {
            int32_t value = *x++;
            inputs += value;
            s0 += value * *w0++;
            s1 += value * *w1++;
            s2 += value * *w2++;
            s3 += value * *w3++;
        }
        int64_t less = (int64_t)inputs * 128;
        sums[0] += s0 - less;
        sums[1] += s1 - less;
        sums[2] += s2 - less;
        sums[3] += s3 - less;
    }
}

/* A sum, modulo 2^64, in the scale of the output, clamped. */
EI_INLINE int32_t ei_wide_scaled(uint64_t sum, int32_t multiplier, int32_t shift, int32_t min, int32_t max)
{
    int64_t value = (int64_t)(sum * (uint32_t)multiplier + (UINT64_C(1) << (shift - 1))) >> shift;
    return value < min ? min : value > max ? max : (int32_t)value;
}

/* The same of a sum to which a bias of two words is to be added, the low one first. */
EI_INLINE int32_t ei_wide_output(int64_t sum, const int32_t *bias, int32_t multiplier, int32_t shift, int32_t min, int32_t max)
{
    uint64_t biased = (uint64_t)sum + ((uint32_t)bias[0] | (uint64_t)(uint32_t)bias[1] << 32);
    return ei_wide_scaled(biased, multiplier, shift, min, max);
}

#endif
