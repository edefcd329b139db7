/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The code of one instruction set: a const table of functions, one entry a model kind.
 * Each table ends the isa_<name>.c that compiles the templates for it. Nothing in such a
 * file but the table is visible outside, and nothing of it runs before
 * gpuc_cpu_supports() has said yes.
 */
#ifndef GPUC_KERNELS_H
#define GPUC_KERNELS_H

#include "engine.h"

struct gpuc_cpu_kernels {
    /* Bytes of scratch memory that one session needs, aligned to GPUC_ALIGNMENT. */
    size_t scratch_size;

    /*
     * Classifies the rows order[0] .. order[n_rows - 1] of `texts` (a permutation of all
     * rows, sorted by text size so that neighbours keep step in the lanes). Result r of
     * row order[k] goes to place order[k].
     */
    void (*blackbox)(const struct gpuc_blackbox *params, const struct gpuc_texts *texts,
                     const uint32_t *order, void *scratch,
                     const struct gpuc_blackbox_results *results);
};

extern const struct gpuc_cpu_kernels gpuc_cpu_kernels_scalar;
extern const struct gpuc_cpu_kernels gpuc_cpu_kernels_sse42;
extern const struct gpuc_cpu_kernels gpuc_cpu_kernels_avx2;
extern const struct gpuc_cpu_kernels gpuc_cpu_kernels_avx512;

#endif
