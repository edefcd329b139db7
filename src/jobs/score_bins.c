/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/score_bins.h"

#include <math.h>

void gpuc_probability_bin_edges(size_t bin, double *ret_low, double *ret_high)
{
    *ret_low = (double)bin / GPUC_PROBABILITY_BINS;
    *ret_high = (double)(bin + 1) / GPUC_PROBABILITY_BINS;
}

/* Where bin `place` of a side begins, from 0. */
static double edge(size_t place)
{
    double fraction = 1 + (double)(place % GPUC_OCTAVE_BINS) / GPUC_OCTAVE_BINS;
    return ldexp(fraction, GPUC_LOWEST_OCTAVE + (int)(place / GPUC_OCTAVE_BINS));
}

void gpuc_number_bin_edges(size_t bin, double *ret_low, double *ret_high)
{
    const size_t middle = GPUC_SIDE_BINS;
    size_t side = bin < middle ? middle - bin : bin - middle;
    double low = side > 0 ? edge(side - 1) : -edge(0);
    double high = side < GPUC_SIDE_BINS ? edge(side) : (double)INFINITY;
    *ret_low = bin < middle ? -high : low;
    *ret_high = bin < middle ? -low : high;
}
