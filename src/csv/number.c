/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/number.h"

#include <math.h>
#include <string.h>

#include "csv/digit_words.h"
#include "csv/nearest_double.h"
#include "csv/plain_number.h"

/* Exponents up to it are read exactly: far more than any text has digits. */
static const int64_t MAX_EXPONENT = 100000000000000000;

struct span {
    const uint8_t *at;
    const uint8_t *end;
};

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

/* A plain number without a sign. */
static bool read_plain(const uint8_t *text, size_t size, double *ret_magnitude)
{
    struct gpuc_plain_number number;
    if (!gpuc_plain_number(gpuc_plain_text(text, size), &number) ||
        (size == 1 && text[0] == '.'))
        return false;
    /* 16 digits are rounded once, here; they have no decimals. Fewer are exact. */
    *ret_magnitude =
        (double)(int64_t)number.integer / gpuc_pow10_double[number.n_decimals];
    return true;
}

/* Takes digits, and puts them behind those of *digits, which may wrap. */
static void take_digits(struct span *rest, uint64_t *digits)
{
    for (; rest->end - rest->at >= 8; rest->at += 8) {
        const uint64_t values = gpuc_digit_word(rest->at);
        if (gpuc_no_digits(values) != 0)
            break;
        *digits = *digits * 100000000 + gpuc_join_digits(values);
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
    if (n_chars - 1 < GPUC_PLAIN_SIZE &&
        read_plain(text + is_negative, n_chars, &magnitude)) {
        *ret_value = with_sign(magnitude, is_negative);
        return true;
    }
    return read_any((struct span){text, text + size}, ret_value);
}
