/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an XGBoost objective means for predictions: the link, the label rule and the way
 * from the base score, which the file has as the user sees it, to a margin. One table;
 * the facts are those of XGBoost 3.2.
 */
#ifndef GPUC_XGBOOST_OBJECTIVE_H
#define GPUC_XGBOOST_OBJECTIVE_H

#include "base/error.h"
#include "model/link.h"

/* The start margin for base score b, in float32. */
enum gpuc_xgboost_base {
    GPUC_BASE_MARGIN, /* b */
    GPUC_BASE_LOGIT,  /* -log(1 / b - 1), b first kept in [1e-6, 1 - 1e-6] */
    GPUC_BASE_LOG     /* log(b) */
};

struct gpuc_xgboost_objective {
    const char *name;
    enum gpuc_link_kind link;
    enum gpuc_task task;
    enum gpuc_label_rule label_rule;
    bool has_values;
    enum gpuc_xgboost_base base;
};

/* NULL: the objective is not known. */
const struct gpuc_xgboost_objective *gpuc_xgboost_objective_find(const void *name,
                                                                 size_t size);

/* The start margin for a base score; false: the objective allows no such score. */
bool gpuc_xgboost_base_margin(enum gpuc_xgboost_base base, float score,
                              float *ret_margin);

/* The link of a model with that many outputs. */
struct gpuc_link gpuc_xgboost_link(const struct gpuc_xgboost_objective *objective,
                                   uint32_t n_outputs);

#endif
