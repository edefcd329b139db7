/* SPDX-License-Identifier: Apache-2.0 */
/* Trees on codes, compiled for SSE4.2 with SSSE3. */
#if !defined(__SSE4_2__) || !defined(__SSSE3__)
#  error "compile this file with -msse4.2 -mssse3"
#endif
#ifdef __AVX__
#  error "this file must run on CPUs without AVX"
#endif

#include "cpu/forest_simd_sse42.h"
#include "cpu/kernels.h"

/* Measured: above these sizes, values fetched one by one are faster. */
static const struct gpuc_forest_target forest_target = {
    .plane_bits_max = {[GPUC_FLOAT32] = 7, [GPUC_FLOAT64] = 6},
    .plane_size_min = 16,
};

#include "cpu/forest_template.h"

const struct gpuc_cpu_forest gpuc_cpu_forest_sse42 = {
    .target = &forest_target,
    .trees = evaluate_trees,
};
