/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model after loading: immutable. What engines compute with has no pointers, so the
 * same bytes serve every CPU kernel and can be copied to a device.
 */
#ifndef GPUC_MODEL_H
#define GPUC_MODEL_H

#include "base/error.h"
#include "model/forest.h"
#include "model/link.h"
#include "model/model_info.h"

enum gpuc_model_kind { GPUC_MODEL_BLACKBOX, GPUC_MODEL_FOREST };

/* The black box: a row's text seeds a Mersenne Twister, whose first double is the result.
 */
struct gpuc_blackbox {
    uint32_t seeding;  /* GPUC_SEED_PY2 or GPUC_SEED_PY3 of kernels/blackbox_row.h */
    uint32_t slowness; /* SHA-256 updates of a row's text, 0 to GPUC_SLOWNESS_MAX */
};

enum { GPUC_SLOWNESS_MAX = 1000000 };

struct gpuc_model {
    enum gpuc_model_kind kind;
    struct gpuc_blackbox blackbox; /* GPUC_MODEL_BLACKBOX */

    /* GPUC_MODEL_FOREST */
    struct gpuc_forest *forest; /* the model's own; gpuc_free() frees it */
    struct gpuc_link link;
    struct gpuc_model_info info;
};

#endif
