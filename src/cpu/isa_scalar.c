/* SPDX-License-Identifier: Apache-2.0 */
/* The reference engine: the row function of kernels/blackbox_row.h, row after row. */
#include "cpu/forest_scalar.h"
#include "cpu/kernels.h"
#include "cpu/quantise_scalar.h"
#include "kernels/blackbox_row.h"

#ifdef __SSE3__
#  error "this file must run on every x86-64"
#endif

struct blackbox_scratch {
    uint32_t mt[GPUC_MT_SIZE];
};

static void blackbox(const struct gpuc_blackbox *params, const struct gpuc_texts *texts,
                     const uint32_t *order, const struct gpuc_cpu_sha256 *sha256,
                     void *scratch, const struct gpuc_blackbox_results *results)
{
    struct blackbox_scratch *own = scratch;
    (void)order;
    (void)sha256;

    for (size_t row = 0; row < texts->n_rows; row++)
        gpuc_blackbox_row(texts->bytes.data + texts->offsets[row], texts->sizes[row],
                          params->seeding, params->slowness, own->mt, 1,
                          &results->fractions[row],
                          &results->digests[GPUC_DIGEST_SIZE * row]);
}

static const struct gpuc_cpu_forest forest = {.trees = evaluate_trees};

const struct gpuc_cpu_kernels gpuc_cpu_kernels_scalar = {
    .isa = GPUC_ISA_SCALAR,
    .scratch_size = sizeof(struct blackbox_scratch),
    .blackbox = blackbox,
    .quantise = quantise,
    .forest = &forest,
};
