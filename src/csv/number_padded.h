/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpuc_number_read() for loops over the fields of a buffer with room around its text:
 * inline for plain numbers (see plain_number.h), without a branch that depends on how
 * many characters or decimals they have.
 */
#ifndef GPUC_NUMBER_PADDED_H
#define GPUC_NUMBER_PADDED_H

#include "csv/nearest_double.h"
#include "csv/number.h"
#include "csv/plain_number.h"

/* Bytes before every text that must be readable; what they are does not count. */
enum { GPUC_NUMBER_PADDING = 16 };

#ifdef __SSE2__

/* The last `n_chars` characters before `end`, 1 to 16, as values; zeros before the first.
 * Reads the 16 bytes before `end`. */
static inline __m128i gpuc_padded_values(const uint8_t *end, size_t n_chars)
{
    /* What is loaded so many bytes behind the start has so many bytes of ones at its end.
     */
    static const uint8_t highest_bytes[2 * GPUC_PLAIN_SIZE] = {
        [16] = 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff,        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const __m128i chars =
        _mm_loadu_si128((const __m128i *)(const void *)(end - GPUC_PLAIN_SIZE));
    const __m128i used =
        _mm_loadu_si128((const __m128i *)(const void *)(highest_bytes + n_chars));
    return _mm_and_si128(_mm_xor_si128(chars, _mm_set1_epi8('0')), used);
}

/* The last `n_chars` characters before `end`, 1 to 16. False: no plain number. */
static inline bool gpuc_plain_number_padded(const uint8_t *end, size_t n_chars,
                                            struct gpuc_plain_number *ret_number)
{
    return gpuc_plain_number_of_values(gpuc_padded_values(end, n_chars), ret_number) &&
           !(n_chars == 1 && end[-1] == '.');
}

/* As gpuc_number_read_padded(), faster where the text is no plain number. */
bool gpuc_number_read_padded_other(const uint8_t *text, size_t size, double *ret_value);

#endif

/*
 * As gpuc_number_read(), of a text with at least GPUC_NUMBER_PADDING readable bytes
 * before it and one behind it.
 */
static inline bool gpuc_number_read_padded(const uint8_t *text, size_t size,
                                           double *ret_value)
{
#ifdef __SSE2__
    const bool is_negative = text[0] == '-';
    const size_t n_chars = size - is_negative;
    struct gpuc_plain_number number;
    if (n_chars - 1 < GPUC_PLAIN_SIZE &&
        gpuc_plain_number_padded(text + size, n_chars, &number)) {
        *ret_value = gpuc_plain_double(number, is_negative);
        return true;
    }
    return gpuc_number_read_padded_other(text, size, ret_value);
#else
    return gpuc_number_read(text, size, ret_value);
#endif
}

#endif
