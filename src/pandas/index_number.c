/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of the double operations below is part of the result: it is that of the
 * reader in pandas, whose roundings are reproduced and not improved on. It relies on
 * every operation rounding to double, once (-ffp-contract=off).
 */
#include "pandas/index_number.h"

#include <math.h>
#include <string.h>

enum {
    MAX_DIGITS =
        17, /* digits that count in a significand, and that may form an exponent */
    MAX_POWER = 308,
    MAX_PLAIN_DIGITS = 16
};

/* What is left of the text. Reading ends at `end`, which is the first NUL if there is
 * one. */
struct cursor {
    const uint8_t *at;
    const uint8_t *end;
};

struct significand {
    double number;
    int64_t exponent; /* of ten: digits of the integer part that did not count, less those
                       * of the fraction that did */
    uint64_t magnitude; /* of all digits of the integer part */
    int n_digits;       /* digits that count, leading zeros too */
    bool too_large;     /* the magnitude is beyond 64 bits */
    bool has_point;
};

#define DECADE(tens)                                                                     \
  1e##tens##0, 1e##tens##1, 1e##tens##2, 1e##tens##3, 1e##tens##4, 1e##tens##5,          \
      1e##tens##6, 1e##tens##7, 1e##tens##8, 1e##tens##9

/* The doubles nearest to the powers of ten. */
static const double POWERS[MAX_POWER + 1] = {
    DECADE(0),  DECADE(1),  DECADE(2),  DECADE(3),  DECADE(4),  DECADE(5),  DECADE(6),
    DECADE(7),  DECADE(8),  DECADE(9),  DECADE(10), DECADE(11), DECADE(12), DECADE(13),
    DECADE(14), DECADE(15), DECADE(16), DECADE(17), DECADE(18), DECADE(19), DECADE(20),
    DECADE(21), DECADE(22), DECADE(23), DECADE(24), DECADE(25), DECADE(26), DECADE(27),
    DECADE(28), DECADE(29), 1e300,      1e301,      1e302,      1e303,      1e304,
    1e305,      1e306,      1e307,      1e308};

static bool is_digit(uint8_t byte)
{
    return (uint8_t)(byte - '0') <= 9;
}

static bool at_digit(const struct cursor *cursor)
{
    return cursor->at < cursor->end && is_digit(*cursor->at);
}

/* Takes `byte` if it comes next, in upper or lower case where it is a small letter. */
static bool take(struct cursor *cursor, uint8_t byte)
{
    const uint8_t case_bit = byte >= 'a' && byte <= 'z' ? 0x20 : 0;
    if (cursor->at == cursor->end || (*cursor->at | case_bit) != byte)
        return false;
    cursor->at++;
    return true;
}

/* Takes a word of small letters that reaches to the end, in any case. */
static bool take_last_word(struct cursor *cursor, const char *word)
{
    struct cursor rest = *cursor;
    for (; *word != '\0'; word++)
        if (!take(&rest, (uint8_t)*word))
            return false;
    return rest.at == rest.end;
}

/* Takes a sign, if any; returns whether it is a minus. */
static bool take_sign(struct cursor *cursor)
{
    const bool is_minus = take(cursor, '-');
    if (!is_minus)
        take(cursor, '+');
    return is_minus;
}

static void skip_space(struct cursor *cursor)
{
    while (cursor->at < cursor->end &&
           (*cursor->at == ' ' || (*cursor->at >= '\t' && *cursor->at <= '\r')))
        cursor->at++;
}

static void add_to_magnitude(struct significand *significand, unsigned digit)
{
    if (significand->magnitude > (UINT64_MAX - digit) / 10)
        significand->too_large = true;
    else
        significand->magnitude = significand->magnitude * 10 + digit;
}

/* Takes digits, and a point and more digits. */
static struct significand take_significand(struct cursor *cursor)
{
    struct significand significand = {0};
    for (; at_digit(cursor); cursor->at++) {
        const unsigned digit = *cursor->at - '0';
        add_to_magnitude(&significand, digit);
        if (significand.n_digits == MAX_DIGITS) {
            significand.exponent++;
            continue;
        }
        significand.number = significand.number * 10 + digit;
        significand.n_digits++;
    }
    significand.has_point = take(cursor, '.');
    if (!significand.has_point)
        return significand;
    for (; at_digit(cursor); cursor->at++) {
        if (significand.n_digits == MAX_DIGITS)
            continue;
        significand.number = significand.number * 10 + (*cursor->at - '0');
        significand.n_digits++;
        significand.exponent--;
    }
    return significand;
}

/* Takes what follows an "e". False: no digits, too many, or beyond a C int. */
static bool take_exponent(struct cursor *cursor, int64_t *exponent)
{
    const bool is_negative = take_sign(cursor);
    const uint8_t *first = cursor->at;
    int64_t size = 0;
    for (; at_digit(cursor) && cursor->at - first < MAX_DIGITS; cursor->at++)
        size = size * 10 + (*cursor->at - '0');
    if (cursor->at == first || size > INT32_MAX)
        return false;
    *exponent = is_negative ? *exponent - size : *exponent + size;
    return true;
}

/* number * 10^exponent, roughly; infinite for an exponent that is too large. */
static double scale(double number, int64_t exponent)
{
    if (exponent > MAX_POWER)
        return HUGE_VAL;
    if (exponent > 0)
        return number * POWERS[exponent];
    if (exponent >= -MAX_POWER)
        return number / POWERS[-exponent];
    if (exponent >= -2 * MAX_POWER)
        return number / POWERS[-MAX_POWER - exponent] / POWERS[MAX_POWER];
    return 0.0;
}

/* Reads a finite number. `has_nul`: a NUL follows the cursor's end. */
static struct gpuc_index_number read_finite(struct cursor cursor, bool has_nul)
{
    static const struct gpuc_index_number refused = {.kind = GPUC_NUMBER_REFUSED};
    skip_space(&cursor);
    const bool is_minus = take_sign(&cursor);
    struct significand significand = take_significand(&cursor);
    if (significand.n_digits == 0)
        return refused;
    bool is_integer = !significand.has_point;
    if (take(&cursor, 'e')) {
        is_integer = false;
        if (!take_exponent(&cursor, &significand.exponent))
            return refused;
    }
    skip_space(&cursor);
    const double value =
        scale(is_minus ? -significand.number : significand.number, significand.exponent);
    if (cursor.at != cursor.end || isinf(value))
        return refused;
    if (!is_integer)
        return (struct gpuc_index_number){.kind = GPUC_NUMBER_FLOAT, .value = value};
    if (has_nul || significand.too_large ||
        (is_minus && significand.magnitude > UINT64_C(1) << 63))
        return refused;
    return (struct gpuc_index_number){.kind = GPUC_NUMBER_INTEGER,
                                      .negative = is_minus && significand.magnitude > 0,
                                      .magnitude = significand.magnitude,
                                      .value = value};
}

static struct gpuc_index_number read_infinity(struct cursor cursor)
{
    const bool is_minus = take_sign(&cursor);
    if (!take_last_word(&cursor, "inf") && !take_last_word(&cursor, "infinity"))
        return (struct gpuc_index_number){.kind = GPUC_NUMBER_REFUSED};
    return (struct gpuc_index_number){.kind = GPUC_NUMBER_FLOAT,
                                      .value = is_minus ? -HUGE_VAL : HUGE_VAL};
}

struct gpuc_index_number gpuc_index_number_read(const uint8_t *text, size_t size)
{
    /* Nearly every index is plain digits. Of 16 the last step alone can round, as it does
     * in the conversion: 15 digits are below 2^53, and ten times that is even. */
    if (size >= 1 && size <= MAX_PLAIN_DIGITS) {
        uint64_t magnitude = 0;
        size_t i = 0;
        for (; i < size && is_digit(text[i]); i++)
            magnitude = magnitude * 10 + (text[i] - '0');
        if (i == size)
            return (struct gpuc_index_number){.kind = GPUC_NUMBER_INTEGER,
                                              .magnitude = magnitude,
                                              .value = (double)magnitude};
    }
    const uint8_t *nul = size == 0 ? NULL : memchr(text, '\0', size);
    const struct cursor cursor = {text, nul != NULL ? nul : text + size};
    const struct gpuc_index_number number = read_finite(cursor, nul != NULL);
    return number.kind != GPUC_NUMBER_REFUSED ? number : read_infinity(cursor);
}
