/* SPDX-License-Identifier: Apache-2.0 */
/* What texts of numbers are put together of. */
#ifndef GPUC_DIGITS_TEXT_H
#define GPUC_DIGITS_TEXT_H

#include <stdbool.h>

#include "csv/digit_words.h"

/* Eight digits of a number below 10^8, as text, the first in the lowest byte. */
static inline uint64_t gpuc_eight_digits(uint64_t number)
{
    /* Halves, then quarters, then digits, all lanes at once. The products are the
     * reciprocals of 10^4, 100 and 10, exact for what a lane can hold. */
    const uint64_t upper = number * 109951163 >> 40;
    const uint64_t halves = upper | (number - upper * 10000) << 32;
    const uint64_t hundreds = (halves * 10486 >> 20) & UINT64_C(0x0000007f0000007f);
    const uint64_t pairs = hundreds | (halves - hundreds * 100) << 16;
    const uint64_t tens = (pairs * 103 >> 10) & UINT64_C(0x000f000f000f000f);
    return (tens | (pairs - tens * 10) << 8) + GPUC_ASCII_ZEROS;
}

/* Writes eight digits. */
static inline void gpuc_store_digits(char *text, uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    memcpy(text, &word, sizeof word);
}

/* "e-05": sign, and two digits at least. */
static inline char *gpuc_put_exponent(char *end, int exponent)
{
    *end++ = 'e';
    *end++ = exponent < 0 ? '-' : '+';
    const int size = exponent < 0 ? -exponent : exponent;
    if (size >= 100)
        *end++ = (char)('0' + size / 100);
    *end++ = (char)('0' + size / 10 % 10);
    *end++ = (char)('0' + size % 10);
    return end;
}

/* What is no number; returns the size of its text. */
static inline size_t gpuc_put_special(char *text, bool is_negative, bool is_nan)
{
    const char *word = is_nan ? "nan" : is_negative ? "-inf" : "inf";
    const size_t size = strlen(word);
    memcpy(text, word, size);
    return size;
}

#endif
