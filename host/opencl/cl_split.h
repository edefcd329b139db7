/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a batch is cut into launches. A launch is bounded three times over:
 *
 * - by rows, as each needs scratch memory on the device;
 * - by the bytes of its texts, as a device limits the size of one buffer;
 * - by work, as desktops and drivers end a kernel that runs for some seconds (2 s on
 *   Windows): the bound follows the measured time of the launches before, and aims at a
 *   fraction of that.
 *
 * Work does not cut below min_rows, the rows that a device has under way at once: fewer
 * would take as long. So the slowest single row bounds how short a launch can be.
 */
#ifndef GPUC_CL_SPLIT_H
#define GPUC_CL_SPLIT_H

#include "pipeline/texts.h"

struct gpuc_cl_limits {
    size_t max_rows;        /* at least 1 */
    size_t min_rows;        /* what max_work cannot cut below */
    uint64_t max_text_size; /* bytes of the texts of one launch */
    uint64_t max_work;      /* sum of gpuc_cl_row_work() over a launch */
};

/* Work that any device does in well under 500 ms: where max_work begins. */
#define GPUC_CL_FIRST_WORK (UINT64_C(16) << 20)

/* What a row costs, in bytes put through SHA-256 or something that takes as long. */
uint64_t gpuc_cl_row_work(uint32_t text_size, uint32_t slowness);

/*
 * The end of the longest run of rows from `first` on that keeps to the limits. Always
 * past `first`, which must be a row. `ret_work` is the work of the run.
 */
size_t gpuc_cl_split(const struct gpuc_texts *texts, size_t first, uint32_t slowness,
                     const struct gpuc_cl_limits *limits, uint64_t *ret_work);

/*
 * As gpuc_cl_split(), for n_rows rows of the same work each. All runs but the last are
 * multiples of 64 rows; the limits' rows must be at least that.
 */
size_t gpuc_cl_split_even(size_t n_rows, size_t first, uint64_t row_work,
                          const struct gpuc_cl_limits *limits, uint64_t *ret_work);

/* Takes the time of a launch of `work` into account in max_work. */
void gpuc_cl_limits_learn(struct gpuc_cl_limits *limits, uint64_t work, double seconds);

#endif
