/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What MPFR says: exp, log, log1p and arithmetic rounded to nearest even into float or
 * double, with denormal and infinite results. Not thread-safe: sets MPFR's exponent
 * range.
 */
#ifndef GPUC_TESTS_REFERENCE_H
#define GPUC_TESTS_REFERENCE_H

enum function { FUNCTION_EXP, FUNCTION_LOG, FUNCTION_LOG1P };

float reference_f32(enum function function, float x);
double reference_f64(enum function function, double x);

/* a + b, a - b, a * b or a / b, rounded likewise. */
float reference_step_f32(float a, char operation, float b);
double reference_step_f64(double a, char operation, double b);

/*
 * How far the true value lies from the nearest middle of two neighbouring doubles, in
 * units in the last place of a normal result: from 0 to 1/2.
 */
double distance_from_middle(enum function function, double x);

#endif
