/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/forest_outputs.h"

#include <stdio.h>

static const char *const output_names[GPUC_FOREST_N_OUTPUTS] = {
    [GPUC_FOREST_PRED] = "pred",   [GPUC_FOREST_LABEL] = "label",
    [GPUC_FOREST_PROBA] = "proba", [GPUC_FOREST_MARGIN] = "margin",
    [GPUC_FOREST_TOP] = "top",     [GPUC_FOREST_LEAF] = "leaf",
};

/* Whether the model gives an output at all. */
static bool gives(const struct gpuc_model *model, enum gpuc_forest_output output)
{
    const struct gpuc_link *link = &model->link;
    switch (output) {
    case GPUC_FOREST_PRED:
        return link->task == GPUC_TASK_VALUE;
    case GPUC_FOREST_LABEL:
        return link->label_rule != GPUC_LABEL_NONE;
    case GPUC_FOREST_PROBA:
        return link->task != GPUC_TASK_VALUE && link->has_values;
    case GPUC_FOREST_TOP:
        return link->task == GPUC_TASK_MULTICLASS && link->has_values;
    case GPUC_FOREST_LEAF:
        return model->forest->n_trees > 0;
    case GPUC_FOREST_MARGIN:
    case GPUC_FOREST_N_OUTPUTS:
        break;
    }
    return true;
}

/* Lists the outputs that the model gives, up to `end`; top classes are asked for. */
static void list_outputs(const struct gpuc_model *model, size_t end, char *list,
                         size_t size)
{
    size_t used = 0;
    for (size_t k = 0; k < end; k++)
        if (k != GPUC_FOREST_TOP && gives(model, (enum gpuc_forest_output)k))
            used += (size_t)snprintf(list + used, size - used, "%s%s",
                                     used > 0 ? "," : "", output_names[k]);
}

void gpuc_forest_outputs_all(const struct gpuc_model *model, char *list, size_t size)
{
    list_outputs(model, GPUC_FOREST_LEAF, list, size);
}

static enum gpuc_status fail_output(const struct gpuc_model *model, const char *name,
                                    size_t size, struct gpuc_error *error)
{
    char list[64];
    list_outputs(model, GPUC_FOREST_N_OUTPUTS, list, sizeof list);
    return gpuc_fail(error, GPUC_EUSAGE,
                     "unknown output column '%.*s': this model gives %s", (int)size, name,
                     list);
}

static enum gpuc_status add_output(struct gpuc_forest_outputs *outputs,
                                   enum gpuc_forest_output output,
                                   struct gpuc_error *error)
{
    if (outputs->has[output])
        return gpuc_fail(error, GPUC_EUSAGE,
                         "output column '%s' is named twice: leave one out",
                         output_names[output]);
    outputs->has[output] = true;
    outputs->items[outputs->n_items++] = output;
    return GPUC_OK;
}

static enum gpuc_status add_defaults(struct gpuc_forest_outputs *outputs,
                                     const struct gpuc_model *model,
                                     struct gpuc_error *error)
{
    static const enum gpuc_forest_output defaults[] = {
        GPUC_FOREST_PRED, GPUC_FOREST_LABEL, GPUC_FOREST_PROBA};
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0] && status == GPUC_OK; i++)
        if (gives(model, defaults[i]))
            status = add_output(outputs, defaults[i], error);
    return status;
}

/* The most probable classes: where the list has them, else behind what it has. */
static enum gpuc_status read_top(struct gpuc_forest_outputs *outputs,
                                 const struct gpuc_model *model, uint32_t n_top,
                                 struct gpuc_error *error)
{
    uint32_t n_classes = model->forest->n_outputs;
    if (n_top == 0 && outputs->has[GPUC_FOREST_TOP])
        return gpuc_fail(error, GPUC_EUSAGE,
                         "output column 'top' wants to know how many classes (--top)");
    if (n_top == 0)
        return GPUC_OK;
    if (!gives(model, GPUC_FOREST_TOP))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "--top is for models with more than two classes and a "
                         "probability for each: leave it out");
    if (n_top > n_classes)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "--top %u is more than the model's %u classes", (unsigned)n_top,
                         (unsigned)n_classes);
    outputs->n_top = n_top;
    return outputs->has[GPUC_FOREST_TOP] ? GPUC_OK
                                         : add_output(outputs, GPUC_FOREST_TOP, error);
}

static enum gpuc_status check_threshold(const struct gpuc_link *link, double threshold,
                                        struct gpuc_error *error)
{
    bool is_yes_or_no =
        link->task == GPUC_TASK_BINARY || link->task == GPUC_TASK_MULTILABEL;
    if (!is_yes_or_no || !link->has_values)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "--threshold is for models whose label is 0 or 1 by a "
                         "probability: leave it out");
    if (!(threshold >= 0 && threshold <= 1))
        return gpuc_fail(error, GPUC_EUSAGE, "--threshold is a probability, from 0 to 1");
    return GPUC_OK;
}

static enum gpuc_status read_list(struct gpuc_forest_outputs *outputs,
                                  const struct gpuc_model *model, const char *list,
                                  struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    for (const char *item = list; item != NULL && status == GPUC_OK;) {
        size_t size = strcspn(item, ",");
        size_t k = 0;
        while (k < GPUC_FOREST_N_OUTPUTS && (strlen(output_names[k]) != size ||
                                             memcmp(output_names[k], item, size) != 0))
            k++;
        if (k == GPUC_FOREST_N_OUTPUTS || !gives(model, (enum gpuc_forest_output)k))
            return fail_output(model, item, size, error);
        status = add_output(outputs, (enum gpuc_forest_output)k, error);
        item = item[size] == ',' ? item + size + 1 : NULL;
    }
    return status;
}

enum gpuc_status gpuc_forest_outputs_read(const struct gpuc_job_options *options,
                                          const struct gpuc_model *model,
                                          struct gpuc_forest_outputs *ret_outputs,
                                          struct gpuc_error *error)
{
    struct gpuc_forest_outputs outputs = {.has_threshold = options->has_threshold,
                                          .threshold = options->threshold};
    enum gpuc_status status;
    if (options->output_columns != NULL)
        GPUC_TRY(read_list(&outputs, model, options->output_columns, error));
    else if (options->n_top == 0)
        GPUC_TRY(add_defaults(&outputs, model, error));
    GPUC_TRY(read_top(&outputs, model, options->n_top, error));
    if (outputs.has_threshold)
        GPUC_TRY(check_threshold(&model->link, outputs.threshold, error));
    *ret_outputs = outputs;
out:
    return status;
}

const char *gpuc_forest_output_name(enum gpuc_forest_output output)
{
    return output_names[output];
}

size_t gpuc_forest_output_width(const struct gpuc_forest_outputs *outputs,
                                const struct gpuc_model *model,
                                enum gpuc_forest_output output)
{
    if (output == GPUC_FOREST_LEAF)
        return model->forest->n_trees;
    if (output == GPUC_FOREST_TOP)
        return 2 * (size_t)outputs->n_top;
    if (output == GPUC_FOREST_LABEL && model->link.task != GPUC_TASK_MULTILABEL)
        return 1;
    return model->forest->n_outputs;
}

size_t gpuc_forest_outputs_width(const struct gpuc_forest_outputs *outputs,
                                 const struct gpuc_model *model)
{
    size_t width = 0;
    for (size_t i = 0; i < outputs->n_items; i++)
        width += gpuc_forest_output_width(outputs, model, outputs->items[i]);
    return width;
}
