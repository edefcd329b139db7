/* SPDX-License-Identifier: Apache-2.0 */
/* 64 bytes of text in one register of AVX-512, for scan_template.h. */
#ifndef GPUC_SCAN_AVX512_BLOCK_H
#define GPUC_SCAN_AVX512_BLOCK_H

#include <immintrin.h>
#include <stdint.h>

struct scan_block {
    __m512i bytes;
};

static inline struct scan_block scan_block_load(const uint8_t *bytes)
{
    return (struct scan_block){_mm512_loadu_si512(bytes)};
}

static inline struct scan_block scan_block_or(const struct scan_block *a,
                                              const struct scan_block *b)
{
    return (struct scan_block){_mm512_or_si512(a->bytes, b->bytes)};
}

static inline uint64_t scan_block_high(const struct scan_block *block)
{
    return _mm512_movepi8_mask(block->bytes);
}

static inline uint64_t scan_block_equal(const struct scan_block *block, uint8_t byte)
{
    uint64_t mask = _mm512_cmpeq_epi8_mask(block->bytes, _mm512_set1_epi8((char)byte));
    /* Else gcc does the sums of masks in the few mask registers, which takes far longer.
     */
    __asm__("" : "+r"(mask));
    return mask;
}

static inline uint64_t scan_prefix_xor(uint64_t mask)
{
    const __m128i product =
        _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)mask), _mm_set1_epi8(-1), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

#endif
