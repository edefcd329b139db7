/* SPDX-License-Identifier: Apache-2.0 */
#include "math/exact_sum.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

enum { LOWEST_EXPONENT = -1074, MANTISSA_BITS = 53 };

void gpuc_exact_sum_carry(int64_t *words)
{
    for (size_t i = 0; i + 1 < GPUC_SUM_WORDS; i++) {
        int64_t low = (int64_t)(uint32_t)words[i];
        words[i + 1] += (words[i] - low) / (INT64_C(1) << 32);
        words[i] = low;
    }
}

static bool has_bit(const int64_t *words, int place)
{
    return (words[place / 32] >> place % 32 & 1) != 0;
}

/* The nearest float64 of a number that is not negative. */
static double round_magnitude(const int64_t *words)
{
    int top = 32 * GPUC_SUM_WORDS - 1;
    while (top >= 0 && !has_bit(words, top))
        top--;
    int low = top < MANTISSA_BITS ? 0 : top - MANTISSA_BITS + 1;
    uint64_t mantissa = 0;
    for (int place = top; place >= low; place--)
        mantissa = 2 * mantissa + has_bit(words, place);
    bool half = low > 0 && has_bit(words, low - 1), more = false;
    for (int place = low - 2; place >= 0 && !more; place--)
        more = has_bit(words, place);
    mantissa += half && (more || mantissa % 2 == 1);
    return ldexp((double)mantissa, low + LOWEST_EXPONENT);
}

double gpuc_exact_sum_round(const int64_t *words)
{
    int64_t magnitude[GPUC_SUM_WORDS];
    bool is_negative = words[GPUC_SUM_WORDS - 1] < 0;
    for (size_t i = 0; i < GPUC_SUM_WORDS; i++)
        magnitude[i] = is_negative ? -words[i] : words[i];
    gpuc_exact_sum_carry(magnitude);
    double rounded = round_magnitude(magnitude);
    return is_negative ? -rounded : rounded;
}
