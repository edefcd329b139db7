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

/*
 * As gpuc_number_read(), of a text with at least GPUC_NUMBER_PADDING readable bytes
 * before it and one behind it.
 */
static inline bool gpuc_number_read_padded(const uint8_t *text, size_t size,
                                           double *ret_value)
{
#ifdef __SSE2__
    /* What is loaded so many bytes behind the start has so many ones at its end. */
    static const uint8_t highest_bytes[2 * GPUC_PLAIN_SIZE] = {
        [16] = 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff,        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const bool is_negative = text[0] == '-';
    const size_t n_chars = size - is_negative;
    struct gpuc_plain_number number;
    if (n_chars - 1 < GPUC_PLAIN_SIZE) {
        const __m128i chars = _mm_loadu_si128(
            (const __m128i *)(const void *)(text + size - GPUC_PLAIN_SIZE));
        const __m128i used =
            _mm_loadu_si128((const __m128i *)(const void *)(highest_bytes + n_chars));
        const __m128i values =
            _mm_and_si128(_mm_xor_si128(chars, _mm_set1_epi8('0')), used);
        if (gpuc_plain_number_of_values(values, &number) &&
            !(n_chars == 1 && text[size - 1] == '.')) {
            *ret_value = gpuc_plain_double(number, is_negative);
            return true;
        }
    }
    return gpuc_number_read_other(text, size, ret_value);
#else
    return gpuc_number_read(text, size, ret_value);
#endif
}

#endif
