/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run of numbers in groups of as many fields as an instruction set takes at once. The
 * file that includes this has before it
 *
 *     enum { LANES };     the fields of a group
 *     read_lanes()        reads a group: its fields end at ends[0] .. ends[LANES - 1],
 *                         and before[0] .. say where the bytes before them are; returns
 *                         those that it did not read, as bits
 */
#ifndef GPUC_NUMBER_RUN_TEMPLATE_H
#define GPUC_NUMBER_RUN_TEMPLATE_H

/* The first group, and a last one of fewer fields: what lacks are empty fields at the end
 * of the last. */
static unsigned read_some(const struct gpuc_number_run *run, size_t first, double *values)
{
    uint32_t ends[LANES], before[LANES];
    for (size_t k = 0; k < LANES; k++) {
        const bool is_field = first + k < run->n_fields;
        const bool is_first = first + k == 0;
        ends[k] = run->ends[is_field ? first + k : run->n_fields - 1];
        before[k] = !is_field  ? ends[k] - 1
                    : is_first ? (uint32_t)run->begin - 1
                               : run->ends[first + k - 1];
    }
    return read_lanes(run->text, ends, before, values);
}

static uint64_t read_run(const struct gpuc_number_run *run, double *values)
{
    uint64_t others = read_some(run, 0, values);
    size_t i = LANES;
    for (; i + LANES <= run->n_fields; i += LANES) {
        const uint32_t *ends = run->ends + i;
        others |= (uint64_t)read_lanes(run->text, ends, ends - 1, values + i) << i;
    }
    if (i < run->n_fields)
        others |= (uint64_t)read_some(run, i, values + i) << i;
    const unsigned n_unused = GPUC_NUMBER_RUN_MAX - (unsigned)run->n_fields;
    return others << n_unused >> n_unused;
}

#endif
