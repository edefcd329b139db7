/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loader of LightGBM's text files, versions 2 to 4: a header, the trees, and what
 * is left of the training. The arithmetic that belongs to them is in model/forest.h and
 * model/link.h; sums are float64.
 */
#include <inttypes.h>

#include "model/forest_builder.h"
#include "model/lightgbm_categories.h"
#include "model/lightgbm_objective.h"
#include "model/lightgbm_tail.h"
#include "model/lightgbm_tree.h"

static bool recognise(const struct gpuc_model_file *file)
{
    struct gpuc_lightgbm_text text = gpuc_lightgbm_text_of(file);
    struct gpuc_lightgbm_line line;

    /* The format's only mark is its first word. */
    return file->size > 4 && memcmp(file->bytes, "tree", 4) == 0 &&
           gpuc_lightgbm_next_line(&text, &line) && gpuc_lightgbm_line_is(&line, "tree");
}

/* Version 2 has no line for the trees' end, but the importances of the features follow.
 */
static bool ends_trees(const struct gpuc_lightgbm_line *line)
{
    return gpuc_lightgbm_line_is(line, "end of trees") ||
           gpuc_lightgbm_line_is(line, "feature importances:");
}

/* Counts the trees from where `text` stands and leaves it behind the line that ends them.
 */
static enum gpuc_status count_trees(struct gpuc_lightgbm_text *text, size_t *ret_n_trees,
                                    struct gpuc_error *error)
{
    struct gpuc_lightgbm_line line;

    *ret_n_trees = 0;
    while (gpuc_lightgbm_next_line(text, &line)) {
        if (ends_trees(&line))
            return GPUC_OK;
        *ret_n_trees += gpuc_lightgbm_key_is(&line, "Tree");
    }
    return gpuc_lightgbm_fail(text, text->end, error,
                              "the file ends before 'end of trees', after %zu trees",
                              *ret_n_trees);
}

/*
 * Checks the number of trees against the header. The sizes of the trees in bytes are not
 * used: they are wrong after a change of the line ends.
 */
static enum gpuc_status check_n_trees(const struct gpuc_lightgbm_text *text,
                                      const struct gpuc_lightgbm_header *header,
                                      size_t n_trees, struct gpuc_error *error)
{
    if (header->tree_sizes.text != NULL) {
        struct gpuc_lightgbm_fields sizes =
            gpuc_lightgbm_fields_of(text, &header->tree_sizes, "tree_sizes", NULL);
        size_t n_sizes = gpuc_lightgbm_count_fields(&sizes);
        if (n_sizes != n_trees)
            return gpuc_lightgbm_fail_field(&sizes, header->tree_sizes.value, error,
                                            "there are %zu values for %zu trees", n_sizes,
                                            n_trees);
    }
    if (n_trees == 0)
        return gpuc_fail(error, GPUC_EMODEL, "%s: the model has no trees", text->name);
    if (n_trees > INT32_MAX)
        return gpuc_fail(error, GPUC_EMODEL, "%s: the model has over 2^31 trees",
                         text->name);
    if (n_trees % header->n_outputs != 0)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: %zu trees are no whole number of iterations of %" PRIu32,
                         text->name, n_trees, header->n_outputs);
    return GPUC_OK;
}

/* The boosting that the file names, else the one that its averaging tells. */
static const char *booster(const struct gpuc_lightgbm_header *header,
                           const struct gpuc_lightgbm_tail *tail)
{
    static const char *const names[] = {"gbdt", "rf", "dart", "goss"};
    const struct gpuc_lightgbm_line *line = &tail->boosting;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (line->value_size == strlen(names[i]) &&
            memcmp(line->value, names[i], line->value_size) == 0)
            return names[i];
    return header->average_output ? "rf" : "gbdt";
}

/* Fills the info but for the trees; `text` stands behind them. */
static enum gpuc_status fill_info(struct gpuc_lightgbm_text *text,
                                  const struct gpuc_lightgbm_header *header,
                                  struct gpuc_model_info *info, struct gpuc_error *error)
{
    struct gpuc_lightgbm_tail tail;
    bool has_categories = false;
    enum gpuc_status status;

    GPUC_TRY(gpuc_info_add_text(info, header->objective.value,
                                header->objective.value_size, &info->objective, error));
    GPUC_TRY(gpuc_lightgbm_read_features(text, header, info, error));
    for (size_t i = 0; i < info->n_features; i++)
        has_categories |= info->features[i].is_category;
    GPUC_TRY(
        gpuc_lightgbm_read_tail(text, header->version, has_categories, &tail, error));
    GPUC_TRY(gpuc_lightgbm_read_categories(text, &tail, info, error));
    info->format = "LightGBM text";
    info->booster = booster(header, &tail);
    info->unseen_rule = GPUC_UNSEEN_MISSING;
    info->best_iteration = -1; /* the file ends with the best one */
out:
    return status;
}

/* Takes the first line that is not empty. */
static bool next_filled_line(struct gpuc_lightgbm_text *text,
                             struct gpuc_lightgbm_line *ret_line)
{
    while (gpuc_lightgbm_next_line(text, ret_line))
        if (ret_line->size > 0)
            return true;
    return false;
}

/* Reads the trees at which `text` stands; those of the iterations asked for stay. */
static enum gpuc_status build_trees(struct gpuc_lightgbm_text *text,
                                    struct gpuc_model_info *info,
                                    struct gpuc_forest_builder *builder,
                                    struct gpuc_error *error)
{
    uint32_t n_outputs = builder->shape.n_outputs;
    uint32_t n_trees = 0;
    struct gpuc_lightgbm_line line;
    enum gpuc_status status = GPUC_OK;

    while (next_filled_line(text, &line) && !ends_trees(&line)) {
        uint32_t iteration = n_trees / n_outputs;
        text->tree = n_trees;
        gpuc_raw_tree_reset(&builder->tree, n_trees, n_trees % n_outputs);
        GPUC_TRY(gpuc_lightgbm_read_tree(text, &line, builder->shape.n_features,
                                         &builder->tree, error));
        n_trees++;
        if (iteration < info->first_iteration || iteration >= info->end_iteration)
            continue;
        GPUC_TRY(gpuc_forest_builder_add_tree(builder, error));
        gpuc_forest_builder_add_gains(builder, info);
    }
    text->tree = GPUC_LIGHTGBM_NO_TREE;
    if (n_trees != info->n_trees)
        return gpuc_lightgbm_fail(text, line.text, error,
                                  "the %" PRIu32 " trees have lines 'Tree' inside",
                                  n_trees);
out:
    return status;
}

static enum gpuc_status build(struct gpuc_lightgbm_text *text,
                              const struct gpuc_lightgbm_header *header,
                              struct gpuc_model *model, struct gpuc_error *error)
{
    const struct gpuc_forest_shape shape = {.number = GPUC_FLOAT64,
                                            .n_features = header->n_features,
                                            .n_outputs = header->n_outputs,
                                            .leaf_size = 1,
                                            .less_equal = true,
                                            .flush_tiny = true,
                                            .truncate_first = true,
                                            .name = text->name};
    struct gpuc_forest_builder builder;
    enum gpuc_status status = gpuc_forest_builder_init(&builder, &shape, error);

    if (status != GPUC_OK)
        return status;
    GPUC_TRY(build_trees(text, &model->info, &builder, error));
    GPUC_TRY(gpuc_forest_builder_finish(&builder, &model->forest, error));
out:
    gpuc_forest_builder_done(&builder);
    return status;
}

static enum gpuc_status load(const struct gpuc_model_file *file,
                             const struct gpuc_iterations *iterations,
                             struct gpuc_model *model, struct gpuc_error *error)
{
    struct gpuc_lightgbm_text text = gpuc_lightgbm_text_of(file);
    struct gpuc_lightgbm_header header;
    struct gpuc_model_info *info = &model->info;
    enum gpuc_status status;
    size_t n_trees;

    GPUC_TRY(gpuc_lightgbm_read_header(&text, &header, error));
    struct gpuc_lightgbm_text after = text;
    GPUC_TRY(count_trees(&after, &n_trees, error));
    GPUC_TRY(check_n_trees(&text, &header, n_trees, error));
    GPUC_TRY(fill_info(&after, &header, info, error));
    info->n_trees = (uint32_t)n_trees;
    info->n_iterations = (uint32_t)n_trees / header.n_outputs;
    GPUC_TRY(gpuc_iterations_settle(iterations, file->name, info, error));
    GPUC_TRY(gpuc_lightgbm_read_objective(&text, &header, &model->link, error));
    if (header.average_output)
        model->link.divisor = info->end_iteration - info->first_iteration;
    GPUC_TRY(build(&text, &header, model, error));
out:
    return status;
}

const struct gpuc_loader gpuc_loader_lightgbm = {
    .name = "lightgbm", .summary = "LightGBM text", .recognise = recognise, .load = load};
