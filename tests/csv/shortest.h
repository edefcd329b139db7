/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a text is the shortest and closest of a number. The C library is the judge: its
 * reading of texts, and the exact digits of snprintf("%.*e").
 */
#ifndef GPUC_TEST_SHORTEST_H
#define GPUC_TEST_SHORTEST_H

#include <stdint.h>

/* Reads a number of the type in question. */
typedef double test_read_back(const char *text);

/* The significant digits of a text, as an integer; *ret_n_digits is how many they are. */
uint64_t test_digits_of(const char *text, int *ret_n_digits);

/* Fails unless the text of `value`, finite and not 0, reads back, is the shortest that
 * does, and of those the closest. */
void test_check_shortest(double value, const char *text, test_read_back *read_back);

#endif
