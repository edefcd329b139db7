/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From feature values to the integer codes that trees compare: src/model/forest.h says
 * what they mean. A quantiser is made once for a model, does not change afterwards and
 * serves any number of threads.
 */
#ifndef GPUC_QUANTISER_H
#define GPUC_QUANTISER_H

#include "base/error.h"
#include "model/forest.h"

struct gpuc_quantiser {
    const struct gpuc_forest *forest;
};

/*
 * Writes the codes of all columns for all rows of `rows`, of which `codes` has as many,
 * and valid codes up to the next multiple of 64. The values there are read too.
 */
typedef void gpuc_quantise_function(const struct gpuc_quantiser *quantiser,
                                    const struct gpuc_feature_rows *rows,
                                    const struct gpuc_codes *codes);

/* The forest must outlive the quantiser. GPUC_ENOMEM; then nothing needs freeing. */
enum gpuc_status gpuc_quantiser_init(struct gpuc_quantiser *quantiser,
                                     const struct gpuc_forest *forest,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the tables; a zeroed quantiser is fine. */
void gpuc_quantiser_done(struct gpuc_quantiser *quantiser);

/* The fastest function for this CPU that GPUCLASSIFY_DISABLE leaves. */
gpuc_quantise_function *gpuc_quantise_best(void);

#endif
