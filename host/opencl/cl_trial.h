/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Made-up rows for a forest and what the scalar engine says of them: to see whether a
 * device evaluates the forest rightly, and how fast. Compilers of drivers have made wrong
 * code of right kernels, and right code for one forest says little about another.
 *
 * Rows go the way of any others, through a session of the engine.
 */
#ifndef GPUC_CL_TRIAL_H
#define GPUC_CL_TRIAL_H

#include "engine.h"

struct gpuc_cl_trial {
    struct gpuc_model model; /* of the forest */
    struct gpuc_feature_rows features;
    void *values;                        /* those of the features */
    struct gpuc_forest_results expected; /* leaves: NULL where they would take too much */
    struct gpuc_forest_results found;
    bool is_for_time;
};

/*
 * Makes rows for a forest: some, with what is expected of them; or, for time, many.
 * `row_work`: splits and leaves that a row may meet, which bound the number of rows.
 * Whatever the result, gpuc_cl_trial_done() is due.
 */
enum gpuc_status gpuc_cl_trial_init(struct gpuc_cl_trial *trial,
                                    const struct gpuc_forest *forest, uint64_t row_work,
                                    bool is_for_time, struct gpuc_error *error)
    GPUC_MUST_CHECK;
void gpuc_cl_trial_done(struct gpuc_cl_trial *trial);

/* Fails with GPUC_EDEVICE if the engine's results differ from what is expected. */
enum gpuc_status gpuc_cl_trial_check(const struct gpuc_cl_trial *trial,
                                     struct gpuc_engine *engine, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* The seconds that the rows took in the kernel: the best of a few times. */
enum gpuc_status gpuc_cl_trial_time(const struct gpuc_cl_trial *trial,
                                    struct gpuc_engine *engine, double *ret_seconds,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
