/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From feature values to the integer codes that trees compare: src/model/forest.h says
 * what they mean. A quantiser is made once for a model, does not change afterwards and
 * serves any number of threads.
 *
 * How a rank is found
 * -------------------
 * Tables hold limits rather than thresholds: a limit counts where limit <= x. Where a
 * threshold counts for t < x, its limit is the next number above t. A monotone map sends
 * values to buckets, and the limits too, by the very same operations. Then x lies above
 * every limit of a lower bucket and below every limit of a higher one: if limit >= x, its
 * bucket is not lower than x's, and if limit <= x, not higher. So the rank of x is the
 * number of limits in lower buckets, which a table knows, plus the number of those in its
 * own bucket that count, which a binary search finds: the same number of steps for all
 * values, enough for the fullest bucket. NaN stands behind the last limit, and never
 * counts.
 *
 * The maps, both of the value as float32 (a monotone map itself):
 *   linear: (x - origin) * scale. Differences and products with a positive factor are
 *     monotone after rounding, and so is what follows: the choice between the result and
 *     the ends 0 and last_bucket, and the truncation to an integer.
 *   bits: the order of float32 numbers as integers, for limits of very different size.
 */
#ifndef GPUC_QUANTISER_H
#define GPUC_QUANTISER_H

#include "base/error.h"
#include "model/forest.h"

enum { GPUC_MAP_LINEAR, GPUC_MAP_BITS };

/* A bucket: the limits before its first, and the first limit that the search looks at. */
struct gpuc_float_bucket {
    float limit;
    uint32_t n_before;
};

struct gpuc_double_bucket {
    double limit;
    uint64_t n_before;
};

/* How to find the rank of one feature's values. */
struct gpuc_rank_search {
    uint32_t map;
    uint32_t last_bucket;
    float origin; /* linear */
    float scale;
    int32_t first_bits; /* bits: of the first and last limit, see gpuc_ordered_bits() */
    int32_t last_bits;
    uint32_t shift;   /* bucket: bits above first_bits, shifted to the right by this */
    uint32_t n_steps; /* of the binary search, at least 1 */
    /*
     * Bytes into the tables: the buckets, and the limits in the forest's number type,
     * followed by 2^n_steps times NaN.
     */
    size_t buckets;
    size_t limits;
};

struct gpuc_quantiser {
    const struct gpuc_forest *forest;
    struct gpuc_rank_search *searches; /* n_features; of those with thresholds */
    uint8_t *tables;
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
