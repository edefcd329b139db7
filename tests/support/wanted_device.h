/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device that a test's command line names. It may belong to a platform that is there
 * for this run alone: environment variables of OpenCL's loader and drivers say which are.
 */
#ifndef GPUC_TEST_WANTED_DEVICE_H
#define GPUC_TEST_WANTED_DEVICE_H

#include <stdbool.h>

#include "gpuclassify.h"

enum { TEST_SKIPPED = 77 };

/* Takes the only argument, if there is one. False: the device cannot be used; this has
 * printed its name and why. */
bool test_want_device(int argc, char **argv);

/* The device's name; NULL: none is named. */
const char *test_wanted_name(void);

/* Opens it; the test fails if it cannot. */
struct gpuc_engine *test_wanted_engine(void);

#endif
