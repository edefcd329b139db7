/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/forest_outputs.h"

#include <stdio.h>

static const char *const output_names[GPUC_FOREST_N_OUTPUTS] = {
    [GPUC_FOREST_PRED] = "pred",   [GPUC_FOREST_LABEL] = "label",
    [GPUC_FOREST_PROBA] = "proba", [GPUC_FOREST_MARGIN] = "margin",
    [GPUC_FOREST_LEAF] = "leaf",
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
    case GPUC_FOREST_LEAF:
        return model->forest->n_trees > 0;
    case GPUC_FOREST_MARGIN:
    case GPUC_FOREST_N_OUTPUTS:
        break;
    }
    return true;
}

/* Lists the outputs that the model gives, up to `end`. */
static void list_outputs(const struct gpuc_model *model, size_t end, char *list,
                         size_t size)
{
    size_t used = 0;
    for (size_t k = 0; k < end; k++)
        if (gives(model, (enum gpuc_forest_output)k))
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
        return gpuc_fail(error, GPUC_EUSAGE, "output column '%s' is named twice",
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

enum gpuc_status gpuc_forest_outputs_read(const char *list,
                                          const struct gpuc_model *model,
                                          struct gpuc_forest_outputs *ret_outputs,
                                          struct gpuc_error *error)
{
    struct gpuc_forest_outputs outputs = {.n_items = 0};
    enum gpuc_status status = GPUC_OK;
    if (list == NULL)
        status = add_defaults(&outputs, model, error);
    for (const char *item = list; item != NULL && status == GPUC_OK;) {
        size_t size = strcspn(item, ",");
        size_t k = 0;
        while (k < GPUC_FOREST_N_OUTPUTS && (strlen(output_names[k]) != size ||
                                             memcmp(output_names[k], item, size) != 0))
            k++;
        if (k == GPUC_FOREST_N_OUTPUTS || !gives(model, (enum gpuc_forest_output)k))
            return fail_output(model, item, size, error);
        status = add_output(&outputs, (enum gpuc_forest_output)k, error);
        item = item[size] == ',' ? item + size + 1 : NULL;
    }
    if (status == GPUC_OK)
        *ret_outputs = outputs;
    return status;
}

size_t gpuc_forest_output_width(const struct gpuc_model *model,
                                enum gpuc_forest_output output)
{
    if (output == GPUC_FOREST_LEAF)
        return model->forest->n_trees;
    if (output == GPUC_FOREST_LABEL && model->link.task != GPUC_TASK_MULTILABEL)
        return 1;
    return model->forest->n_outputs;
}

enum gpuc_status gpuc_forest_outputs_names(const struct gpuc_forest_outputs *outputs,
                                           const struct gpuc_model *model,
                                           struct gpuc_text_list *names,
                                           struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < outputs->n_items; i++) {
        enum gpuc_forest_output output = outputs->items[i];
        size_t width = gpuc_forest_output_width(model, output);
        bool is_numbered = width > 1 || output == GPUC_FOREST_LEAF;
        for (size_t k = 0; k < width && status == GPUC_OK; k++) {
            char name[32];
            int size =
                is_numbered
                    ? snprintf(name, sizeof name, "%s_%zu", output_names[output], k)
                    : snprintf(name, sizeof name, "%s", output_names[output]);
            status = gpuc_text_list_append(names, name, (size_t)size, error);
        }
    }
    return status;
}
