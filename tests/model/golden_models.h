/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The golden cases of models: a model file, an input table and what the trainer's library
 * said. Those of tests/golden/models always; with the folder `shared` beside the
 * project all of them.
 */
#ifndef GPUC_TEST_GOLDEN_MODELS_H
#define GPUC_TEST_GOLDEN_MODELS_H

#include "csv_table.h"
#include "model/loader.h"

struct test_golden_case {
    char name[64];
    char folder[512];
    struct test_csv_table input; /* `id`, then the features in the order of the model */
    struct test_csv_table expected;
};

/*
 * Calls `check` for every case whose name begins with `prefix`, once, in no certain
 * order. Returns how many there were; `ret_n_own`: how many of them in tests/golden.
 */
size_t test_golden_each(const char *prefix,
                        void (*check)(const struct test_golden_case *item),
                        size_t *ret_n_own);

/* A file of the case. Fails the test if there is none. */
struct test_file test_golden_file(const struct test_golden_case *item, const char *name);

/* Loads a model from memory; the message is printed and the test fails if it is none. */
struct gpuc_model test_golden_load(const struct gpuc_loader *loader, const char *name,
                                   const struct test_file *file,
                                   const struct gpuc_iterations *iterations);

/* Frees what a loader filled. */
void test_golden_model_done(struct gpuc_model *model);

/*
 * Walks all rows of the input through the image: the margins must be the expected ones
 * bit for bit (-0 is 0), and so the leaves where the case has them. `margin`: the name of
 * the column with the margins, "margin" as a rule; with several outputs "_0".. follows.
 */
void test_golden_check(const struct test_golden_case *item,
                       const struct gpuc_model *model, const char *margin);

#endif
