/* SPDX-License-Identifier: Apache-2.0 */
/* Trees on codes, compiled for AVX-512 with VBMI. */
#if !defined(__AVX512F__) || !defined(__AVX512BW__) || !defined(__AVX512DQ__) ||         \
    !defined(__AVX512VL__) || !defined(__AVX512VBMI__)
#  error "compile this file with -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vbmi"
#endif

#include "cpu/forest_simd_avx512vbmi.h"
#include "cpu/kernels.h"

/* Measured: above these sizes, values fetched one by one are faster. */
static const struct gpuc_forest_target forest_target = {
    .plane_bits_max = {[GPUC_FLOAT32] = 8, [GPUC_FLOAT64] = 7},
    .plane_size_min = 64,
};

#include "cpu/forest_template.h"

const struct gpuc_cpu_forest gpuc_cpu_forest_avx512vbmi = {
    .target = &forest_target,
    .trees = evaluate_trees,
};
