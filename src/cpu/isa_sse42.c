/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels compiled for SSE4.2 with SSSE3. */
#if !defined(__SSE4_2__) || !defined(__SSSE3__)
#  error "compile this file with -msse4.2 -mssse3"
#endif
#ifdef __AVX__
#  error "this file must run on CPUs without AVX"
#endif

#include "cpu/simd_numbers_sse42.h"
#include "cpu/simd_sse42.h"

enum { GPUC_MT_VECTORS = 6 };

#include "cpu/blackbox_template.h"
#include "cpu/quantise_template.h"

const struct gpuc_cpu_kernels gpuc_cpu_kernels_sse42 = {
    .isa = GPUC_ISA_SSE42,
    .scratch_size = sizeof(struct blackbox_scratch),
    .sha = &gpuc_cpu_sha256_sha,
    .blackbox = blackbox,
    .quantise = quantise,
    .forest = &gpuc_cpu_forest_sse42,
};
