/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The code of one instruction set: a const table of functions, one entry a model kind.
 * Each table ends the isa_<name>.c that compiles the templates for it. Nothing in such a
 * file but the table is visible outside, and nothing of it runs before
 * gpuc_cpu_supports() has said yes.
 */
#ifndef GPUC_KERNELS_H
#define GPUC_KERNELS_H

#include "cpu/cpu_features.h"
#include "cpu/forest_kernels.h"
#include "cpu/quantiser.h"
#include "engine.h"

/* For functions that are fast only where their arguments are constants. */
#define GPUC_INLINE static inline __attribute__((always_inline))

/* SHA-256 by the CPU's instructions for it, where gpuc_cpu_has_sha(). */
struct gpuc_cpu_sha256 {
    /*
     * Writes the digest of `slowness` updates of each row. `order` as for the kernels:
     * results go to the row's own place.
     */
    void (*digests)(uint32_t slowness, const struct gpuc_texts *texts,
                    const uint32_t *order, uint8_t *digests);

    /* Hashes n_blocks blocks of 64 bytes, side by side in memory, into a state. */
    void (*blocks)(uint32_t state[8], const uint8_t *bytes, size_t n_blocks);
};

struct gpuc_cpu_kernels {
    enum gpuc_cpu_isa isa;

    /* Bytes of scratch memory that one session needs, aligned to GPUC_ALIGNMENT. */
    size_t scratch_size;

    /* Faster than the SHA-256 of these kernels where gpuc_cpu_has_sha(); NULL: none. */
    const struct gpuc_cpu_sha256 *sha;

    /*
     * Classifies all rows of `texts`. `order` holds every row once, sorted by text size,
     * so that neighbours keep step in the lanes; results go to the row's own place.
     * `sha256`: what makes the digests; NULL: the kernel itself.
     */
    void (*blackbox)(const struct gpuc_blackbox *params, const struct gpuc_texts *texts,
                     const uint32_t *order, const struct gpuc_cpu_sha256 *sha256,
                     void *scratch, const struct gpuc_blackbox_results *results);

    /* From feature values to codes. */
    gpuc_quantise_function *quantise;

    /* Trees on codes. */
    const struct gpuc_cpu_forest *forest;

    /* Faster than `forest` where gpuc_cpu_has_vbmi(); NULL: none. */
    const struct gpuc_cpu_forest *forest_vbmi;
};

extern const struct gpuc_cpu_kernels gpuc_cpu_kernels_scalar;
extern const struct gpuc_cpu_kernels gpuc_cpu_kernels_sse42;
extern const struct gpuc_cpu_kernels gpuc_cpu_kernels_avx2;
extern const struct gpuc_cpu_kernels gpuc_cpu_kernels_avx512;
extern const struct gpuc_cpu_forest gpuc_cpu_forest_sse42;
extern const struct gpuc_cpu_forest gpuc_cpu_forest_avx2;
extern const struct gpuc_cpu_forest gpuc_cpu_forest_avx512;
extern const struct gpuc_cpu_forest gpuc_cpu_forest_avx512vbmi;
extern const struct gpuc_cpu_sha256 gpuc_cpu_sha256_sha;
extern const struct gpuc_cpu_sha256 gpuc_cpu_sha256_sha_avx512;

#endif
