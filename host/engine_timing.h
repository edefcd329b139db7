/* SPDX-License-Identifier: Apache-2.0 */
/* How fast an engine is with a model: measured in a few milliseconds on made-up rows. */
#ifndef GPUC_ENGINE_TIMING_H
#define GPUC_ENGINE_TIMING_H

#include "engine.h"

/* When to be content. */
struct gpuc_timing_limits {
    size_t n_rows;  /* at once, at most */
    size_t n_bytes; /* of features or texts, at most */
    double seconds; /* after which the rows do not become more */
};

/* What a row takes one session. */
struct gpuc_timing {
    double quantise_seconds;
    double model_seconds; /* all else, or by a device's own clock: copies and kernels */
};

/*
 * Attaches a session and lets it classify more and more rows at once: values from all
 * over the forest's thresholds and categories, texts as long as usual ones. The best call
 * counts, for the first ones make what the later ones find.
 */
enum gpuc_status gpuc_engine_time(struct gpuc_engine *engine,
                                  const struct gpuc_model *model,
                                  const struct gpuc_timing_limits *limits,
                                  struct gpuc_timing *ret_timing,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
