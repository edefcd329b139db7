/* SPDX-License-Identifier: Apache-2.0 */
/* Two ways of saying what a forest model is. */
#ifndef GPUC_INSPECT_H
#define GPUC_INSPECT_H

#include <stdio.h>

#include "cpu/forest_plan.h"
#include "model/model.h"
#include "model/summary.h"

struct gpuc_inspected {
    const char *path;
    const struct gpuc_model *model;
    struct gpuc_forest_summary summary;
    const char *engine;   /* the fastest CPU engine */
    char evaluation[128]; /* how that engine evaluates the trees */
    uint32_t n_sliced;    /* trees that it evaluates by bit operations; it walks others */
};

void gpuc_inspect_print_text(const struct gpuc_inspected *inspected, FILE *stream);

/* False where memory or writing failed. */
bool gpuc_inspect_print_json(const struct gpuc_inspected *inspected, FILE *stream);

/* Prints tree `number`, from 0, of those that the model uses: as indented text, or as a
 * graph in Graphviz's language. Fails with GPUC_EUSAGE if there is no such tree. */
enum gpuc_status gpuc_inspect_print_tree(const struct gpuc_model *model, uint32_t number,
                                         bool as_graph, FILE *stream,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/* Prints features with the splits and gains that they have, the most important first. */
enum gpuc_status gpuc_inspect_print_importance(const struct gpuc_model *model,
                                               FILE *stream, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Prints features in the model's order, as CSV. */
enum gpuc_status gpuc_inspect_print_features(const struct gpuc_model *model, FILE *stream,
                                             struct gpuc_error *error) GPUC_MUST_CHECK;

/* Adds the splits of each feature to its number in `n_splits`. */
void gpuc_inspect_count_splits(const struct gpuc_forest *forest, uint64_t *n_splits);

/* "number", "category", or "table" if its categories are listed. */
const char *gpuc_inspect_kind(const struct gpuc_info_feature *feature);

/* Bytes of a code of the feature in all of its columns, as "1" or "1+1"; "-": unused. */
void gpuc_inspect_code_sizes(const struct gpuc_forest *forest, size_t feature, char *text,
                             size_t size);

#endif
