/* SPDX-License-Identifier: Apache-2.0 */
/* What VBMI adds to forest_simd_avx512.h: tables of 64 and 128 bytes in one look-up. */
#ifndef GPUC_FOREST_SIMD_VBMI_H
#define GPUC_FOREST_SIMD_VBMI_H

#include "cpu/forest_simd_avx512.h"

#define GPUC_HAVE_LOOK_UP

/* The bytes at the codes of n_bits, a constant; planes have 64 bytes at least. */
static inline vec look_up(const uint8_t *plane, vec codes, unsigned n_bits)
{
    if (n_bits <= 6)
        return _mm512_permutexvar_epi8(codes, vec_load(plane));
    vec low = _mm512_permutex2var_epi8(vec_load(plane), codes, vec_load(plane + 64));
    if (n_bits == 7)
        return low;
    vec high =
        _mm512_permutex2var_epi8(vec_load(plane + 128), codes, vec_load(plane + 192));
    return vec_choose8(codes, high, low);
}

#endif
