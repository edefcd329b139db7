/* SPDX-License-Identifier: Apache-2.0 */
/* The scanner of blocks for AVX-512. */
#if !defined(__AVX512BW__) || !defined(__PCLMUL__)
#  error "compile this file with -mavx512f -mavx512bw -mavx512dq -mavx512vl -mpclmul"
#endif

#include "csv/scan_avx512_block.h"
#include "csv/scan_bits.h"
#include "csv/scan_kernels.h"

static inline void scan_put_ends(uint32_t *ends, uint32_t first, uint64_t mask)
{
    scan_put_by_eights(ends, first, mask);
}

#include "csv/scan_template.h"

void gpuc_scan_avx512(const struct gpuc_dialect *dialect,
                      const struct gpuc_scan_text *text, struct gpuc_scan_state *state,
                      struct gpuc_index *index)
{
    scan(dialect, text, state, index);
}
