/* SPDX-License-Identifier: Apache-2.0 */
#include "model/link.h"

#include <stdbool.h>
#include <string.h>

#include "math/exp_log.h"

enum { ROWS_PER_BLOCK = 256 };

struct shape {
    size_t n_outputs;
    size_t n_rows;
    size_t stride;
};

#define REAL float
#define EXP gpuc_exp_f32
#define NAMED(name) name##_f32
#include "model/link_template.h"
#undef REAL
#undef EXP
#undef NAMED

#define REAL double
#define EXP gpuc_exp_f64
#define NAMED(name) name##_f64
#include "model/link_template.h"
#undef REAL
#undef EXP
#undef NAMED

static void xgboost_sigmoid(const float *in, float *out, size_t n)
{
    for (size_t r = 0; r < n; r++) {
        /* This way round, NaN stays NaN. 1e-16 is lost in the sum, in every case. */
        const float minus = 88.7F < -in[r] ? 88.7F : -in[r];
        out[r] = 1.0F / ((gpuc_exp_f32(minus) + 1.0F) + 1e-16F);
    }
}

static void sigmoid(const double *in, double *out, size_t n, double slope)
{
    for (size_t r = 0; r < n; r++)
        out[r] = 1.0 / (1.0 + gpuc_exp_f64(-slope * in[r]));
}

static void log1p_exp(const double *in, double *out, size_t n)
{
    for (size_t r = 0; r < n; r++)
        out[r] = gpuc_log1p_f64(gpuc_exp_f64(in[r]));
}

static void signed_square(const double *in, double *out, size_t n)
{
    for (size_t r = 0; r < n; r++) {
        const double sign = (double)((in[r] > 0) - (in[r] < 0));
        out[r] = sign * in[r] * in[r];
    }
}

static void link_column_f32(enum gpuc_link_kind kind, const float *in, float *out,
                            size_t n)
{
    if (kind == GPUC_LINK_EXP)
        exp_column_f32(in, out, n);
    else if (kind == GPUC_LINK_STEP)
        step_column_f32(in, out, n);
    else if (kind == GPUC_LINK_XGBOOST_SIGMOID)
        xgboost_sigmoid(in, out, n);
    else if (out != in) /* GPUC_LINK_IDENTITY */
        memcpy(out, in, n * sizeof *in);
}

static void link_column_f64(const struct gpuc_link *link, const double *in, double *out,
                            size_t n)
{
    if (link->kind == GPUC_LINK_EXP)
        exp_column_f64(in, out, n);
    else if (link->kind == GPUC_LINK_STEP)
        step_column_f64(in, out, n);
    else if (link->kind == GPUC_LINK_SIGMOID)
        sigmoid(in, out, n, link->slope);
    else if (link->kind == GPUC_LINK_LOG1P_EXP)
        log1p_exp(in, out, n);
    else if (link->kind == GPUC_LINK_SIGNED_SQUARE)
        signed_square(in, out, n);
    else if (out != in) /* GPUC_LINK_IDENTITY */
        memcpy(out, in, n * sizeof *in);
}

static void values_f32(const struct gpuc_link *link, const float *in, float *out,
                       const struct shape *shape)
{
    if (link->divisor != 1) {
        for (size_t k = 0; k < shape->n_outputs; k++)
            divide_f32(in + k * shape->stride, out + k * shape->stride, shape->n_rows,
                       (float)link->divisor);
        in = out;
    }
    if (link->kind == GPUC_LINK_XGBOOST_SOFTMAX) {
        softmax_f32(in, out, shape);
        return;
    }
    for (size_t k = 0; k < shape->n_outputs; k++)
        link_column_f32((enum gpuc_link_kind)link->kind, in + k * shape->stride,
                        out + k * shape->stride, shape->n_rows);
}

static void values_f64(const struct gpuc_link *link, const double *in, double *out,
                       const struct shape *shape)
{
    if (link->divisor != 1) {
        for (size_t k = 0; k < shape->n_outputs; k++)
            divide_f64(in + k * shape->stride, out + k * shape->stride, shape->n_rows,
                       link->divisor);
        in = out;
    }
    if (link->kind == GPUC_LINK_SOFTMAX) {
        softmax_f64(in, out, shape);
        return;
    }
    for (size_t k = 0; k < shape->n_outputs; k++)
        link_column_f64(link, in + k * shape->stride, out + k * shape->stride,
                        shape->n_rows);
}

/* Labels from margins or values, whatever the rule compares. */
static void set_labels(const struct gpuc_link *link, const void *numbers,
                       uint32_t *labels, const struct shape *shape)
{
    const bool is_first_max = link->label_rule == GPUC_LABEL_FIRST_MAX_MARGIN ||
                              link->label_rule == GPUC_LABEL_FIRST_MAX_VALUE;
    const double threshold = link->label_rule == GPUC_LABEL_VALUE_ABOVE_HALF ? 0.5 : 0;
    if (link->number == GPUC_FLOAT32 && is_first_max)
        label_first_max_f32(numbers, labels, shape);
    else if (link->number == GPUC_FLOAT32)
        label_above_f32(numbers, labels, shape, (float)threshold);
    else if (is_first_max)
        label_first_max_f64(numbers, labels, shape);
    else
        label_above_f64(numbers, labels, shape, threshold);
}

/* Labels by the caller's threshold. */
static void set_labels_at_least(const struct gpuc_link *link,
                                const struct gpuc_link_rows *rows,
                                const struct shape *shape)
{
    if (link->number == GPUC_FLOAT32)
        label_at_least_f32(rows->values, rows->labels, shape, (float)*rows->threshold);
    else
        label_at_least_f64(rows->values, rows->labels, shape, *rows->threshold);
}

void gpuc_link_apply(const struct gpuc_link *link, const struct gpuc_link_rows *rows)
{
    const struct shape shape = {link->n_outputs, rows->n_rows, rows->stride};
    const bool has_labels = rows->labels != NULL && link->label_rule != GPUC_LABEL_NONE;
    const bool are_of_margins = link->label_rule == GPUC_LABEL_MARGIN_ABOVE_ZERO ||
                                link->label_rule == GPUC_LABEL_FIRST_MAX_MARGIN;
    /* First, because the values may overwrite the margins. */
    if (has_labels && are_of_margins && rows->threshold == NULL)
        set_labels(link, rows->margins, rows->labels, &shape);
    if (link->has_values) {
        if (link->number == GPUC_FLOAT32)
            values_f32(link, rows->margins, rows->values, &shape);
        else
            values_f64(link, rows->margins, rows->values, &shape);
    }
    if (has_labels && rows->threshold != NULL)
        set_labels_at_least(link, rows, &shape);
    else if (has_labels && !are_of_margins)
        set_labels(link, rows->values, rows->labels, &shape);
    if (rows->n_top > 0 && link->number == GPUC_FLOAT32)
        top_classes_f32(link->n_outputs, rows);
    else if (rows->n_top > 0)
        top_classes_f64(link->n_outputs, rows);
}
