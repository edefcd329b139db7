/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the black box with a row in each lane has to itself for each work-item: a part of
 * one buffer that the host makes. Words are 32 bits; the parts lie in this order.
 */
#ifndef GPUC_BLACKBOX_SCRATCH_H
#define GPUC_BLACKBOX_SCRATCH_H

#include "message.h"
#include "mt19937_row.h"

/* Rows that a work-item takes together, with n_lanes rows in a vector of 32-bit words. */
#define gpuc_group_rows(n_lanes) ((n_lanes) == 4 ? 32 : 64)

enum {
    GPUC_GROUP_ROWS_MAX = gpuc_group_rows(16),
    GPUC_ROW_WORDS = GPUC_MT_SIZE + 16, /* the largest key that fits the state, and 16 */
    /* The generator's state, word by word, each with all rows side by side. */
    GPUC_SCRATCH_STATE = 0,
    /* What the first pass adds to the state, laid out like it. */
    GPUC_SCRATCH_RING = GPUC_SCRATCH_STATE + GPUC_MT_SIZE * GPUC_GROUP_ROWS_MAX,
    /* The keys, row by row. */
    GPUC_SCRATCH_KEYS = GPUC_SCRATCH_RING + GPUC_ROW_WORDS * GPUC_GROUP_ROWS_MAX,
    /* The own bytes of the messages of 16 lanes. */
    GPUC_SCRATCH_SPACES = GPUC_SCRATCH_KEYS + GPUC_ROW_WORDS * GPUC_GROUP_ROWS_MAX,
    GPUC_SCRATCH_WORDS = GPUC_SCRATCH_SPACES + 16 * GPUC_MESSAGE_SPACE / 4
};

#endif
