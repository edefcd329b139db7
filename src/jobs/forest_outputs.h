/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The result columns of a forest job: what the user asked for, in the user's order, and
 * what each column is called.
 */
#ifndef GPUC_FOREST_OUTPUTS_H
#define GPUC_FOREST_OUTPUTS_H

#include "base/text_list.h"
#include "model/model.h"

enum gpuc_forest_output {
    GPUC_FOREST_PRED,   /* the linked value of regressors, rankers and the like */
    GPUC_FOREST_LABEL,  /* the class, or yes and no for each label */
    GPUC_FOREST_PROBA,  /* the linked value of classifiers */
    GPUC_FOREST_MARGIN, /* the raw score */
    GPUC_FOREST_LEAF,   /* each tree's leaf, as the model file numbers it */
    GPUC_FOREST_N_OUTPUTS
};

struct gpuc_forest_outputs {
    enum gpuc_forest_output items[GPUC_FOREST_N_OUTPUTS];
    size_t n_items;
    bool has[GPUC_FOREST_N_OUTPUTS];
};

/*
 * Reads a list as "label,proba"; NULL is the model's default: pred, or label and proba
 * where the model gives them. GPUC_EUSAGE for what the model does not give.
 */
enum gpuc_status gpuc_forest_outputs_read(const char *list,
                                          const struct gpuc_model *model,
                                          struct gpuc_forest_outputs *ret_outputs,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/* Writes the list of all outputs that the model gives but leaves, as
 * "label,proba,margin". */
void gpuc_forest_outputs_all(const struct gpuc_model *model, char *list, size_t size);

/* The columns that one output has. */
size_t gpuc_forest_output_width(const struct gpuc_model *model,
                                enum gpuc_forest_output output);

/* Appends the names of all columns, in order. */
enum gpuc_status gpuc_forest_outputs_names(const struct gpuc_forest_outputs *outputs,
                                           const struct gpuc_model *model,
                                           struct gpuc_text_list *names,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
