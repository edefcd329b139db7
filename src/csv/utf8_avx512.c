/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 by blocks with AVX-512. */
#if !defined(__AVX512BW__)
#  error "compile this file with -mavx512f -mavx512bw"
#endif

#include <immintrin.h>

#include "csv/utf8_blocks.h"

struct utf8_block {
    __m512i bytes;
};

static inline struct utf8_block utf8_block_load(const uint8_t *bytes)
{
    return (struct utf8_block){_mm512_loadu_si512(bytes)};
}

static inline uint64_t utf8_block_high(const struct utf8_block *block)
{
    return _mm512_movepi8_mask(block->bytes);
}

static inline uint64_t utf8_block_range(const struct utf8_block *block, int lowest,
                                        int highest)
{
    const __m512i distance =
        _mm512_sub_epi8(block->bytes, _mm512_set1_epi8((char)lowest));
    return _mm512_cmple_epu8_mask(distance, _mm512_set1_epi8((char)(highest - lowest)));
}

#include "csv/utf8_blocks_template.h"

size_t gpuc_utf8_blocks_avx512(const uint8_t *bytes, size_t size)
{
    return take_blocks(bytes, size);
}
