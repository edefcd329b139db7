/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From margins (raw scores) to what the trainer's library predicts: probabilities,
 * labels, expected values. One implementation for every engine, in the trainer's number
 * type, with the trainer's formula and correctly rounded exp and log, so that every
 * engine gives the same bits.
 */
#ifndef GPUC_LINK_H
#define GPUC_LINK_H

#include "model/number.h"

/*
 * The formulas; x is a margin after division by the divisor. Every operation is one
 * rounded step in the link's type.
 */
enum gpuc_link_kind {
    /* float32 or float64 */
    GPUC_LINK_IDENTITY,
    GPUC_LINK_EXP,  /* exp(x) */
    GPUC_LINK_STEP, /* 1 where x > 0, else 0 */
    /* float32 only: the formulas of XGBoost */
    GPUC_LINK_XGBOOST_SIGMOID, /* 1 / ((exp(min(-x, 88.7)) + 1) + 1e-16) */
    GPUC_LINK_XGBOOST_SOFTMAX, /* as below, the sum of the exponentials in float64 */
    /* float64 only: the formulas of LightGBM */
    GPUC_LINK_SIGMOID,      /* 1 / (1 + exp(-slope * x)) */
    GPUC_LINK_SOFTMAX,      /* minus maximum, exp, sum in class order, divide */
    GPUC_LINK_LOG1P_EXP,    /* log1p(exp(x)), two rounded steps */
    GPUC_LINK_SIGNED_SQUARE /* (sign(x) * x) * x */
};

/* What the linked values mean, which decides the output columns. */
enum gpuc_task {
    GPUC_TASK_BINARY,     /* one output: the probability of class 1 */
    GPUC_TASK_MULTICLASS, /* one output a class; the label is the first maximum */
    GPUC_TASK_MULTILABEL, /* one output a label, each yes or no */
    GPUC_TASK_VALUE       /* regressors, rankers and all others: `pred` */
};

/*
 * Where a label comes from. Margins can be NaN (linear models); a comparison with NaN is
 * false, as in the trainers, so a NaN is never above anything: a label that compares with
 * a number is 0, and a first maximum is 0 where class 0 is NaN and else ignores NaN.
 */
enum gpuc_label_rule {
    GPUC_LABEL_NONE,             /* GPUC_TASK_VALUE */
    GPUC_LABEL_VALUE_ABOVE_HALF, /* linked value > 0.5 */
    GPUC_LABEL_MARGIN_ABOVE_ZERO,
    GPUC_LABEL_FIRST_MAX_VALUE, /* of the linked values */
    GPUC_LABEL_FIRST_MAX_MARGIN
};

struct gpuc_link {
    uint32_t kind;       /* enum gpuc_link_kind */
    uint32_t task;       /* enum gpuc_task */
    uint32_t label_rule; /* enum gpuc_label_rule */
    uint32_t number;     /* enum gpuc_number: of margins and values */
    uint32_t n_outputs;
    uint32_t has_values; /* 0: the library gives no probability, only margins and labels;
                            the label then comes from the margins */
    double slope;        /* of GPUC_LINK_SIGMOID, > 0 */
    double divisor; /* margins are divided by it before the formula; 1: they are not */
};

/*
 * A block of numbers, column-major: output k of row r is element k * stride + r, float32
 * or float64 as the link says.
 */
struct gpuc_link_rows {
    const void *margins;
    void *values;     /* out; same shape; may be the margins' own memory. Not touched, and
                         may be NULL, where the link has no values */
    uint32_t *labels; /* out; NULL: not wanted. One a row, or one an output and row for
                         GPUC_TASK_MULTILABEL, at k * stride + r */
    /* Of labels: yes is a linked value that is at least this, rounded to the link's type.
     * NULL: the link's own rule. */
    const double *threshold;
    /* out; the n_top classes with the largest values, the largest first, NaN last, of
     * equal ones the first; and these values. Columns of the same stride; 0: none */
    size_t n_top;
    uint32_t *top_classes;
    void *top_values; /* of the link's type */
    size_t stride;
    size_t n_rows;
};

/*
 * Computes the linked values and labels of the rows. The link is one that a loader made:
 * its kind has its type, and the label rule goes with the task; the caller may set
 * another rule that does. Top classes are for links with values, of GPUC_TASK_MULTICLASS.
 * Any thread.
 */
void gpuc_link_apply(const struct gpuc_link *link, const struct gpuc_link_rows *rows);

#endif
