/* SPDX-License-Identifier: Apache-2.0 */
/* How far a job is, as one line of text. */
#ifndef GPUC_PROGRESS_TEXT_H
#define GPUC_PROGRESS_TEXT_H

#include "gpuclassify.h"
#include "host/engine_team.h"

/* What the line is made of. */
struct gpuc_progress_view {
    const char *name;  /* of the input */
    const char *doing; /* what the last pass does */
    struct gpuc_progress progress;
    double seconds; /* since its pass began */
    /* Of the devices that share the job. */
    struct gpuc_team_share shares[GPUC_TEAM_MEMBERS_MAX + 1];
    size_t n_shares; /* 0: there is one device, or none */
};

enum { GPUC_PROGRESS_TEXT_SIZE = 1280 };

/*
 * Writes the line, at most `n_columns` columns wide: what matters least is left out until
 * it fits. `text` has room for GPUC_PROGRESS_TEXT_SIZE bytes. Returns the columns.
 */
int gpuc_progress_text(const struct gpuc_progress_view *view, int n_columns, char *text);

#endif
