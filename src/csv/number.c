/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Eight characters are looked at at once, as the bytes of a word with the first in the
 * lowest; a digit's byte is its value. Texts of up to 16 characters that are digits and
 * at most one point, nearly all in practice, take no branch that depends on where the
 * point is or how many digits there are.
 */
#include "csv/number.h"

#include <math.h>
#include <string.h>

#include "base/uint128.h"
#include "csv/nearest_double.h"

enum {
    PLAIN_SIZE = 16, /* characters of a plain number */
    POINT = '.' ^ '0'
};

/* Exponents up to it are read exactly: far more than any text has digits. */
static const int64_t MAX_EXPONENT = 100000000000000000;

static const uint64_t ASCII_ZEROS = UINT64_C(0x3030303030303030);

struct span {
    const uint8_t *at;
    const uint8_t *end;
};

static uint64_t load_word(const uint8_t *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static uint64_t load_half_word(const uint8_t *text)
{
    uint32_t word;
    memcpy(&word, text, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

/* The upper bit of every byte that is no digit's value. */
static uint64_t no_digits(uint64_t values)
{
    const uint64_t low_bits = UINT64_C(0x7f7f7f7f7f7f7f7f);
    const uint64_t to_ten = UINT64_C(0x7676767676767676);
    return (((values & low_bits) + to_ten) | values) & ~low_bits;
}

/* The number that eight digits make. */
static uint64_t join_digits(uint64_t values)
{
    /* Pairs of digits; then two pairs in the upper half of each product. */
    const uint64_t lanes = UINT64_C(0x000000ff000000ff);
    const uint64_t pairs = values * 10 + (values >> 8);
    const uint64_t first = (pairs & lanes) * (100 + (UINT64_C(1000000) << 32));
    const uint64_t second = (pairs >> 16 & lanes) * (1 + (UINT64_C(10000) << 32));
    return (first + second) >> 32;
}

/* A sign is as good as random, so no branch may depend on it. */
static double with_sign(double magnitude, bool is_negative)
{
    uint64_t bits;
    memcpy(&bits, &magnitude, sizeof bits);
    bits |= (uint64_t)is_negative << 63;
    memcpy(&magnitude, &bits, sizeof bits);
    return magnitude;
}

static bool is_digit(uint8_t byte)
{
    return (uint8_t)(byte - '0') <= 9;
}

/* 1 to 8 characters as values, the last one in the highest byte, 0 before the first. */
static uint64_t load_values(const uint8_t *text, size_t size)
{
    const unsigned shift = 8 * (8 - (unsigned)size);
    if (size == 8)
        return load_word(text) ^ ASCII_ZEROS;
    /* Characters that are taken twice fall on themselves. */
    uint64_t chars;
    if (size >= 4)
        chars = load_half_word(text) | load_half_word(text + size - 4) << (32 - shift);
    else
        chars = text[0] | (uint64_t)text[size / 2] << 8 * (size / 2) |
                (uint64_t)text[size - 1] << 8 * (size - 1);
    return (chars ^ ASCII_ZEROS) << shift;
}

/* 1 to PLAIN_SIZE characters: digits with at most one point. */
static bool read_plain(const uint8_t *text, size_t size, double *ret_magnitude)
{
    gpuc_uint128 values;
    if (size <= 8) {
        values = (gpuc_uint128)load_values(text, size) << 64;
    } else {
        const unsigned shift = 8 * (16 - (unsigned)size); /* 0 to 56 */
        values = (gpuc_uint128)(load_word(text + size - 8) ^ ASCII_ZEROS) << 64 |
                 (load_word(text) ^ ASCII_ZEROS) << shift;
    }
    const uint64_t upper = no_digits((uint64_t)(values >> 64));
    const uint64_t lower = no_digits((uint64_t)values);
    unsigned n_decimals = 0;
    if ((upper | lower) != 0) {
        /* The point goes, and what is before it moves up. If there is more than one
         * other character, all but the first keep no more than one bit below and so
         * cannot pass for points. */
        const gpuc_uint128 others = (gpuc_uint128)upper << 64 | lower;
        const gpuc_uint128 before = (others >> 7) - 1;
        const gpuc_uint128 behind = ~(others | (others - 1));
        if (size == 1 || (values & ~(before | behind)) != (others >> 7) * POINT)
            return false;
        values = (values & behind) | (values & before) << 8;
        n_decimals = (unsigned)(upper != 0 ? __builtin_clzll(upper)
                                           : 64 + __builtin_clzll(lower)) /
                     8;
    }
    /* 16 digits are rounded once, here; they have no decimals. Fewer are exact. */
    const double integer = (double)(int64_t)(join_digits((uint64_t)values) * 100000000 +
                                             join_digits((uint64_t)(values >> 64)));
    *ret_magnitude = integer / gpuc_pow10_double[n_decimals];
    return true;
}

/* Takes digits, and puts them behind those of *digits, which may wrap. */
static void take_digits(struct span *rest, uint64_t *digits)
{
    for (; rest->end - rest->at >= 8; rest->at += 8) {
        const uint64_t values = load_word(rest->at) ^ ASCII_ZEROS;
        if (no_digits(values) != 0)
            break;
        *digits = *digits * 100000000 + join_digits(values);
    }
    for (; rest->at < rest->end && is_digit(*rest->at); rest->at++)
        *digits = *digits * 10 + (*rest->at - '0');
}

/* Takes what follows an "e", if that is an exponent. */
static bool take_exponent(struct span *rest, int64_t *ret_exponent)
{
    bool is_negative = false;
    int64_t exponent = 0;
    if (rest->at < rest->end && (*rest->at == '+' || *rest->at == '-'))
        is_negative = *rest->at++ == '-';
    const uint8_t *const first = rest->at;
    for (; rest->at < rest->end && is_digit(*rest->at); rest->at++)
        if (exponent < MAX_EXPONENT)
            exponent = exponent * 10 + (*rest->at - '0');
    *ret_exponent = is_negative ? -exponent : exponent;
    return rest->at > first;
}

/* `leading` of more digits than it holds. */
static void shorten(struct gpuc_decimal *decimal)
{
    struct span rest = {decimal->digits.text,
                        decimal->digits.text + decimal->digits.size};
    int n_digits = 0;
    decimal->leading = 0;
    for (; rest.at < rest.end && n_digits < GPUC_DECIMAL_LEADING_MAX; rest.at++) {
        if (*rest.at == '.')
            continue;
        decimal->leading = decimal->leading * 10 + (*rest.at - '0');
        n_digits += decimal->leading != 0;
    }
    for (; rest.at < rest.end; rest.at++) {
        decimal->exponent += *rest.at != '.';
        decimal->has_more |= *rest.at != '.' && *rest.at != '0';
    }
}

/* Any finite number without a sign. */
static bool read_decimal(struct span rest, double *ret_magnitude)
{
    struct gpuc_decimal decimal = {.digits.text = rest.at};
    take_digits(&rest, &decimal.leading);
    size_t n_digits = (size_t)(rest.at - decimal.digits.text);
    int64_t n_decimals = 0;
    int64_t exponent = 0;
    if (rest.at < rest.end && *rest.at == '.') {
        const uint8_t *const first = ++rest.at;
        take_digits(&rest, &decimal.leading);
        n_decimals = rest.at - first;
        n_digits += (size_t)n_decimals;
    }
    decimal.digits.size = (size_t)(rest.at - decimal.digits.text);
    if (n_digits == 0)
        return false;
    if (rest.at < rest.end && (*rest.at == 'e' || *rest.at == 'E')) {
        rest.at++;
        if (!take_exponent(&rest, &exponent))
            return false;
    }
    if (rest.at != rest.end)
        return false;
    decimal.digits.exponent = decimal.exponent = exponent - n_decimals;
    if (n_digits > GPUC_DECIMAL_LEADING_MAX)
        shorten(&decimal);
    *ret_magnitude = gpuc_nearest_double(&decimal);
    return true;
}

/* Whether the text is the word, of small letters, in any case. */
static bool is_word(struct span text, const char *word)
{
    for (; text.at < text.end && *word != '\0'; text.at++, word++)
        if ((*text.at | 0x20) != (uint8_t)*word)
            return false;
    return text.at == text.end && *word == '\0';
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

/* Not inline, because plain numbers would save its registers for nothing. */
__attribute__((noinline)) static bool read_any(struct span text, double *ret_value)
{
    bool is_negative = false;
    double magnitude;
    while (text.at < text.end && is_blank(*text.at))
        text.at++;
    while (text.at < text.end && is_blank(text.end[-1]))
        text.end--;
    if (text.at < text.end) {
        is_negative = *text.at == '-';
        text.at += is_negative | (*text.at == '+');
    }
    if (!read_decimal(text, &magnitude)) {
        if (is_word(text, "nan")) {
            *ret_value = (double)NAN;
            return true;
        }
        if (!is_word(text, "inf") && !is_word(text, "infinity"))
            return false;
        magnitude = HUGE_VAL;
    }
    *ret_value = with_sign(magnitude, is_negative);
    return true;
}

bool gpuc_number_read(const uint8_t *text, size_t size, double *ret_value)
{
    double magnitude;
    if (size == 0)
        return false;
    const bool is_negative = text[0] == '-';
    const size_t n_chars = size - is_negative;
    if (n_chars - 1 < PLAIN_SIZE && read_plain(text + is_negative, n_chars, &magnitude)) {
        *ret_value = with_sign(magnitude, is_negative);
        return true;
    }
    return read_any((struct span){text, text + size}, ret_value);
}
