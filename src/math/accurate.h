/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exp and log to more than 180 bits, for the arguments whose rounding the fast way cannot
 * decide. The closest that exp or log of a double comes to the middle of two doubles is
 * 2^-118 of it (Lefevre and Muller, "Worst cases for correct rounding of the elementary
 * functions in double precision"), so this always decides. Microseconds a call.
 */
#ifndef GPUC_ACCURATE_H
#define GPUC_ACCURATE_H

#include "math/fixed.h"
#include "math/wide.h"

/* exp(x) for 2^-60 < |x| < 1000. */
struct gpuc_wide gpuc_accurate_exp(double x);

/*
 * |log(m * 2^exponent)| for 2^-60 < m < 4, where `estimate` is the logarithm to at least
 * 50 bits and not 0.
 */
struct gpuc_wide gpuc_accurate_log(const struct gpuc_fixed *m, int exponent,
                                   double estimate);

#endif
