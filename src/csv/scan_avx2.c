/* SPDX-License-Identifier: Apache-2.0 */
/* The scanner of blocks for AVX2. */
#if !defined(__AVX2__) || !defined(__BMI__) || !defined(__PCLMUL__)
#  error "compile this file with -mavx2 -mbmi -mbmi2 -mpclmul"
#endif

#include <immintrin.h>

#include "csv/scan_bits.h"
#include "csv/scan_kernels.h"

struct scan_block {
    __m256i low, high;
};

static inline struct scan_block scan_block_load(const uint8_t *bytes)
{
    return (struct scan_block){
        _mm256_loadu_si256((const __m256i *)(const void *)bytes),
        _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32))};
}

static inline struct scan_block scan_block_or(const struct scan_block *a,
                                              const struct scan_block *b)
{
    return (struct scan_block){_mm256_or_si256(a->low, b->low),
                               _mm256_or_si256(a->high, b->high)};
}

static inline uint64_t scan_block_high(const struct scan_block *block)
{
    return (uint32_t)_mm256_movemask_epi8(block->low) |
           (uint64_t)(uint32_t)_mm256_movemask_epi8(block->high) << 32;
}

static inline uint64_t scan_block_equal(const struct scan_block *block, uint8_t byte)
{
    const __m256i wanted = _mm256_set1_epi8((char)byte);
    const struct scan_block equal = {_mm256_cmpeq_epi8(block->low, wanted),
                                     _mm256_cmpeq_epi8(block->high, wanted)};
    return scan_block_high(&equal);
}

static inline uint64_t scan_prefix_xor(uint64_t mask)
{
    const __m128i product =
        _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)mask), _mm_set1_epi8(-1), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

static inline void scan_put_ends(uint32_t *ends, uint32_t first, uint64_t mask)
{
    scan_put_by_eights(ends, first, mask);
}

#include "csv/scan_template.h"

void gpuc_scan_avx2(const struct gpuc_dialect *dialect, const struct gpuc_scan_text *text,
                    struct gpuc_scan_state *state, struct gpuc_index *index)
{
    scan(dialect, text, state, index);
}
