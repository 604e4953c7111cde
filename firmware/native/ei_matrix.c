#include "ei_matrix.h"

#include "ei_compiler.h"

/* Adds the products of tap k of four filters and three positions. */
#define STEP_4X3(k)                                                   \
    do {                                                              \
        int32_t x0 = x[3 * (k)], x1 = x[3 * (k) + 1], x2 = x[3 * (k) + 2]; \
        int32_t weight = w0[k];                                       \
        a0 += weight * x0;                                            \
        a1 += weight * x1;                                            \
        a2 += weight * x2;                                            \
        EI_IN_ORDER();                                                \
        weight = w1[k];                                               \
        b0 += weight * x0;                                            \
        b1 += weight * x1;                                            \
        b2 += weight * x2;                                            \
        EI_IN_ORDER();                                                \
        weight = w2[k];                                               \
        c0 += weight * x0;                                            \
        c1 += weight * x1;                                            \
        c2 += weight * x2;                                            \
        EI_IN_ORDER();                                                \
        weight = w3[k];                                               \
        d0 += weight * x0;                                            \
        d1 += weight * x1;                                            \
        d2 += weight * x2;                                            \
        EI_IN_ORDER();                                                \
    } while (0)

static EI_NOINLINE void sum_4x3(const uint8_t *w0, int32_t taps, const int8_t *x, const int32_t *start, int32_t *sums)
{
    const uint8_t *w1 = w0 + taps, *w2 = w1 + taps, *w3 = w2 + taps;
    int32_t a0 = start[0], a1 = start[1], a2 = start[2];
    int32_t b0 = a0, b1 = a1, b2 = a2, c0 = a0, c1 = a1, c2 = a2, d0 = a0, d1 = a1, d2 = a2;
    const uint8_t *end = w0 + taps;
    for (const uint8_t *eights = w0 + (taps & ~7); w0 != eights; w0 += 8, w1 += 8, w2 += 8, w3 += 8, x += 24) {
        STEP_4X3(0);
        STEP_4X3(1);
        STEP_4X3(2);
        STEP_4X3(3);
        STEP_4X3(4);
        STEP_4X3(5);
        STEP_4X3(6);
        STEP_4X3(7);
    }
    for (; w0 != end; w0++, w1++, w2++, w3++, x += 3) STEP_4X3(0);
    sums[0] = a0;
    sums[1] = a1;
    sums[2] = a2;
    sums[3] = b0;
    sums[4] = b1;
    sums[5] = b2;
    sums[6] = c0;
    sums[7] = c1;
    sums[8] = c2;
    sums[9] = d0;
    sums[10] = d1;
    sums[11] = d2;
}

static void sum_1x3(const uint8_t *w, int32_t taps, const int8_t *x, const int32_t *start, int32_t *sums)
{
    int32_t a0 = start[0], a1 = start[1], a2 = start[2];
    for (const uint8_t *end = w + taps; w != end; w++, x += 3) {
        int32_t weight = *w;
        a0 += weight * x[0];
        a1 += weight * x[1];
        a2 += weight * x[2];
    }
    sums[0] = a0;
    sums[1] = a1;
    sums[2] = a2;
}

/* Adds the products of tap k of eight filters and one position. */
#define STEP_8X1(k)                                \
    do {                                           \
        int32_t value = x[k];                      \
        a += value * w0[k];                        \
        b += value * w1[k];                        \
        EI_IN_ORDER();                             \
        c += value * w2[k];                        \
        d += value * w3[k];                        \
        EI_IN_ORDER();                             \
        e += value * w4[k];                        \
        f += value * w5[k];                        \
        EI_IN_ORDER();                             \
        g += value * w6[k];                        \
        h += value * w7[k];                        \
        EI_IN_ORDER();                             \
    } while (0)

static void sum_8x1(const uint8_t *w0, int32_t taps, const int8_t *x, int32_t *sums)
{
    const uint8_t *w1 = w0 + taps, *w2 = w1 + taps, *w3 = w2 + taps;
    const uint8_t *w4 = w3 + taps, *w5 = w4 + taps, *w6 = w5 + taps, *w7 = w6 + taps;
    int32_t a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
    const int8_t *end = x + taps;
    for (const int8_t *eights = x + (taps & ~7); x != eights; x += 8, w0 += 8, w1 += 8, w2 += 8, w3 += 8, w4 += 8, w5 += 8, w6 += 8, w7 += 8) {
        STEP_8X1(0);
        STEP_8X1(1);
        STEP_8X1(2);
        STEP_8X1(3);
        STEP_8X1(4);
        STEP_8X1(5);
        STEP_8X1(6);
        STEP_8X1(7);
    }
    for (; x != end; x++, w0++, w1++, w2++, w3++, w4++, w5++, w6++, w7++) STEP_8X1(0);
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
    sums[4] = e;
    sums[5] = f;
    sums[6] = g;
    sums[7] = h;
}

/* Adds the products of tap k of four filters and one position, and its input to their total. */
#define STEP_4X1(k)                \
    do {                           \
        int32_t value = x[k];      \
        total += value;            \
        a += value * w0[k];        \
        b += value * w1[k];        \
        EI_IN_ORDER();             \
        c += value * w2[k];        \
        d += value * w3[k];        \
        EI_IN_ORDER();             \
    } while (0)

static int32_t sum_4x1(const uint8_t *w0, int32_t taps, const int8_t *x, int32_t *sums)
{
    const uint8_t *w1 = w0 + taps, *w2 = w1 + taps, *w3 = w2 + taps;
    int32_t a = 0, b = 0, c = 0, d = 0, total = 0;
    const int8_t *end = x + taps;
    for (const int8_t *eights = x + (taps & ~7); x != eights; x += 8, w0 += 8, w1 += 8, w2 += 8, w3 += 8) {
        STEP_4X1(0);
        STEP_4X1(1);
        STEP_4X1(2);
        STEP_4X1(3);
        STEP_4X1(4);
        STEP_4X1(5);
        STEP_4X1(6);
        STEP_4X1(7);
    }
    for (; x != end; x++, w0++, w1++, w2++, w3++) STEP_4X1(0);
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
    return total;
}

static int32_t sum_1x1(const uint8_t *w, int32_t taps, const int8_t *x)
{
    int32_t sum = 0;
    const int8_t *end = x + taps;
    for (const int8_t *fours = x + (taps & ~3); x != fours; x += 4, w += 4) {
        sum += x[0] * w[0] + x[1] * w[1];
        sum += x[2] * w[2] + x[3] * w[3];
    }
    for (; x != end; x++, w++) sum += *x * *w;
    return sum;
}

static int32_t sum_of(const int8_t *x, int32_t count)
{
    int32_t sum = 0;
    const int8_t *end = x + count;
    for (const int8_t *eights = x + (count & ~7); x != eights; x += 8) {
        sum += x[0] + x[1] + x[2] + x[3];
        sum += x[4] + x[5] + x[6] + x[7];
    }
    for (; x != end; x++) sum += *x;
    return sum;
}

void ei_multiply_lanes(const ei_channels *channels, const uint8_t *weights, int32_t taps, int32_t filters,
    const int8_t *x, const int32_t *totals, int8_t *output, int32_t step)
{
    int32_t sums[4 * EI_LANES];
    int32_t start[EI_LANES] = {-128 * totals[0], -128 * totals[1], -128 * totals[2]};
    ei_scale scale = ei_scale_first(channels);
    const int32_t *bias = channels->biases, *table = channels->scales;
    int32_t table_step = channels->scale_step;
    for (int8_t *end = output + filters; output != end;) {
        int32_t count = end - output >= 4 ? 4 : 1;
        if (count == 4) sum_4x3(weights, taps, x, start, sums);
        else sum_1x3(weights, taps, x, start, sums);
        weights += count * taps;
        for (const int32_t *s = sums, *last = sums + count * EI_LANES; s != last; s += EI_LANES, bias++, table += table_step, output++) {
            ei_scale_set(&scale, *bias, table);
            output[0] = ei_output(scale, (uint32_t)s[0]);
            output[step] = ei_output(scale, (uint32_t)s[1]);
            output[2 * step] = ei_output(scale, (uint32_t)s[2]);
        }
    }
}

void ei_multiply_one(const ei_channels *channels, const uint8_t *weights, int32_t taps, int32_t filters,
    const int8_t *x, int32_t zero, int8_t *output)
{
    int32_t sums[8];
    int32_t excess = filters < 4 || filters >= 8 ? zero * sum_of(x, taps) : 0;
    ei_scale scale = ei_scale_first(channels);
    const int32_t *bias = channels->biases, *table = channels->scales;
    int32_t table_step = channels->scale_step;
    for (const int8_t *end = output + filters; output != end;) {
        int32_t count = end - output >= 8 ? 8 : end - output >= 4 ? 4 : 1;
        if (count == 8) sum_8x1(weights, taps, x, sums);
        else if (count == 4) excess = zero * sum_4x1(weights, taps, x, sums);
        else sums[0] = sum_1x1(weights, taps, x);
        weights += count * taps;
        for (const int32_t *s = sums, *last = sums + count; s != last; s++, bias++, table += table_step) {
            ei_scale_set(&scale, *bias, table);
            *output++ = ei_output(scale, (uint32_t)*s - (uint32_t)excess);
        }
    }
}
