/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bins that scores are counted in. They are the same for every job, so that counts
 * depend on neither the order of the rows nor on how they are cut into batches.
 *
 * Probabilities: 50 bins, the one of x is floor(50 x) in float64; 1 is in the last.
 *
 * All other scores: by sign, binary exponent and the first four bits of the fraction, so
 * an edge is at most a sixteenth beyond the one before it. There is one bin for
 * everything below 2^-24, and one on either side from 2^40 on.
 */
#ifndef GPUC_SCORE_BINS_H
#define GPUC_SCORE_BINS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    GPUC_PROBABILITY_BINS = 50,
    /* A power of two has so many bins. */
    GPUC_OCTAVE_BINS = 16,
    GPUC_LOWEST_OCTAVE = -24,
    GPUC_HIGHEST_OCTAVE = 40,
    GPUC_SIDE_BINS = (GPUC_HIGHEST_OCTAVE - GPUC_LOWEST_OCTAVE) * GPUC_OCTAVE_BINS + 1,
    GPUC_NUMBER_BINS = 2 * GPUC_SIDE_BINS + 1
};

/* The bin of a probability: a number from 0 to 1. */
static inline size_t gpuc_probability_bin(double value)
{
    size_t bin = (size_t)(value * GPUC_PROBABILITY_BINS);
    return bin < GPUC_PROBABILITY_BINS ? bin : GPUC_PROBABILITY_BINS - 1;
}

/* The bin of any number but NaN. */
static inline size_t gpuc_number_bin(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    /* The exponent and the fraction's first bits make an integer that grows with |x|. */
    const int64_t first = (INT64_C(1023) + GPUC_LOWEST_OCTAVE) * GPUC_OCTAVE_BINS;
    int64_t place = (int64_t)(bits >> 48 & 0x7fff) - first;
    place = place < -1 ? -1 : place;
    place = place < GPUC_SIDE_BINS ? place : GPUC_SIDE_BINS - 1;
    int64_t side = place + 1;
    return (size_t)(GPUC_SIDE_BINS + (bits >> 63 ? -side : side));
}

/* The edges of a bin. */
void gpuc_probability_bin_edges(size_t bin, double *ret_low, double *ret_high);
void gpuc_number_bin_edges(size_t bin, double *ret_low, double *ret_high);

#endif
