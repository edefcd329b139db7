/* SPDX-License-Identifier: Apache-2.0 */
/* What can be said of a forest in a few numbers. */
#ifndef GPUC_SUMMARY_H
#define GPUC_SUMMARY_H

#include "model/model.h"

struct gpuc_forest_summary {
    uint64_t n_nodes; /* inner ones */
    uint64_t n_leaves;
    uint32_t min_leaves; /* of a tree */
    uint32_t max_leaves;
    uint32_t min_depth;
    uint32_t max_depth;
    uint64_t *depth_counts;   /* trees of each depth, 0 to max_depth; the summary's own */
    uint32_t n_used_features; /* that some split or linear leaf or weight looks at */
    uint32_t n_category_splits;
    uint32_t n_linear_trees;
};

enum gpuc_status gpuc_forest_summarise(const struct gpuc_forest *forest,
                                       struct gpuc_forest_summary *ret_summary,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_forest_summary_done(struct gpuc_forest_summary *summary);

/* Words for people: "binary classification", "sigmoid". */
const char *gpuc_task_name(uint32_t task);
const char *gpuc_link_name(uint32_t kind);

#endif
