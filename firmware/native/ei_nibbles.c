#include "ei_nibbles.h"

#include "ei_compiler.h"
#include "ei_memory.h"

/* Eight weights are read as one number v. v >> 4 * k and the mask are weights k and k + 4 in the halves of a number of 32 bits, and
 * x[k + 4] + x[k] * 2^16 are their inputs. The upper half of the product is the sum of both products; sixteen taps fit into it,
 * since 16 * 15 * 128 is below 2^15, and what the lower half holds then is less than 2^15 away from where the sum begins. The
 * 8 of the weights is taken off by way of the sum of the inputs. */
#define MASK 0x000F000Fu
#define ORIGIN 0x8000u
#define SIXTEEN 16

/* Lays sixteen taps out and returns their sum. */
EI_INLINE int32_t pack_sixteen(const int8_t *x, uint32_t *pairs)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < SIXTEEN; i += 8, x += 8, pairs += 4) {
        for (int32_t k = 0; k < 4; k++) {
            int32_t upper = x[k], lower = x[k + 4];
            pairs[k] = ((uint32_t)upper << 16) + (uint32_t)lower;
            sum += upper + lower;
        }
    }
    return sum;
}

/* Lays taps out, up to a multiple of sixteen, and returns their sum. */
static int32_t pack(const int8_t *x, int32_t taps, uint32_t *pairs)
{
    int32_t sum = 0;
    for (; taps >= SIXTEEN; taps -= SIXTEEN, x += SIXTEEN, pairs += SIXTEEN / 2) sum += pack_sixteen(x, pairs);
    if (taps > 0) {
        int8_t last[SIXTEEN] = {0};
        memcpy(last, x, (size_t)taps);
        sum += pack_sixteen(last, pairs);
    }
    return sum;
}

EI_INLINE uint32_t load(const uint8_t *weights, bool aligned)
{
    uint32_t v;
    if (aligned) memcpy(&v, EI_ALIGNED_4(weights), sizeof v);
    else v = weights[0] | (uint32_t)weights[1] << 8 | (uint32_t)weights[2] << 16 | (uint32_t)weights[3] << 24;
    return v;
}

/* Adds the products of eight taps of one filter. */
#define ADD_EIGHT(sum, w, at)                                  \
    do {                                                       \
        uint32_t v = load((w) + (at), aligned);                \
        sum += (v & MASK) * p0 + ((v >> 4) & MASK) * p1;       \
        sum += ((v >> 8) & MASK) * p2 + ((v >> 12) & MASK) * p3; \
    } while (0)

#define PAIRS(at) uint32_t p0 = pairs[at], p1 = pairs[(at) + 1], p2 = pairs[(at) + 2], p3 = pairs[(at) + 3]

EI_INLINE void sum_4(const uint8_t *w0, int32_t row, int32_t taps, const uint32_t *pairs, int32_t *sums, bool aligned)
{
    const uint8_t *w1 = w0 + row, *w2 = w1 + row, *w3 = w2 + row;
    int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
    for (; taps > 0; taps -= SIXTEEN, pairs += SIXTEEN / 2, w0 += 8, w1 += 8, w2 += 8, w3 += 8) {
        uint32_t sum0 = ORIGIN, sum1 = ORIGIN, sum2 = ORIGIN, sum3 = ORIGIN;
        for (int32_t half = 0; half < 2; half++) {
            PAIRS(4 * half);
            ADD_EIGHT(sum0, w0, 4 * half);
            EI_IN_ORDER();
            ADD_EIGHT(sum1, w1, 4 * half);
            EI_IN_ORDER();
            ADD_EIGHT(sum2, w2, 4 * half);
            EI_IN_ORDER();
            ADD_EIGHT(sum3, w3, 4 * half);
            EI_IN_ORDER();
        }
        a += (int32_t)sum0 >> 16;
        b += (int32_t)sum1 >> 16;
        c += (int32_t)sum2 >> 16;
        d += (int32_t)sum3 >> 16;
    }
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

static EI_NOINLINE void sum_4_aligned(const uint8_t *w, int32_t row, int32_t taps, const uint32_t *pairs, int32_t *sums)
{
    sum_4(w, row, taps, pairs, sums, true);
}

static EI_NOINLINE void sum_4_anywhere(const uint8_t *w, int32_t row, int32_t taps, const uint32_t *pairs, int32_t *sums)
{
    sum_4(w, row, taps, pairs, sums, false);
}

static int32_t sum_1(const uint8_t *w, int32_t taps, const uint32_t *pairs)
{
    const bool aligned = false;
    int32_t total = 0;
    for (; taps > 0; taps -= SIXTEEN, pairs += SIXTEEN / 2, w += 8) {
        uint32_t sum = ORIGIN;
        for (int32_t half = 0; half < 2; half++) {
            PAIRS(4 * half);
            ADD_EIGHT(sum, w, 4 * half);
        }
        total += (int32_t)sum >> 16;
    }
    return total;
}

/* Adds the products of the pair of taps k, behind `at`, of two filters and two positions. */
#define STEP_2X2(at, k)                                            \
    do {                                                           \
        uint32_t p = pairs[(at) + (k)], q = others[(at) + (k)];    \
        uint32_t v = (v0 >> (4 * (k))) & MASK, w = (v1 >> (4 * (k))) & MASK; \
        sum0 += v * p;                                             \
        sum1 += v * q;                                             \
        sum2 += w * p;                                             \
        sum3 += w * q;                                             \
        EI_IN_ORDER();                                             \
    } while (0)

EI_INLINE void sum_2x2(const uint8_t *w0, int32_t row, int32_t taps, const uint32_t *pairs, int32_t apart, int32_t *sums, bool aligned)
{
    const uint8_t *w1 = w0 + row;
    const uint32_t *others = pairs + apart;
    int32_t a = 0, b = 0, c = 0, d = 0;
    for (; taps > 0; taps -= SIXTEEN, pairs += SIXTEEN / 2, others += SIXTEEN / 2, w0 += 8, w1 += 8) {
        uint32_t sum0 = ORIGIN, sum1 = ORIGIN, sum2 = ORIGIN, sum3 = ORIGIN;
        uint32_t v0 = load(w0, aligned), v1 = load(w1, aligned);
        STEP_2X2(0, 0);
        STEP_2X2(0, 1);
        STEP_2X2(0, 2);
        STEP_2X2(0, 3);
        v0 = load(w0 + 4, aligned);
        v1 = load(w1 + 4, aligned);
        STEP_2X2(4, 0);
        STEP_2X2(4, 1);
        STEP_2X2(4, 2);
        STEP_2X2(4, 3);
        a += (int32_t)sum0 >> 16;
        b += (int32_t)sum1 >> 16;
        c += (int32_t)sum2 >> 16;
        d += (int32_t)sum3 >> 16;
    }
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

static EI_NOINLINE void sum_2x2_aligned(const uint8_t *w, int32_t row, int32_t taps, const uint32_t *pairs, int32_t apart, int32_t *sums)
{
    sum_2x2(w, row, taps, pairs, apart, sums, true);
}

static EI_NOINLINE void sum_2x2_anywhere(const uint8_t *w, int32_t row, int32_t taps, const uint32_t *pairs, int32_t apart, int32_t *sums)
{
    sum_2x2(w, row, taps, pairs, apart, sums, false);
}

void ei_multiply_nibbles_by_two(const ei_channels *channels, const uint8_t *weights, int32_t taps, int32_t filters, const int8_t *x,
    uint32_t *pairs, int8_t *output, int32_t step)
{
    int32_t row = ei_nibble_bytes(taps);
    int32_t apart = (taps + SIXTEEN - 1) / SIXTEEN * (SIXTEEN / 2);
    bool aligned = ((uintptr_t)weights & 3) == 0 && (row & 3) == 0;
    int32_t excess0 = 8 * pack(x, taps, pairs), excess1 = 8 * pack(x + taps, taps, pairs + apart);
    ei_scale scale = ei_scale_first(channels);
    const int32_t *bias = channels->biases, *table = channels->scales;
    for (int32_t left = filters; left > 0; left -= 2, weights += 2 * row) {
        int32_t sums[4];
        int32_t count = left >= 2 ? 2 : 1;
        if (count == 1) {
            sums[0] = sum_1(weights, taps, pairs);
            sums[1] = sum_1(weights, taps, pairs + apart);
        } else if (aligned) {
            sum_2x2_aligned(weights, row, taps, pairs, apart, sums);
        } else {
            sum_2x2_anywhere(weights, row, taps, pairs, apart, sums);
        }
        for (const int32_t *s = sums, *last = sums + 2 * count; s != last; s += 2, bias++, table += channels->scale_step, output++) {
            ei_scale_set(&scale, *bias, table);
            output[0] = ei_output(scale, (uint32_t)s[0] - (uint32_t)excess0);
            output[step] = ei_output(scale, (uint32_t)s[1] - (uint32_t)excess1);
        }
    }
}

void ei_multiply_nibbles(const ei_channels *channels, const uint8_t *weights, int32_t taps, int32_t filters, const int8_t *x,
    uint32_t *pairs, int32_t room, int8_t *output)
{
    int32_t row = ei_nibble_bytes(taps);
    bool aligned = ((uintptr_t)weights & 3) == 0 && (row & 3) == 0;
    int32_t excess = 0;
    ei_scale scale = ei_scale_first(channels);
    const int32_t *bias = channels->biases, *table = channels->scales;
    for (int32_t filter = 0; filter < filters;) {
        int32_t sums[4] = {0, 0, 0, 0};
        int32_t count = filters - filter >= 4 ? 4 : 1;
        if (taps > room) excess = 0;
        for (int32_t done = 0; done < taps; done += room) {
            int32_t part = taps - done < room ? taps - done : room;
            if (filter == 0 || taps > room) excess += 8 * pack(x + done, part, pairs);
            if (count == 1) sums[0] += sum_1(weights + done / 2, part, pairs);
            else if (aligned) sum_4_aligned(weights + done / 2, row, part, pairs, sums);
            else sum_4_anywhere(weights + done / 2, row, part, pairs, sums);
        }
        weights += count * row;
        filter += count;
        for (const int32_t *s = sums, *last = sums + count; s != last; s++, bias++, table += channels->scale_step) {
            ei_scale_set(&scale, *bias, table);
            *output++ = ei_output(scale, (uint32_t)*s - (uint32_t)excess);
        }
    }
}
