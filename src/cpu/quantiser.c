/* SPDX-License-Identifier: Apache-2.0 */
#include "cpu/quantiser.h"

#include "cpu/kernels.h"
#include "disabled.h"

enum gpuc_status gpuc_quantiser_init(struct gpuc_quantiser *quantiser,
                                     const struct gpuc_forest *forest,
                                     struct gpuc_error *error)
{
    (void)error;
    *quantiser = (struct gpuc_quantiser){.forest = forest};
    return GPUC_OK;
}

void gpuc_quantiser_done(struct gpuc_quantiser *quantiser)
{
    *quantiser = (struct gpuc_quantiser){0};
}

gpuc_quantise_function *gpuc_quantise_best(void)
{
#ifdef GPUC_HAVE_SIMD
    static const struct {
        const char *name;
        const struct gpuc_cpu_kernels *kernels;
    } choices[] = {
        {"avx512", &gpuc_cpu_kernels_avx512},
        {"avx2", &gpuc_cpu_kernels_avx2},
        {"sse42", &gpuc_cpu_kernels_sse42},
    };
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        char reason[64];
        if (!gpuc_disabled(choices[i].name) &&
            gpuc_cpu_supports(choices[i].kernels->isa, reason, sizeof reason))
            return choices[i].kernels->quantise;
    }
#endif
    return gpuc_cpu_kernels_scalar.quantise;
}
