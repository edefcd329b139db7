/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/number_run.h"

#include <math.h>

#include "csv/number_padded.h"
#include "disabled.h"

static uint64_t read_portable(const struct gpuc_number_run *run, double *values)
{
    size_t begin = run->begin;
    uint64_t others = 0;
    for (size_t i = 0; i < run->n_fields; i++) {
        size_t end = run->ends[i];
        bool is_read =
            gpuc_number_read_padded(run->text + begin, end - begin, &values[i]) &&
            !isnan(values[i]);
        others |= (uint64_t)!is_read << i;
        begin = end + 1;
    }
    return others;
}

static bool can_use_portable(void)
{
    return true;
}

#ifdef GPUC_HAVE_SIMD

static bool can_use_avx2(void)
{
    return gpuc_isa_usable(GPUC_ISA_AVX2, "avx2");
}

static bool can_use_avx512(void)
{
    return gpuc_isa_usable(GPUC_ISA_AVX512, "avx512");
}

#endif

static const struct gpuc_number_run_reader readers[] = {
#ifdef GPUC_HAVE_SIMD
    {.name = "avx512", .read = gpuc_number_run_avx512, .usable = can_use_avx512},
    {.name = "avx2", .read = gpuc_number_run_avx2, .usable = can_use_avx2},
#endif
    {.name = "portable", .read = read_portable, .usable = can_use_portable},
};

const struct gpuc_number_run_reader *gpuc_number_run_reader_at(size_t i)
{
    return i < sizeof readers / sizeof *readers ? &readers[i] : NULL;
}

gpuc_number_run_read *gpuc_number_run_best(void)
{
    const struct gpuc_number_run_reader *reader = readers;
    while (!reader->usable())
        reader++;
    return reader->read;
}
