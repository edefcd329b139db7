/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exp(x), log(x) (natural) and log1p(x) = log(1 + x), correctly rounded: the result is
 * the number of the type that is nearest to the true value, ties to even, for every
 * input, with denormal results. So it depends on no C library and is the same on every
 * machine.
 *
 *     exp(-inf) = 0, exp(inf) = inf, log(0) = -inf, log(inf) = inf, log1p(-1) = -inf,
 *     log1p(-0) = -0; log below 0, log1p below -1 and any function of NaN is a quiet
 *     NaN, always with the same bits.
 *
 * Integers from the first reduction on, or doubles whose rounding errors are bounded, and
 * a test whether the bound decides the rounding (Ziv); where it does not, accurate.h.
 * Needs round to nearest, the default rounding mode. Any thread; never sets errno. The
 * floating-point exceptions that they raise mean nothing.
 */
#ifndef GPUC_EXP_LOG_H
#define GPUC_EXP_LOG_H

float gpuc_exp_f32(float x);
float gpuc_log_f32(float x);

double gpuc_exp_f64(double x);
double gpuc_log_f64(double x);
double gpuc_log1p_f64(double x);

#endif
