/* SPDX-License-Identifier: Apache-2.0 */
/* Engines of all usable OpenCL devices of this machine, for a program's tests to share.
 */
#ifndef GPUC_TEST_ALL_DEVICES_H
#define GPUC_TEST_ALL_DEVICES_H

#include "engine.h"

enum { MAX_ENGINES = 8 };

extern struct gpuc_engine *engines[MAX_ENGINES];
extern size_t n_engines;

/* Fixtures of a group of tests: open every device and say which, close them. */
int open_engines(void **state);
int close_engines(void **state);

/* Skips the test, by its name, where there is no device. */
void skip_without_device(const char *test);

#endif
