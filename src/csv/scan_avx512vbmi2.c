/* SPDX-License-Identifier: Apache-2.0 */
/* The scanner of blocks for AVX-512 with VBMI2. */
#if !defined(__AVX512VBMI2__) || !defined(__AVX512BW__) || !defined(__PCLMUL__)
#  error                                                                                 \
      "compile this file with -mavx512bw -mavx512vbmi2 -mpclmul and those of scan_avx512.c"
#endif

#include "csv/scan_avx512_block.h"
#include "csv/scan_kernels.h"

static const uint8_t numbers[64] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12,
                                    13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
                                    26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38,
                                    39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
                                    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};

static inline void put_sixteen(uint32_t *ends, uint32_t first, __m128i found)
{
    _mm512_storeu_si512(ends, _mm512_add_epi32(_mm512_cvtepu8_epi32(found),
                                               _mm512_set1_epi32((int)first)));
}

/* The numbers of all bytes that end a field side by side, then sixteen at a time to
 * positions. */
static inline void scan_put_ends(uint32_t *ends, uint32_t first, uint64_t mask)
{
    const int count = __builtin_popcountll(mask);
    const __m512i found = _mm512_maskz_compress_epi8(mask, _mm512_loadu_si512(numbers));
    put_sixteen(ends, first, _mm512_castsi512_si128(found));
    if (count > 16) {
        put_sixteen(ends + 16, first, _mm512_extracti32x4_epi32(found, 1));
        put_sixteen(ends + 32, first, _mm512_extracti32x4_epi32(found, 2));
        put_sixteen(ends + 48, first, _mm512_extracti32x4_epi32(found, 3));
    }
}

#include "csv/scan_template.h"

void gpuc_scan_avx512vbmi2(const struct gpuc_dialect *dialect,
                           const struct gpuc_scan_text *text,
                           struct gpuc_scan_state *state, struct gpuc_index *index)
{
    scan(dialect, text, state, index);
}
