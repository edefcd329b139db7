/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model after loading: immutable and without pointers, so the same bytes serve every
 * CPU kernel and can be copied to a device.
 */
#ifndef GPUC_MODEL_H
#define GPUC_MODEL_H

#include "base/error.h"

enum gpuc_model_kind { GPUC_MODEL_BLACKBOX };

/* The black box: a row's text seeds a Mersenne Twister, whose first double is the result.
 */
struct gpuc_blackbox {
    uint32_t seeding;  /* GPUC_SEED_PY2 or GPUC_SEED_PY3 of kernels/blackbox_row.h */
    uint32_t slowness; /* SHA-256 updates of a row's text, 0 to GPUC_SLOWNESS_MAX */
};

enum { GPUC_SLOWNESS_MAX = 1000000 };

struct gpuc_model {
    enum gpuc_model_kind kind;
    struct gpuc_blackbox blackbox;
};

#endif
