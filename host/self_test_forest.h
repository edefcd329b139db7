/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the known-answer test that is about forests; see self_test.h. */
#ifndef GPUC_SELF_TEST_FOREST_H
#define GPUC_SELF_TEST_FOREST_H

#include "engine.h"

/*
 * Runs some rows through a forest of that number type on both engines: trees of 1 to 64
 * leaves, numeric and category splits, missing values, several outputs, leaf values whose
 * sum depends on the order. GPUC_EDEVICE if a leaf or one bit of a margin differs.
 */
enum gpuc_status gpuc_self_test_forest(enum gpuc_number number,
                                       struct gpuc_engine *engine,
                                       struct gpuc_engine *reference,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
