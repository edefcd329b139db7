/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels compiled for AVX2 with BMI2. */
#if !defined(__AVX2__) || !defined(__BMI2__)
#  error "compile this file with -mavx2 -mbmi2"
#endif

#include "cpu/simd_avx2.h"
#include "cpu/simd_numbers_avx2.h"

enum { GPUC_MT_VECTORS = 8 };

#include "cpu/blackbox_template.h"
#include "cpu/quantise_template.h"

const struct gpuc_cpu_kernels gpuc_cpu_kernels_avx2 = {
    .isa = GPUC_ISA_AVX2,
    .scratch_size = sizeof(struct blackbox_scratch),
    .sha = &gpuc_cpu_sha256_sha,
    .blackbox = blackbox,
    .quantise = quantise,
    .forest = &gpuc_cpu_forest_avx2,
};
