/* SPDX-License-Identifier: Apache-2.0 */
/* The result columns of a forest job: what the user asked for, in the user's order. */
#ifndef GPUC_FOREST_OUTPUTS_H
#define GPUC_FOREST_OUTPUTS_H

#include "model/model.h"

enum gpuc_forest_output {
    GPUC_FOREST_PRED,   /* the linked value of regressors, rankers and the like */
    GPUC_FOREST_LABEL,  /* the class, or yes and no for each label */
    GPUC_FOREST_PROBA,  /* the linked value of classifiers */
    GPUC_FOREST_MARGIN, /* the raw score */
    GPUC_FOREST_TOP,    /* the most probable classes, each with its probability */
    GPUC_FOREST_LEAF,   /* each tree's leaf, as the model file numbers it */
    GPUC_FOREST_N_OUTPUTS
};

struct gpuc_forest_outputs {
    enum gpuc_forest_output items[GPUC_FOREST_N_OUTPUTS];
    size_t n_items;
    bool has[GPUC_FOREST_N_OUTPUTS]; /* is made: is an item, or a filter looks at it */
    uint32_t n_top;                  /* most probable classes; 0: not wanted */
    bool has_threshold;
    double threshold; /* of labels, in place of the model's rule */
};

/*
 * Reads what the job's options say of results; NULL as a list is the model's default:
 * pred, or the most probable classes where they are wanted, or label and proba where the
 * model gives them. GPUC_EUSAGE for what the model does not give.
 */
enum gpuc_status gpuc_forest_outputs_read(const struct gpuc_job_options *options,
                                          const struct gpuc_model *model,
                                          struct gpuc_forest_outputs *ret_outputs,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/* Writes the list of all outputs that the model gives but top classes and leaves, as
 * "label,proba,margin". */
void gpuc_forest_outputs_all(const struct gpuc_model *model, char *list, size_t size);

/* What an output is called in lists and headers. */
const char *gpuc_forest_output_name(enum gpuc_forest_output output);

/* The columns that one output has. */
size_t gpuc_forest_output_width(const struct gpuc_forest_outputs *outputs,
                                const struct gpuc_model *model,
                                enum gpuc_forest_output output);

/* The columns of all outputs. */
size_t gpuc_forest_outputs_width(const struct gpuc_forest_outputs *outputs,
                                 const struct gpuc_model *model);

#endif
