/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 by blocks with AVX2. */
#if !defined(__AVX2__)
#  error "compile this file with -mavx2"
#endif

#include <immintrin.h>

#include "csv/utf8_blocks.h"

struct utf8_block {
    __m256i low, high;
};

static inline struct utf8_block utf8_block_load(const uint8_t *bytes)
{
    return (struct utf8_block){
        _mm256_loadu_si256((const __m256i *)(const void *)bytes),
        _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32))};
}

static inline uint64_t two_masks(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) |
           (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

static inline uint64_t utf8_block_high(const struct utf8_block *block)
{
    return two_masks(block->low, block->high);
}

static inline uint64_t utf8_block_range(const struct utf8_block *block, int lowest,
                                        int highest)
{
    const __m256i first = _mm256_set1_epi8((char)lowest);
    const __m256i length = _mm256_set1_epi8((char)(highest - lowest));
    const __m256i low = _mm256_sub_epi8(block->low, first);
    const __m256i high = _mm256_sub_epi8(block->high, first);
    return two_masks(_mm256_cmpeq_epi8(_mm256_min_epu8(low, length), low),
                     _mm256_cmpeq_epi8(_mm256_min_epu8(high, length), high));
}

#include "csv/utf8_blocks_template.h"

size_t gpuc_utf8_blocks_avx2(const uint8_t *bytes, size_t size)
{
    return take_blocks(bytes, size);
}
