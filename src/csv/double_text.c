/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The method is that of Raffaello Giulietti's paper "The Schubfach way to render
 * doubles". A number is c * 2^q; everything nearer to it than to its neighbours reads
 * back as it. With k = floor(log10(width of that interval)) the interval holds at least
 * one multiple of 10^k and at most one of 10^(k+1), so the answer is the latter if there
 * is one, else the nearest of the former. No search, no loop.
 *
 * The value and the ends of its interval are computed as multiples of 10^k, in fixed
 * point with FRACTION_BITS bits, from a power of ten of 128 bits. shortest_decimal()
 * shows that this is enough to compare them with integers as if they were exact.
 */
#include "csv/double_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/uint128.h"
#include "csv/digit_words.h"
#include "csv/digits_text.h"
#include "csv/float_text.h"
#include "csv/pow10_table.h"

/* The value digits * 10^exponent. */
struct decimal {
    uint64_t digits;
    int exponent;
};

/* An IEEE 754 type of up to 64 bits. */
struct float_format {
    int n_fraction_bits;
    int n_exponent_bits;
};

enum { FRACTION_BITS = 64 + 5 /* of the fixed point */ };

/* floor(log10(2^q)); exact for |q| <= 1076, where rounding down is what >> does. */
static int floor_log10_pow2(int q)
{
    return (q * 315653) >> 20;
}

/* floor(log10(3/4 * 2^q)); exact for the same q. 131008 is -log10(3/4) * 2^20. */
static int floor_log10_three_quarters_pow2(int q)
{
    return (q * 315653 - 131008) >> 20;
}

/* The upper word of an integer in fixed point; the lower is 0. */
static uint64_t fixed_point(uint64_t integer)
{
    return integer << (FRACTION_BITS - 64);
}

/* 10^k to 128 bits; where that is not exact, too high by less than one in the last. */
static gpuc_uint128 power_of_ten_from_above(int k)
{
    const struct gpuc_pow10 *entry = &gpuc_pow10_table[k - GPUC_POW10_MIN];
    const bool inexact = k < 0 || k > GPUC_POW10_EXACT_MAX;
    return ((gpuc_uint128)entry->high << 64 | entry->low) + inexact;
}

/*
 * Of c * 2^q in a type whose neighbours of it are (c - 1) * 2^q and (c + 1) * 2^q, or
 * where `is_lower_neighbour_nearer` (c - 1/2) * 2^q and (c + 1) * 2^q. The types are
 * float32 and float64, so 0 < c < 2^53 and -1074 <= q <= 971. The digits are at most
 * 17 and may end with one 0.
 *
 * The true v = c * 2^q * 10^-k, and likewise the ends of the interval around it, are
 * either multiples of 1/4 or at least 2.9 units of the fixed point away from any
 * (tools/make_pow10_table.py --prove). What is computed of an end lies less than 1 below
 * and 1.25 above the truth: truncations of the product and of the half width, and the
 * error of the power times c, less than a quarter. An end that is an integer thus shows
 * as that integer or one unit more, and any other keeps two units away. Subtracting two
 * units where needed turns "at most" into "less", and the integers having no fraction,
 * the upper words alone decide.
 */
static struct decimal shortest_decimal(uint64_t c, int q, bool is_lower_neighbour_nearer)
{
    const int k = is_lower_neighbour_nearer ? floor_log10_three_quarters_pow2(q)
                                            : floor_log10_pow2(q);
    const gpuc_uint128 power = power_of_ten_from_above(-k);
    /* 1 <= 2^q * 10^-k < 14, so the shift is 0 to 3 and the factor below 2^62. */
    const int shift = q + gpuc_pow10_floor_log2(-k);
    const uint64_t factor = c << (shift + 6);
    const gpuc_uint128 value =
        (power >> 64) * factor + ((gpuc_uint128)(uint64_t)power * factor >> 64);
    const gpuc_uint128 half = power >> (59 - shift);
    const gpuc_uint128 half_below = half >> is_lower_neighbour_nearer;

    /* An even significand wins ties when read back, so its interval includes its ends. */
    const unsigned odd = c & 1;
    const uint64_t low = (uint64_t)((value - half_below - 2 * (1 - odd)) >> 64);
    const uint64_t high = (uint64_t)((value + half + 1 - 2 * odd) >> 64);

    const uint64_t down = (uint64_t)(value >> FRACTION_BITS);
    const uint64_t tens_down = down / 10 * 10;
    const bool is_tens_down_inside = low < fixed_point(tens_down);
    const bool is_tens_up_inside = high >= fixed_point(tens_down + 10);
    const uint64_t tens = tens_down + (is_tens_down_inside ? 0 : 10);

    /* The nearer, or the even one where the value lies half-way. It is inside unless the
     * interval's lower side is the shorter. */
    const uint64_t value_or_less = (uint64_t)((value - (1 - (down & 1))) >> 64);
    const bool is_past_half = value_or_less >= fixed_point(down) + fixed_point(1) / 2;
    const bool is_down_outside = low >= fixed_point(down);
    const uint64_t ones = down + (is_past_half | is_down_outside);

    /* Below 10 a multiple of 10 saves no digit, and 0 is never the answer. A mask,
     * because which of the two it is cannot be predicted. */
    const bool is_tens = (down >= 10) & (is_tens_down_inside != is_tens_up_inside);
    const uint64_t tens_mask = 0 - (uint64_t)is_tens;
    return (struct decimal){(tens & tens_mask) | (ones & ~tens_mask), k};
}

/* 17 digits as text, and how many of them remain without the zeros at the end. */
struct digits_text {
    uint64_t middle; /* digits 2 to 9, the first in the lowest byte */
    uint64_t last;   /* digits 10 to 17 */
    char first;
    int size;
    int exponent; /* of ten, of the first digit */
};

enum { MAX_DIGITS = 17 };

static const uint64_t TEN_TO_8 = 100000000;
static const uint64_t TEN_TO_9 = 1000000000;

/* The same number with as many digits as `least` has, a power of ten. */
static struct decimal with_digits(struct decimal decimal, uint64_t least)
{
    /* Only subnormal numbers lack more than two. */
    while (decimal.digits < least / 100) {
        decimal.digits *= 10;
        decimal.exponent--;
    }
    for (int i = 0; i < 2; i++) {
        const bool lacks_one = decimal.digits < least;
        decimal.digits *= lacks_one ? 10 : 1;
        decimal.exponent -= lacks_one;
    }
    return decimal;
}

/* Digits of `word` up to its last one that is not 0. */
static int significant_digits(uint64_t word)
{
    const uint64_t values = word - GPUC_ASCII_ZEROS;
    return values == 0 ? 0 : 8 - __builtin_clzll(values) / 8;
}

/* 1 <= digits < 10^17 */
static struct digits_text digits_as_text(struct decimal decimal)
{
    struct digits_text text = {.last = GPUC_ASCII_ZEROS};
    uint64_t first_nine;
    int size_of_last = 0;
    /* All that are not subnormal have 7 to 9 digits as float32, 16 or 17 as float64. */
    if (decimal.digits < TEN_TO_9) {
        decimal = with_digits(decimal, TEN_TO_8);
        text.exponent = decimal.exponent + 8;
        first_nine = decimal.digits;
    } else {
        decimal = with_digits(decimal, TEN_TO_8 * TEN_TO_8);
        text.exponent = decimal.exponent + 16;
        first_nine = decimal.digits / TEN_TO_8;
        text.last = gpuc_eight_digits(decimal.digits - first_nine * TEN_TO_8);
        size_of_last = significant_digits(text.last);
    }
    const uint64_t first = first_nine / TEN_TO_8;
    text.first = (char)('0' + first);
    text.middle = gpuc_eight_digits(first_nine - first * TEN_TO_8);
    text.size = size_of_last > 0 ? 9 + size_of_last : 1 + significant_digits(text.middle);
    return text;
}

static void store_digits(char *text, const struct digits_text *digits)
{
    text[0] = digits->first;
    gpuc_store_digits(text + 1, digits->middle);
    gpuc_store_digits(text + 9, digits->last);
}

/* d.ddd * 10^exponent in the layout of repr(); returns the end of the text. */
static char *put_digits(char *text, const struct digits_text *digits)
{
    const int exponent = digits->exponent;
    if (exponent >= -4 && exponent < 0) {
        memcpy(text, "0.000", 5);
        store_digits(text + 1 - exponent, digits);
        return text + 1 - exponent + digits->size;
    }
    store_digits(text, digits);
    if (exponent >= 0 && exponent < 16) {
        const int point = exponent + 1;
        memmove(text + point + 1, text + point, MAX_DIGITS - 1);
        text[point] = '.';
        /* Without a fraction, one of the zeros that follow the digits stays. */
        return text + 1 + (digits->size > point ? digits->size : point + 1);
    }
    if (digits->size == 1)
        return gpuc_put_exponent(text + 1, exponent);
    memmove(text + 2, text + 1, MAX_DIGITS - 1);
    text[1] = '.';
    return gpuc_put_exponent(text + digits->size + 1, exponent);
}

static size_t repr_text(struct float_format format, uint64_t bits, char *text)
{
    const int special = (1 << format.n_exponent_bits) - 1;
    const int exponent = (int)(bits >> format.n_fraction_bits) & special;
    const bool is_negative =
        (bits >> format.n_fraction_bits >> format.n_exponent_bits & 1) != 0;
    const uint64_t one = UINT64_C(1) << format.n_fraction_bits;
    const uint64_t fraction = bits & (one - 1);

    if (exponent == special)
        return gpuc_put_special(text, is_negative, fraction != 0);
    char *end = text;
    *end = '-';
    end += is_negative;
    if (exponent == 0 && fraction == 0) {
        memcpy(end, "0.0", 3);
        return (size_t)(end + 3 - text);
    }

    /* Subnormal numbers have the exponent 1 too, and no leading one. */
    const int bias = special / 2 + format.n_fraction_bits;
    const struct decimal decimal = shortest_decimal(
        exponent == 0 ? fraction : fraction | one, (exponent == 0 ? 1 : exponent) - bias,
        fraction == 0 && exponent > 1);
    const struct digits_text digits = digits_as_text(decimal);
    end = put_digits(end, &digits);
    return (size_t)(end - text);
}

size_t gpuc_double_text(double value, char *text)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return repr_text((struct float_format){52, 11}, bits, text);
}

size_t gpuc_float_text(float value, char *text)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return repr_text((struct float_format){23, 8}, bits, text);
}
