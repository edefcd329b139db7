/* SPDX-License-Identifier: Apache-2.0 */
#include "model/xgboost_objective.h"

#include <math.h>
#include <string.h>

#include "math/exp_log.h"

#define SIGMOID GPUC_LINK_XGBOOST_SIGMOID
#define SOFTMAX GPUC_LINK_XGBOOST_SOFTMAX
#define VALUE GPUC_TASK_VALUE, GPUC_LABEL_NONE, true

/*
 * multi:softmax predicts only a label; probabilities are those that the trainer's
 * classifier class gives for it. binary:logitraw and binary:hinge have none.
 */
static const struct gpuc_xgboost_objective objectives[] = {
    {"binary:logistic", SIGMOID, GPUC_TASK_BINARY, GPUC_LABEL_VALUE_ABOVE_HALF, true,
     GPUC_BASE_LOGIT},
    {"binary:logitraw", GPUC_LINK_IDENTITY, GPUC_TASK_BINARY,
     GPUC_LABEL_MARGIN_ABOVE_ZERO, false, GPUC_BASE_MARGIN},
    {"binary:hinge", GPUC_LINK_STEP, GPUC_TASK_BINARY, GPUC_LABEL_MARGIN_ABOVE_ZERO,
     false, GPUC_BASE_MARGIN},
    {"multi:softprob", SOFTMAX, GPUC_TASK_MULTICLASS, GPUC_LABEL_FIRST_MAX_VALUE, true,
     GPUC_BASE_MARGIN},
    {"multi:softmax", SOFTMAX, GPUC_TASK_MULTICLASS, GPUC_LABEL_FIRST_MAX_MARGIN, true,
     GPUC_BASE_MARGIN},
    {"reg:logistic", SIGMOID, VALUE, GPUC_BASE_LOGIT},
    {"reg:squarederror", GPUC_LINK_IDENTITY, VALUE, GPUC_BASE_MARGIN},
    {"reg:linear", GPUC_LINK_IDENTITY, VALUE, GPUC_BASE_MARGIN},
    {"reg:squaredlogerror", GPUC_LINK_IDENTITY, VALUE, GPUC_BASE_MARGIN},
    {"reg:pseudohubererror", GPUC_LINK_IDENTITY, VALUE, GPUC_BASE_MARGIN},
    {"reg:absoluteerror", GPUC_LINK_IDENTITY, VALUE, GPUC_BASE_MARGIN},
    {"reg:quantileerror", GPUC_LINK_IDENTITY, VALUE, GPUC_BASE_MARGIN},
    {"reg:gamma", GPUC_LINK_EXP, VALUE, GPUC_BASE_LOG},
    {"reg:tweedie", GPUC_LINK_EXP, VALUE, GPUC_BASE_LOG},
    {"count:poisson", GPUC_LINK_EXP, VALUE, GPUC_BASE_LOG},
    {"rank:pairwise", GPUC_LINK_IDENTITY, VALUE, GPUC_BASE_MARGIN},
    {"rank:ndcg", GPUC_LINK_IDENTITY, VALUE, GPUC_BASE_MARGIN},
    {"rank:map", GPUC_LINK_IDENTITY, VALUE, GPUC_BASE_MARGIN},
    {"survival:aft", GPUC_LINK_EXP, VALUE, GPUC_BASE_LOG},
    {"survival:cox", GPUC_LINK_EXP, VALUE, GPUC_BASE_LOG},
};

const struct gpuc_xgboost_objective *gpuc_xgboost_objective_find(const void *name,
                                                                 size_t size)
{
    for (size_t i = 0; i < sizeof objectives / sizeof objectives[0]; i++)
        if (strlen(objectives[i].name) == size &&
            memcmp(objectives[i].name, name, size) == 0)
            return &objectives[i];
    return NULL;
}

bool gpuc_xgboost_base_margin(enum gpuc_xgboost_base base, float score, float *ret_margin)
{
    const float least = 1e-6f;
    if (!isfinite(score))
        return false;
    switch (base) {
    case GPUC_BASE_MARGIN:
        *ret_margin = score;
        return true;
    case GPUC_BASE_LOGIT:
        if (score < 0 || score > 1)
            return false;
        score = score < least ? least : score;
        score = score > 1 - least ? 1 - least : score;
        *ret_margin = -gpuc_log_f32(1 / score - 1);
        return true;
    case GPUC_BASE_LOG:
        *ret_margin = gpuc_log_f32(score);
        return score > 0;
    }
    return false;
}

struct gpuc_link gpuc_xgboost_link(const struct gpuc_xgboost_objective *objective,
                                   uint32_t n_outputs)
{
    const bool is_multilabel = objective->task == GPUC_TASK_BINARY && n_outputs > 1;
    return (struct gpuc_link){
        .kind = objective->link,
        .task = is_multilabel ? GPUC_TASK_MULTILABEL : objective->task,
        .label_rule = objective->label_rule,
        .number = GPUC_FLOAT32,
        .n_outputs = n_outputs,
        .has_values = objective->has_values,
        .slope = 1,
        .divisor = 1,
    };
}
