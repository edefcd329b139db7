/* SPDX-License-Identifier: Apache-2.0 */
#include "model/model.h"

#include <string.h>

#include "base/memory.h"
#include "kernels/blackbox_row.h"
#include "model/model_file.h"

static const char built_in_name[] = "blackbox";

static bool is_word(const char *text, size_t size, const char *word)
{
    return strlen(word) == size && memcmp(text, word, size) == 0;
}

/* Reads one of the comma-separated words behind "blackbox:". */
static enum gpuc_status read_parameter(const char *word, size_t size,
                                       struct gpuc_blackbox *blackbox,
                                       struct gpuc_error *error)
{
    static const char slowness[] = "slowness=";
    size_t prefix = sizeof slowness - 1;
    if (is_word(word, size, "py2")) {
        blackbox->seeding = GPUC_SEED_PY2;
        return GPUC_OK;
    }
    if (is_word(word, size, "py3")) {
        blackbox->seeding = GPUC_SEED_PY3;
        return GPUC_OK;
    }
    if (size <= prefix || memcmp(word, slowness, prefix) != 0)
        return gpuc_fail(error, GPUC_EMODEL,
                         "unknown parameter '%.*s' of blackbox: it takes py2 or py3, and "
                         "slowness=N",
                         (int)size, word);
    uint32_t value = 0;
    for (size_t i = prefix; i < size; i++) {
        if (word[i] < '0' || word[i] > '9' || value > GPUC_SLOWNESS_MAX)
            value = UINT32_MAX;
        if (value != UINT32_MAX)
            value = value * 10 + (uint32_t)(word[i] - '0');
    }
    if (value > GPUC_SLOWNESS_MAX)
        return gpuc_fail(error, GPUC_EMODEL,
                         "slowness must be a number from 0 to %d, not '%.*s'",
                         GPUC_SLOWNESS_MAX, (int)(size - prefix), word + prefix);
    blackbox->slowness = value;
    return GPUC_OK;
}

static enum gpuc_status read_blackbox(const char *parameters,
                                      struct gpuc_blackbox *blackbox,
                                      struct gpuc_error *error)
{
    *blackbox = (struct gpuc_blackbox){.seeding = GPUC_SEED_PY3, .slowness = 10};
    while (*parameters++ != '\0') { /* the ':' or ',' before a word */
        size_t size = strcspn(parameters, ",");
        enum gpuc_status status = read_parameter(parameters, size, blackbox, error);
        if (status != GPUC_OK)
            return status;
        parameters += size;
    }
    return GPUC_OK;
}

static bool is_built_in(const char *spec)
{
    return is_word(spec, strcspn(spec, ":"), built_in_name);
}

static enum gpuc_status load(const char *spec, const struct gpuc_model_options *options,
                             struct gpuc_model *model, struct gpuc_error *error)
{
    static const struct gpuc_model_options defaults = {0};
    if (options == NULL)
        options = &defaults;
    if (!is_built_in(spec))
        return gpuc_model_file_load(spec, options, model, error);
    if (options->iterations != NULL || options->format != NULL)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "--%s is for model files: leave it out with the black box",
                         options->format != NULL ? "model-format" : "iterations");
    return read_blackbox(spec + sizeof built_in_name - 1, &model->blackbox, error);
}

enum gpuc_status gpuc_model_open(const char *spec,
                                 const struct gpuc_model_options *options,
                                 struct gpuc_model **ret_model, struct gpuc_error *error)
{
    struct gpuc_model *model = gpuc_alloc(1, sizeof *model);
    if (model == NULL)
        return gpuc_fail_memory(error, sizeof *model, "the model");
    enum gpuc_status status = load(spec, options, model, error);
    if (status == GPUC_OK)
        *ret_model = model;
    else
        gpuc_model_free(model);
    return status;
}

void gpuc_model_free(struct gpuc_model *model)
{
    if (model == NULL)
        return;
    gpuc_free(model->forest);
    gpuc_model_info_done(&model->info);
    gpuc_free(model);
}
