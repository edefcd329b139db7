/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels compiled for AVX-512. */
#if !defined(__AVX512F__) || !defined(__AVX512BW__) || !defined(__AVX512DQ__) ||         \
    !defined(__AVX512VL__)
#  error "compile this file with -mavx512f -mavx512bw -mavx512dq -mavx512vl"
#endif

#include "cpu/simd_avx512.h"
#include "cpu/simd_numbers_avx512.h"

enum { GPUC_MT_VECTORS = 4 };

#include "cpu/blackbox_template.h"
#include "cpu/quantise_template.h"

const struct gpuc_cpu_kernels gpuc_cpu_kernels_avx512 = {
    .isa = GPUC_ISA_AVX512,
    .scratch_size = sizeof(struct blackbox_scratch),
    .sha = &gpuc_cpu_sha256_sha_avx512,
    .blackbox = blackbox,
    .quantise = quantise,
    .forest = &gpuc_cpu_forest_avx512,
    .forest_vbmi = &gpuc_cpu_forest_avx512vbmi,
};
