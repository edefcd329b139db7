/* SPDX-License-Identifier: Apache-2.0 */
#include "model/lightgbm_objective.h"

#include <math.h>

/* How many trees an iteration has. */
enum outputs {
    ONE,
    CLASSES, /* as many as the word `num_class:N` says */
    ANY
};

struct objective {
    const char *name;
    uint32_t kind;       /* enum gpuc_link_kind */
    uint32_t task;       /* enum gpuc_task */
    uint32_t label_rule; /* enum gpuc_label_rule */
    enum outputs outputs;
    bool takes_sqrt; /* the word `sqrt` makes it a GPUC_LINK_SIGNED_SQUARE */
    bool has_slope;  /* of the sigmoid: the word `sigmoid:SLOPE` */
};

#define VALUE GPUC_TASK_VALUE, GPUC_LABEL_NONE
#define BINARY GPUC_TASK_BINARY, GPUC_LABEL_VALUE_ABOVE_HALF
#define MULTICLASS GPUC_TASK_MULTICLASS, GPUC_LABEL_FIRST_MAX_VALUE

/*
 * All that LightGBM writes, with the names of early versions. A model that was trained by
 * a function of the user has no objective or one of the last four: LightGBM predicts its
 * margins.
 */
static const struct objective objectives[] = {
    {"regression", GPUC_LINK_IDENTITY, VALUE, ONE, true, false},
    {"regression_l1", GPUC_LINK_IDENTITY, VALUE, ONE, true, false},
    {"huber", GPUC_LINK_IDENTITY, VALUE, ONE, false, false},
    {"fair", GPUC_LINK_IDENTITY, VALUE, ONE, true, false},
    {"quantile", GPUC_LINK_IDENTITY, VALUE, ONE, true, false},
    {"mape", GPUC_LINK_IDENTITY, VALUE, ONE, true, false},
    {"mean_absolute_percentage_error", GPUC_LINK_IDENTITY, VALUE, ONE, true, false},
    {"poisson", GPUC_LINK_EXP, VALUE, ONE, false, false},
    {"gamma", GPUC_LINK_EXP, VALUE, ONE, false, false},
    {"tweedie", GPUC_LINK_EXP, VALUE, ONE, false, false},
    {"binary", GPUC_LINK_SIGMOID, BINARY, ONE, false, true},
    {"multiclass", GPUC_LINK_SOFTMAX, MULTICLASS, CLASSES, false, false},
    {"multiclassova", GPUC_LINK_SIGMOID, MULTICLASS, CLASSES, false, true},
    {"cross_entropy", GPUC_LINK_SIGMOID, VALUE, ONE, false, false},
    {"xentropy", GPUC_LINK_SIGMOID, VALUE, ONE, false, false},
    {"cross_entropy_lambda", GPUC_LINK_LOG1P_EXP, VALUE, ONE, false, false},
    {"xentlambda", GPUC_LINK_LOG1P_EXP, VALUE, ONE, false, false},
    {"lambdarank", GPUC_LINK_IDENTITY, VALUE, ONE, false, false},
    {"rank_xendcg", GPUC_LINK_IDENTITY, VALUE, ONE, false, false},
    {"custom", GPUC_LINK_IDENTITY, VALUE, ANY, false, false},
    {"none", GPUC_LINK_IDENTITY, VALUE, ANY, false, false},
    {"null", GPUC_LINK_IDENTITY, VALUE, ANY, false, false},
    {"na", GPUC_LINK_IDENTITY, VALUE, ANY, false, false},
};

static const struct objective *find_objective(const uint8_t *name, size_t size)
{
    for (size_t i = 0; i < sizeof objectives / sizeof objectives[0]; i++)
        if (strlen(objectives[i].name) == size &&
            memcmp(objectives[i].name, name, size) == 0)
            return &objectives[i];
    return NULL;
}

/* The words after the objective's name. */
struct words {
    bool sqrt;
    double slope;      /* 0: none */
    int64_t n_classes; /* 0: none */
};

/* Whether `word` starts with `key`; what follows becomes the fields of a line. */
static bool word_is(const struct gpuc_lightgbm_fields *fields, const uint8_t *word,
                    size_t size, const char *key, struct gpuc_lightgbm_fields *ret_value)
{
    size_t key_size = strlen(key);

    if (size < key_size || memcmp(word, key, key_size) != 0)
        return false;
    *ret_value = *fields;
    ret_value->at = word + key_size;
    ret_value->end = word + size;
    return true;
}

/* Words that are not known are skipped, as LightGBM does. */
static enum gpuc_status read_words(struct gpuc_lightgbm_fields *fields,
                                   struct words *ret_words, struct gpuc_error *error)
{
    struct gpuc_lightgbm_fields value;
    enum gpuc_status status = GPUC_OK;
    const uint8_t *word;
    size_t size;

    *ret_words = (struct words){.sqrt = false};
    while (gpuc_lightgbm_next_field(fields, &word, &size)) {
        if (size == 4 && memcmp(word, "sqrt", 4) == 0)
            ret_words->sqrt = true;
        else if (word_is(fields, word, size, "sigmoid:", &value))
            GPUC_TRY(gpuc_lightgbm_next_number(&value, &ret_words->slope, error));
        else if (word_is(fields, word, size, "num_class:", &value))
            GPUC_TRY(gpuc_lightgbm_next_integer(&value, 1, UINT32_MAX,
                                                &ret_words->n_classes, error));
    }
out:
    return status;
}

static enum gpuc_status check_words(const struct objective *objective,
                                    const struct words *words,
                                    const struct gpuc_lightgbm_header *header,
                                    const struct gpuc_lightgbm_fields *fields,
                                    struct gpuc_error *error)
{
    const uint8_t *at = header->objective.value;

    if (objective->has_slope && !(words->slope > 0 && isfinite(words->slope)))
        return gpuc_lightgbm_fail_field(fields, at, error,
                                        "there is no finite sigmoid above 0 for %s",
                                        objective->name);
    if (objective->outputs == CLASSES && words->n_classes != header->n_outputs)
        return gpuc_lightgbm_fail_field(
            fields, at, error, "num_class is %lld, num_tree_per_iteration %u",
            (long long)words->n_classes, (unsigned)header->n_outputs);
    if (objective->outputs == ONE && header->n_outputs != 1)
        return gpuc_lightgbm_fail_field(
            fields, at, error, "%s has one output, but num_tree_per_iteration is %u",
            objective->name, (unsigned)header->n_outputs);
    return GPUC_OK;
}

enum gpuc_status gpuc_lightgbm_read_objective(const struct gpuc_lightgbm_text *text,
                                              const struct gpuc_lightgbm_header *header,
                                              struct gpuc_link *ret_link,
                                              struct gpuc_error *error)
{
    static const struct objective no_objective = {
        "", GPUC_LINK_IDENTITY, VALUE, ANY, false, false};
    const struct objective *objective = &no_objective;
    struct words words = {.sqrt = false};
    enum gpuc_status status = GPUC_OK;
    const uint8_t *name;
    size_t size;

    if (header->objective.text != NULL) {
        struct gpuc_lightgbm_fields fields =
            gpuc_lightgbm_fields_of(text, &header->objective, "objective", NULL);
        gpuc_lightgbm_next_field(&fields, &name, &size);
        objective = find_objective(name, size);
        if (objective == NULL)
            return gpuc_lightgbm_fail_field(
                &fields, name, error, "'%.*s' is not supported",
                gpuc_lightgbm_quoted_size(size), (const char *)name);
        GPUC_TRY(read_words(&fields, &words, error));
        GPUC_TRY(check_words(objective, &words, header, &fields, error));
    }
    *ret_link = (struct gpuc_link){.kind = objective->kind,
                                   .task = objective->task,
                                   .label_rule = objective->label_rule,
                                   .number = GPUC_FLOAT64,
                                   .n_outputs = header->n_outputs,
                                   .has_values = 1,
                                   .slope = objective->has_slope ? words.slope : 1,
                                   .divisor = 1};
    if (words.sqrt && objective->takes_sqrt)
        ret_link->kind = GPUC_LINK_SIGNED_SQUARE;
out:
    return status;
}
