/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/number_padded.h"

#include <math.h>
#include <string.h>

#include "csv/digit_words.h"
#include "csv/long_number.h"
#include "csv/nearest_double.h"
#include "csv/plain_number.h"

/* Exponents up to it are read exactly: far more than any text has digits. */
static const int64_t MAX_EXPONENT = 100000000000000000;

struct span {
    const uint8_t *at;
    const uint8_t *end;
};

static bool is_digit(uint8_t byte)
{
    return (uint8_t)(byte - '0') <= 9;
}

/* 1 to GPUC_PLAIN_SIZE characters. */
static inline bool read_plain(const uint8_t *text, size_t size,
                              struct gpuc_plain_number *ret_number)
{
    return gpuc_plain_number(gpuc_plain_text(text, size), ret_number) &&
           !(size == 1 && text[0] == '.');
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
    *ret_value = gpuc_with_sign(magnitude, is_negative);
    return true;
}

static bool read_mantissa(const uint8_t *text, size_t size,
                          struct gpuc_plain_number *ret_number)
{
    if (size > GPUC_PLAIN_SIZE)
        return size <= GPUC_LONG_SIZE &&
               gpuc_long_number(gpuc_long_text(text, size), ret_number);
    return size > 0 && read_plain(text, size, ret_number);
}

/* The characters of an exponent as printf() and repr() write it, "e-05" or "e+100", at
 * the end of the text; 0 if there is none. */
static inline size_t printed_exponent(const uint8_t *text, size_t size, int *ret_exponent)
{
    const uint8_t *const end = text + size;
    const bool has_three = size > 5 && (end[-5] | 0x20) == 'e';
    const bool has_two = size > 4 && (end[-4] | 0x20) == 'e';
    if (!(has_two | has_three))
        return 0;
    const size_t n_digits = has_three ? 3 : 2;
    const uint8_t sign = end[-1 - (ptrdiff_t)n_digits];
    const unsigned ones = (unsigned)end[-1] - '0';
    const unsigned tens = (unsigned)end[-2] - '0';
    const unsigned hundreds = has_three ? (unsigned)end[-3] - '0' : 0;
    if ((sign != '-' && sign != '+') || ones > 9 || tens > 9 || hundreds > 9)
        return 0;
    const int exponent = (int)(hundreds * 100 + tens * 10 + ones);
    *ret_exponent = sign == '-' ? -exponent : exponent;
    return n_digits + 2;
}

/* mantissa * 10^exponent, if that is quickly found. */
static inline bool scale(const struct gpuc_plain_number *mantissa, int exponent,
                         double *ret_magnitude)
{
    const int power = exponent - (int)mantissa->n_decimals;
    if (mantissa->integer == 0) {
        *ret_magnitude = 0;
        return true;
    }
    return power >= -GPUC_NORMAL_POWER_MAX && power <= GPUC_NORMAL_POWER_MAX &&
           gpuc_nearest_normal(mantissa->integer, power, ret_magnitude);
}

/* What programs print of doubles, if it is not plain: up to 19 digits, and up to three in
 * the exponent. */
static bool read_printed(const uint8_t *text, size_t size, double *ret_magnitude)
{
    struct gpuc_plain_number mantissa;
    int exponent = 0;
    const size_t n_exponent = printed_exponent(text, size, &exponent);
    return read_mantissa(text, size - n_exponent, &mantissa) &&
           scale(&mantissa, exponent, ret_magnitude);
}

bool gpuc_number_read_other(const uint8_t *text, size_t size, double *ret_value)
{
    double magnitude;
    const bool is_negative = size > 0 && text[0] == '-';
    if (size > 1 && read_printed(text + is_negative, size - is_negative, &magnitude)) {
        *ret_value = gpuc_with_sign(magnitude, is_negative);
        return true;
    }
    return read_any((struct span){text, text + size}, ret_value);
}

#ifdef __SSE2__

/* As read_mantissa(), with GPUC_NUMBER_PADDING readable bytes before the text. */
static inline bool read_padded_mantissa(const uint8_t *end, size_t size,
                                        struct gpuc_plain_number *ret_number)
{
    if (size <= GPUC_PLAIN_SIZE)
        return size > 0 && gpuc_plain_number_padded(end, size, ret_number);
    return size <= GPUC_LONG_SIZE &&
           gpuc_long_number_of_values(
               gpuc_padded_values(end - GPUC_PLAIN_SIZE, size - GPUC_PLAIN_SIZE),
               gpuc_padded_values(end, GPUC_PLAIN_SIZE), ret_number);
}

/* As read_printed() and the rest; an "e" in the padding makes the size wrap. */
bool gpuc_number_read_padded_other(const uint8_t *text, size_t size, double *ret_value)
{
    const bool is_negative = text[0] == '-';
    const uint8_t *const end = text + size;
    struct gpuc_plain_number mantissa;
    double magnitude;
    int exponent = 0;
    const size_t n_exponent =
        printed_exponent(end - GPUC_NUMBER_PADDING, GPUC_NUMBER_PADDING, &exponent);
    if (!read_padded_mantissa(end - n_exponent, size - is_negative - n_exponent,
                              &mantissa) ||
        !scale(&mantissa, exponent, &magnitude))
        return gpuc_number_read_other(text, size, ret_value);
    *ret_value = gpuc_with_sign(magnitude, is_negative);
    return true;
}

#endif

bool gpuc_number_read(const uint8_t *text, size_t size, double *ret_value)
{
    struct gpuc_plain_number number;
    if (size == 0)
        return false;
    const bool is_negative = text[0] == '-';
    const size_t n_chars = size - is_negative;
    if (n_chars - 1 < GPUC_PLAIN_SIZE &&
        read_plain(text + is_negative, n_chars, &number)) {
        *ret_value = gpuc_plain_double(number, is_negative);
        return true;
    }
    return gpuc_number_read_other(text, size, ret_value);
}
