#include "ei_matrix.h"

/* Sums are kept as unsigned numbers, whose overflow is defined: an accumulator that no sane model reaches wraps as the
 * managed kernels' does. */
#define PRODUCT(a, b) ((uint32_t)((a) * (b)))

/* Adds the products of tap k of four positions and four filters: eight loads for sixteen products. */
#define STEP4X4(k)                                                                    \
    do {                                                                              \
        int32_t x0 = x[4 * (k)], x1 = x[4 * (k) + 1], x2 = x[4 * (k) + 2], x3 = x[4 * (k) + 3]; \
        int32_t w = w0[k];                                                            \
        a0 += PRODUCT(w, x0); a1 += PRODUCT(w, x1); a2 += PRODUCT(w, x2); a3 += PRODUCT(w, x3); \
        w = w1[k];                                                                    \
        b0 += PRODUCT(w, x0); b1 += PRODUCT(w, x1); b2 += PRODUCT(w, x2); b3 += PRODUCT(w, x3); \
        w = w2[k];                                                                    \
        c0 += PRODUCT(w, x0); c1 += PRODUCT(w, x1); c2 += PRODUCT(w, x2); c3 += PRODUCT(w, x3); \
        w = w3[k];                                                                    \
        d0 += PRODUCT(w, x0); d1 += PRODUCT(w, x1); d2 += PRODUCT(w, x2); d3 += PRODUCT(w, x3); \
    } while (0)

static void sum_4x4(const uint8_t *w0, int32_t taps, const int8_t *x, uint32_t *sums)
{
    const uint8_t *w1 = w0 + taps, *w2 = w1 + taps, *w3 = w2 + taps;
    uint32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
    uint32_t c0 = 0, c1 = 0, c2 = 0, c3 = 0, d0 = 0, d1 = 0, d2 = 0, d3 = 0;
    const uint8_t *end = w0 + (taps & ~3);
    while (w0 != end) {
        STEP4X4(0);
        STEP4X4(1);
        STEP4X4(2);
        STEP4X4(3);
        w0 += 4;
        w1 += 4;
        w2 += 4;
        w3 += 4;
        x += 16;
    }
    for (int32_t left = taps & 3; left > 0; left--) {
        STEP4X4(0);
        w0++;
        w1++;
        w2++;
        w3++;
        x += 4;
    }
    sums[0] = a0; sums[1] = a1; sums[2] = a2; sums[3] = a3;
    sums[4] = b0; sums[5] = b1; sums[6] = b2; sums[7] = b3;
    sums[8] = c0; sums[9] = c1; sums[10] = c2; sums[11] = c3;
    sums[12] = d0; sums[13] = d1; sums[14] = d2; sums[15] = d3;
}

static void sum_4x1(const uint8_t *w, int32_t taps, const int8_t *x, uint32_t *sums)
{
    uint32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0;
    for (const uint8_t *end = w + taps; w != end; w++, x += 4) {
        int32_t weight = *w;
        a0 += PRODUCT(weight, x[0]);
        a1 += PRODUCT(weight, x[1]);
        a2 += PRODUCT(weight, x[2]);
        a3 += PRODUCT(weight, x[3]);
    }
    sums[0] = a0; sums[1] = a1; sums[2] = a2; sums[3] = a3;
}

static void sum_1x4(const uint8_t *w0, int32_t taps, const int8_t *x, uint32_t *sums)
{
    const uint8_t *w1 = w0 + taps, *w2 = w1 + taps, *w3 = w2 + taps;
    uint32_t a = 0, b = 0, c = 0, d = 0;
    const int8_t *end = x + taps;
    const int8_t *unrolled_end = x + (taps & ~7);
#define STEP1X4(k)                  \
    do {                            \
        int32_t v = x[k];           \
        a += PRODUCT(w0[k], v);     \
        b += PRODUCT(w1[k], v);     \
        c += PRODUCT(w2[k], v);     \
        d += PRODUCT(w3[k], v);     \
    } while (0)
    while (x != unrolled_end) {
        STEP1X4(0);
        STEP1X4(1);
        STEP1X4(2);
        STEP1X4(3);
        STEP1X4(4);
        STEP1X4(5);
        STEP1X4(6);
        STEP1X4(7);
        x += 8;
        w0 += 8;
        w1 += 8;
        w2 += 8;
        w3 += 8;
    }
    for (; x != end; x++, w0++, w1++, w2++, w3++) STEP1X4(0);
    sums[0] = a; sums[1] = b; sums[2] = c; sums[3] = d;
}

static uint32_t sum_1x1(const uint8_t *w, int32_t taps, const int8_t *x)
{
    uint32_t sum = 0;
    for (const int8_t *end = x + taps; x != end; x++, w++) sum += PRODUCT(*w, *x);
    return sum;
}

/* The outputs of one filter at four positions. */
static inline void write_four(const ei_channels *channels, int32_t filter, const uint32_t *sums, const uint32_t *excess, int8_t *output, int32_t step)
{
    const int32_t *scale = channels->scales + filter * channels->scale_step;
    uint32_t bias = (uint32_t)channels->biases[filter];
    for (int32_t p = 0; p < EI_LANES; p++) {
        *output = ei_output(channels, scale, (int32_t)(sums[p] + bias - excess[p]));
        output += step;
    }
}

void ei_multiply_four(const ei_channels *channels, const uint8_t *weights, int32_t taps, int32_t filters,
    const int8_t *x, const uint32_t *excess, int8_t *output, int32_t step)
{
    uint32_t sums[4 * EI_LANES];
    int32_t filter = 0;
    for (; filter <= filters - 4; filter += 4) {
        sum_4x4(weights, taps, x, sums);
        for (int32_t f = 0; f < 4; f++) write_four(channels, filter + f, sums + f * EI_LANES, excess, output + filter + f, step);
        weights += 4 * taps;
    }
    for (; filter < filters; filter++) {
        sum_4x1(weights, taps, x, sums);
        write_four(channels, filter, sums, excess, output + filter, step);
        weights += taps;
    }
}

void ei_multiply_one(const ei_channels *channels, const uint8_t *weights, int32_t taps, int32_t filters,
    const int8_t *x, uint32_t excess, int8_t *output)
{
    uint32_t sums[4];
    int32_t filter = 0;
    while (filter < filters) {
        int32_t count = 1;
        if (filter <= filters - 4) {
            count = 4;
            sum_1x4(weights, taps, x, sums);
        } else {
            sums[0] = sum_1x1(weights, taps, x);
        }
        for (int32_t f = 0; f < count; f++, filter++) {
            const int32_t *scale = channels->scales + filter * channels->scale_step;
            output[filter] = ei_output(channels, scale, (int32_t)(sums[f] + (uint32_t)channels->biases[filter] - excess));
        }
        weights += count * taps;
    }
}
