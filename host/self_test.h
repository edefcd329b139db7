/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The known-answer test that every engine passes before it works: some texts for both
 * seedings, with and without load, against values of CPython and against the scalar
 * engine, then small forests against the scalar engine. Compilers and drivers that get a
 * kernel wrong are found here, not in the output.
 */
#ifndef GPUC_SELF_TEST_H
#define GPUC_SELF_TEST_H

#include "engine.h"

/*
 * GPUC_EDEVICE with "self-test failed: ..." if any row differs; other failures of the
 * engine as they are. `model`: the only one that the engine is for, so that no kernel
 * need be compiled for other kinds and number types; NULL: it is for any.
 */
enum gpuc_status gpuc_self_test(struct gpuc_engine *engine,
                                const struct gpuc_model *model, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
