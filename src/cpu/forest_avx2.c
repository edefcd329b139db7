/* SPDX-License-Identifier: Apache-2.0 */
/* Trees on codes, compiled for AVX2 with BMI2. */
#if !defined(__AVX2__) || !defined(__BMI2__)
#  error "compile this file with -mavx2 -mbmi2"
#endif

#include "cpu/forest_simd_avx2.h"
#include "cpu/kernels.h"

/* Measured: above these sizes, values fetched one by one are faster. */
static const struct gpuc_forest_target forest_target = {
    .plane_bits_max = {[GPUC_FLOAT32] = 7, [GPUC_FLOAT64] = 6},
    .plane_size_min = 16,
};

#include "cpu/forest_template.h"

const struct gpuc_cpu_forest gpuc_cpu_forest_avx2 = {
    .target = &forest_target,
    .trees = evaluate_trees,
};
