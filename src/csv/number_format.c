/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A number is c * 2^q. With few digits behind the point, c * 10^digits is an integer of
 * less than 128 bits, of which q says where to cut. Significant digits take a power of
 * ten of 128 bits; where its error leaves open on which side of a half the value is, they
 * are compared as integers.
 */
#include "csv/number_format.h"

#include "base/uint128.h"
#include "csv/digits_text.h"
#include "csv/exact_decimal.h"
#include "csv/pow10_table.h"

enum {
    N_FRACTION_BITS = 52,
    N_EXPONENT_VALUES = 2047,
    BIAS = 1075, /* of the exponent, with the fraction's bits */
    DIGITS_MAX = GPUC_FORMAT_DIGITS_MAX + 1,
    PADDED_SIZE = 24,
    INTEGER_DIGITS_MAX = 309,
    /* Limbs of 32 bits: an integer has up to 1024 bits, and one to shift into. */
    MAX_LIMBS = 34,
    /* Sign, point, the zeros of 0.0001 or an exponent, and what is written behind. */
    TEXT_EXTRA = 10 + PADDED_SIZE
};

static const uint64_t powers_of_ten[DIGITS_MAX + 1] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
};

/* c * 2^q, c > 0 */
struct binary {
    uint64_t c;
    int q;
};

/* digits * 10^(exponent + 1 - number of digits): the exponent is that of the first. */
struct rounded {
    uint64_t digits;
    int exponent;
};

/* Exactly `size` digits of a number, zeros first; writes to PADDED_SIZE bytes. */
static char *put_padded(char *to, uint64_t number, int size)
{
    const uint64_t ten_to_8 = powers_of_ten[8];
    char text[PADDED_SIZE];
    const uint64_t upper = number / ten_to_8;
    gpuc_store_digits(text + 16, gpuc_eight_digits(number - upper * ten_to_8));
    if (size > 8) {
        const uint64_t first = upper / ten_to_8;
        gpuc_store_digits(text + 8, gpuc_eight_digits(upper - first * ten_to_8));
        gpuc_store_digits(text, gpuc_eight_digits(first));
    }
    memcpy(to, text + PADDED_SIZE - size, (size_t)size);
    return to + size;
}

static int count_digits(uint64_t number)
{
    int n = 1;
    while (n <= DIGITS_MAX && number >= powers_of_ten[n])
        n++;
    return n;
}

/* The digits of c * 2^q, q >= 0. */
static char *put_integer(char *to, struct binary value)
{
    enum { CHUNK_DIGITS = 9 };
    uint32_t limbs[MAX_LIMBS] = {0};
    char text[INTEGER_DIGITS_MAX + CHUNK_DIGITS + 1];
    char *const end = text + sizeof text;
    char *at = end;
    int n_limbs = value.q / 32 + 3;
    gpuc_uint128 shifted = (gpuc_uint128)value.c << value.q % 32;
    for (int i = 0; i < 3; i++, shifted >>= 32)
        limbs[value.q / 32 + i] = (uint32_t)shifted;
    while (n_limbs > 0) {
        uint64_t rest = 0;
        for (int i = n_limbs; i-- > 0;) {
            rest = rest << 32 | limbs[i];
            limbs[i] = (uint32_t)(rest / powers_of_ten[CHUNK_DIGITS]);
            rest %= powers_of_ten[CHUNK_DIGITS];
        }
        while (n_limbs > 0 && limbs[n_limbs - 1] == 0)
            n_limbs--;
        at -= CHUNK_DIGITS;
        for (int i = CHUNK_DIGITS; i-- > 0; rest /= 10)
            at[i] = (char)('0' + rest % 10);
    }
    while (at < end - 1 && *at == '0')
        at++;
    memcpy(to, at, (size_t)(end - at));
    return to + (end - at);
}

/* number / 2^n_bits, rounded; number < 2^127, n_bits > 0 */
static uint64_t shift_rounded(gpuc_uint128 number, int n_bits)
{
    if (n_bits > 127)
        return 0;
    const gpuc_uint128 one = 1;
    const gpuc_uint128 half = one << (n_bits - 1);
    const gpuc_uint128 rest = number & (half + (half - 1));
    const uint64_t whole = (uint64_t)(number >> n_bits);
    return whole + (rest > half || (rest == half && (whole & 1) != 0));
}

static char *put_fixed(char *to, struct binary value, int n_digits)
{
    uint64_t fraction = 0;
    if (value.q < 0) {
        /* The parts before and behind the point. */
        const int n_bits = -value.q;
        uint64_t whole = n_bits < 64 ? value.c >> n_bits : 0;
        const uint64_t rest = n_bits < 64 ? value.c - (whole << n_bits) : value.c;
        /* The last digit before the point decides on ties if there is none behind it. */
        const bool has_point = n_digits > 0;
        fraction = shift_rounded(
            (gpuc_uint128)(has_point ? rest : value.c) * powers_of_ten[n_digits], n_bits);
        if (!has_point)
            whole = fraction;
        if (has_point && fraction == powers_of_ten[n_digits]) {
            fraction = 0;
            whole++;
        }
        to = put_padded(to, whole, count_digits(whole));
    } else {
        to = put_integer(to, value);
    }
    if (n_digits == 0)
        return to;
    *to++ = '.';
    return put_padded(to, fraction, n_digits);
}

/* Whether c * 2^q is above (whole + 1/2) * 10^power, or that and `whole` odd. */
static bool is_rounded_up(struct binary value, uint64_t whole, int power)
{
    char text[PADDED_SIZE];
    const char *end = put_padded(text, whole, DIGITS_MAX);
    text[DIGITS_MAX] = '5';
    const struct gpuc_digits half = {(const uint8_t *)text, (size_t)(end + 1 - text),
                                     power - 1};
    const int n_zeros = __builtin_ctzll(value.c);
    const int order =
        gpuc_compare_with_half(half, value.c >> n_zeros >> 1, value.q + n_zeros + 1);
    return order < 0 || (order == 0 && (whole & 1) != 0);
}

/*
 * c * 2^q * 10^power, rounded to an integer of up to 60 bits; *ret_whole: cut off. The
 * product has 192 bits, of which 130 or more are a fraction. It may be too low by less
 * than 2^64 of its last bits, for the power is by less than one in its last.
 */
static uint64_t scale(struct binary value, int power, uint64_t *ret_whole)
{
    const struct gpuc_pow10 *entry = &gpuc_pow10_table[power - GPUC_POW10_MIN];
    const int n_zeros = __builtin_clzll(value.c);
    const uint64_t c = value.c << n_zeros;
    const gpuc_uint128 low = (gpuc_uint128)c * entry->low;
    const gpuc_uint128 upper = (gpuc_uint128)c * entry->high + (low >> 64);
    /* Bits of the fraction in the upper word of `upper`. */
    const int n_bits = 127 - 128 - (value.q - n_zeros + gpuc_pow10_floor_log2(power));
    const uint64_t top = (uint64_t)(upper >> 64);
    const uint64_t whole = n_bits < 64 ? top >> n_bits : 0;
    const uint64_t fraction = n_bits < 64 ? top - (whole << n_bits) : top;
    const uint64_t half = UINT64_C(1) << (n_bits - 1);
    const gpuc_uint128 distance =
        ((gpuc_uint128)fraction << 64 | (uint64_t)upper) - ((gpuc_uint128)half << 64);
    const bool is_exact = power >= 0 && power <= GPUC_POW10_EXACT_MAX;
    *ret_whole = whole;
    if (distance != 0 && (is_exact || distance != (gpuc_uint128)0 - 1))
        return whole + ((distance >> 127) == 0);
    if (distance == 0 && (uint64_t)low != 0)
        return whole + 1;
    return whole + is_rounded_up(value, whole, -power);
}

/* The first `n_digits` digits, rounded. */
static struct rounded round_digits(struct binary value, int n_digits)
{
    const int log2 = value.q + 63 - __builtin_clzll(value.c);
    /* floor(log10(2^log2)): that of the value, or one less. */
    int exponent = (log2 * 315653) >> 20;
    uint64_t whole;
    uint64_t digits = scale(value, n_digits - 1 - exponent, &whole);
    if (whole >= powers_of_ten[n_digits])
        digits = scale(value, n_digits - 1 - ++exponent, &whole);
    if (digits < powers_of_ten[n_digits])
        return (struct rounded){digits, exponent};
    return (struct rounded){powers_of_ten[n_digits - 1], exponent + 1};
}

/* The first digit, and the others behind a point. */
static char *put_scientific(char *to, struct rounded number, int n_digits)
{
    char *end = put_padded(to + 1, number.digits, n_digits);
    to[0] = to[1];
    to[1] = '.';
    return gpuc_put_exponent(n_digits > 1 ? end : to + 1, number.exponent);
}

/* Without zeros at the end, and without an exponent where that is not long. */
static char *put_general(char *to, struct rounded number, int n_digits)
{
    const int n_all = n_digits;
    while (n_digits > 1 && number.digits % 10 == 0) {
        number.digits /= 10;
        n_digits--;
    }
    if (number.exponent < -4 || number.exponent >= n_all)
        return put_scientific(to, number, n_digits);
    if (number.exponent < 0) {
        memcpy(to, "0.000", 5);
        return put_padded(to + 1 - number.exponent, number.digits, n_digits);
    }
    const int n_whole = number.exponent + 1;
    if (n_whole >= n_digits) {
        const int n_zeros = n_whole - n_digits;
        return put_padded(to, number.digits * powers_of_ten[n_zeros], n_whole);
    }
    char *end = put_padded(to + 1, number.digits, n_digits);
    memmove(to, to + 1, (size_t)n_whole);
    to[n_whole] = '.';
    return end;
}

static char *put_zero(char *to, const struct gpuc_number_format *format)
{
    *to++ = '0';
    if (format->style == 'g')
        return to;
    if (format->n_digits > 0) {
        *to++ = '.';
        to = put_padded(to, 0, format->n_digits);
    }
    return format->style == 'e' ? gpuc_put_exponent(to, 0) : to;
}

size_t gpuc_number_text(const struct gpuc_number_format *format, double value, char *text)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    const bool is_negative = bits >> 63 != 0;
    const int exponent = (int)(bits >> N_FRACTION_BITS & N_EXPONENT_VALUES);
    const uint64_t one = UINT64_C(1) << N_FRACTION_BITS;
    const uint64_t fraction = bits & (one - 1);
    const int n_digits = format->n_digits;
    char *end = text;

    if (exponent == N_EXPONENT_VALUES)
        return gpuc_put_special(text, is_negative, fraction != 0);
    *end = '-';
    end += is_negative;
    /* Subnormal numbers have the exponent 1 too, and no leading one. */
    const struct binary binary = exponent == 0
                                     ? (struct binary){fraction, 1 - BIAS}
                                     : (struct binary){fraction | one, exponent - BIAS};
    if (binary.c == 0)
        end = put_zero(end, format);
    else if (format->style == 'f')
        end = put_fixed(end, binary, n_digits);
    else if (format->style == 'e')
        end = put_scientific(end, round_digits(binary, n_digits + 1), n_digits + 1);
    else
        end = put_general(end, round_digits(binary, n_digits), n_digits);
    return (size_t)(end - text);
}

static void set_format(struct gpuc_number_format *format, char style, int n_digits)
{
    const size_t n_whole = style == 'f' ? INTEGER_DIGITS_MAX : 1;
    format->style = style;
    format->n_digits = style == 'g' && n_digits == 0 ? 1 : n_digits;
    format->size_max = n_whole + (size_t)n_digits + TEXT_EXTRA;
}

enum gpuc_status gpuc_number_format_read(struct gpuc_number_format *format,
                                         const char *text, struct gpuc_error *error)
{
    const char *at = text;
    int n_digits = 6;
    bool is_right = *at == '%';
    at += is_right;
    if (is_right && *at == '.') {
        n_digits = 0;
        is_right = at[1] >= '0' && at[1] <= '9';
        for (at++; *at >= '0' && *at <= '9' && n_digits <= GPUC_FORMAT_DIGITS_MAX; at++)
            n_digits = 10 * n_digits + (*at - '0');
    }
    is_right = is_right && (*at == 'e' || *at == 'f' || *at == 'g') && at[1] == '\0' &&
               n_digits <= GPUC_FORMAT_DIGITS_MAX;
    if (!is_right)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "--float-format takes %%e, %%f or %%g with up to %d digits, as "
                         "in %%.4f, not '%s'",
                         GPUC_FORMAT_DIGITS_MAX, text);
    set_format(format, *at, n_digits);
    return GPUC_OK;
}

enum gpuc_status gpuc_number_format_digits(struct gpuc_number_format *format,
                                           uint32_t n_digits, struct gpuc_error *error)
{
    if (n_digits < 1 || n_digits > GPUC_FORMAT_DIGITS_MAX)
        return gpuc_fail(error, GPUC_EUSAGE, "--precision is from 1 to %d digits, not %u",
                         GPUC_FORMAT_DIGITS_MAX, (unsigned)n_digits);
    set_format(format, 'g', (int)n_digits);
    return GPUC_OK;
}
