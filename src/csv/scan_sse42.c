/* SPDX-License-Identifier: Apache-2.0 */
/* The scanner of blocks for SSE4.2. */
#if !defined(__SSE4_2__) || !defined(__POPCNT__)
#  error "compile this file with -msse4.2"
#endif

#include "csv/block.h"
#include "csv/scan_bits.h"
#include "csv/scan_kernels.h"

#define scan_block gpuc_block

static inline struct scan_block scan_block_load(const uint8_t *bytes)
{
    return gpuc_block_load(bytes);
}

static inline struct scan_block scan_block_or(const struct scan_block *a,
                                              const struct scan_block *b)
{
    struct scan_block both;
    for (int i = 0; i < 4; i++)
        both.quarters[i] = _mm_or_si128(a->quarters[i], b->quarters[i]);
    return both;
}

static inline uint64_t scan_block_high(const struct scan_block *block)
{
    return gpuc_block_high(block);
}

static inline uint64_t scan_block_equal(const struct scan_block *block, uint8_t byte)
{
    return gpuc_block_equal(block, byte);
}

/* Without a carry-less multiply, which not every CPU with SSE4.2 has. */
static inline uint64_t scan_prefix_xor(uint64_t mask)
{
    return scan_parities(mask);
}

static inline void scan_put_ends(uint32_t *ends, uint32_t first, uint64_t mask)
{
    scan_put_by_eights(ends, first, mask);
}

#include "csv/scan_template.h"

void gpuc_scan_sse42(const struct gpuc_dialect *dialect,
                     const struct gpuc_scan_text *text, struct gpuc_scan_state *state,
                     struct gpuc_index *index)
{
    scan(dialect, text, state, index);
}
