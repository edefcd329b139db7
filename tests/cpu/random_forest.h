/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random forests of a given shape, and what they answer: found from the trees as they
 * were handed to the builder and from the feature values, without codes or images. The
 * rows hit thresholds exactly, and missing and special values often.
 */
#ifndef GPUC_TEST_RANDOM_FOREST_H
#define GPUC_TEST_RANDOM_FOREST_H

#include "model/forest_builder.h"
#include "support/random.h"

/* How a subtree's leaves divide between its children. */
enum test_tree_shape { TEST_EVEN, TEST_RANDOM, TEST_CHAIN, TEST_MIXED };

struct test_forest_shape {
    struct gpuc_forest_shape forest;
    uint64_t seed;
    size_t n_trees;
    size_t n_leaves; /* of the largest tree */
    bool same_size;  /* every tree has n_leaves leaves; else 1 to n_leaves */
    enum test_tree_shape tree_shape;
    size_t n_thresholds; /* of a numeric feature, at most */
    /* Every third feature splits by this many categories; 0: none does. Every fifth has
     * 40 times as many thresholds or categories. */
    size_t n_categories;
    bool linear_leaves;
    bool special_values; /* leaves: -0, denormals, huge values */
};

struct test_forest {
    struct test_forest_shape shape;
    struct gpuc_raw_tree *trees; /* as they went to the builder */
    double *start_margins;
    struct gpuc_forest *image;
};

/* Fails the test if anything is refused. */
struct test_forest *test_forest_new(const struct test_forest_shape *shape);
void test_forest_free(struct test_forest *forest);

/* Values for the rows of all features, in the forest's type; gpuc_free() frees them. */
void *test_forest_values(const struct test_forest *forest, size_t n_rows, size_t stride);

/* The margins and leaves that rows should have, in the layout that engines use. */
void test_forest_answer(const struct test_forest *forest,
                        const struct gpuc_feature_rows *rows,
                        const struct gpuc_forest_results *results);

#endif
