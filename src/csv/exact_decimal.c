/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/exact_decimal.h"

#include "base/uint128.h"

enum {
    /* A point half-way between two doubles has at most 768 digits. What follows these
     * digits of a decimal can only tell whether it lies above what they say. */
    MAX_DIGITS = 800,
    CHUNK_DIGITS = 19, /* 10^19 < 2^64 */
    CHUNK_FIVES = 27,  /* 5^27 < 2^64 */
    /* The largest integers are 801 digits, 2661 bits; and 54 bits times 5^1146, 2715
     * bits. Two of about the same size are compared, so shifts add few bits. */
    MAX_LIMBS = 64
};

/* A natural number. The lowest limb is first; the last is not 0. */
struct big {
    uint64_t limbs[MAX_LIMBS];
    size_t n_limbs;
};

/* number * factor + term */
static void multiply_add(struct big *number, uint64_t factor, uint64_t term)
{
    uint64_t carry = term;
    for (size_t i = 0; i < number->n_limbs; i++) {
        const gpuc_uint128 product = (gpuc_uint128)number->limbs[i] * factor + carry;
        number->limbs[i] = (uint64_t)product;
        carry = (uint64_t)(product >> 64);
    }
    if (carry != 0)
        number->limbs[number->n_limbs++] = carry;
}

static uint64_t small_power(uint64_t base, int exponent)
{
    uint64_t power = 1;
    for (int i = 0; i < exponent; i++)
        power *= base;
    return power;
}

static void multiply_by_power_of_5(struct big *number, int exponent)
{
    const uint64_t chunk = small_power(5, CHUNK_FIVES);
    for (; exponent >= CHUNK_FIVES; exponent -= CHUNK_FIVES)
        multiply_add(number, chunk, 0);
    multiply_add(number, small_power(5, exponent), 0);
}

static void shift_left(struct big *number, int n_bits)
{
    const size_t n_zeros = (size_t)n_bits / 64;
    multiply_add(number, UINT64_C(1) << n_bits % 64, 0);
    for (size_t i = number->n_limbs; i-- > 0;)
        number->limbs[i + n_zeros] = number->limbs[i];
    for (size_t i = 0; i < n_zeros; i++)
        number->limbs[i] = 0;
    number->n_limbs += n_zeros;
}

static int compare(const struct big *a, const struct big *b)
{
    if (a->n_limbs != b->n_limbs)
        return a->n_limbs > b->n_limbs ? 1 : -1;
    for (size_t i = a->n_limbs; i-- > 0;)
        if (a->limbs[i] != b->limbs[i])
            return a->limbs[i] > b->limbs[i] ? 1 : -1;
    return 0;
}

/*
 * The digits as an integer, from the first that is not 0, at most MAX_DIGITS of them. If
 * one of the others is not 0, a 1 behind them stands for all of those. Returns the power
 * of ten of the integer's last digit.
 */
static int64_t read_digits(struct big *number, struct gpuc_digits digits)
{
    const uint8_t *const end = digits.text + digits.size;
    const uint8_t *at = digits.text;
    int64_t exponent = digits.exponent;
    bool is_inexact = false;

    number->n_limbs = 0;
    while (at < end && (*at == '0' || *at == '.'))
        at++;
    for (int n_left = MAX_DIGITS; at < end && n_left > 0;) {
        uint64_t chunk = 0;
        int n_chunk = 0;
        for (; at < end && n_chunk < CHUNK_DIGITS && n_chunk < n_left; at++) {
            if (*at == '.')
                continue;
            chunk = chunk * 10 + (*at - '0');
            n_chunk++;
        }
        multiply_add(number, small_power(10, n_chunk), chunk);
        n_left -= n_chunk;
    }
    for (; at < end; at++) {
        exponent += *at != '.';
        is_inexact |= *at != '.' && *at != '0';
    }
    if (!is_inexact)
        return exponent;
    multiply_add(number, 10, 1);
    return exponent - 1;
}

int gpuc_compare_with_half(struct gpuc_digits decimal, uint64_t significand, int exponent)
{
    struct big left;
    struct big right = {.limbs = {2 * significand + 1}, .n_limbs = 1};
    /* left * 10^power against right * 2^(exponent - 1). The fives go to the side where
     * their power is positive, and so do the twos. */
    const int power = (int)read_digits(&left, decimal);
    const int twos = power - (exponent - 1);
    multiply_by_power_of_5(power >= 0 ? &left : &right, power >= 0 ? power : -power);
    shift_left(twos >= 0 ? &left : &right, twos >= 0 ? twos : -twos);
    return compare(&left, &right);
}
