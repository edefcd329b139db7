/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "cpu/kernels.h"
#include "engine.h"
#include "host/cli/commands.h"
#include "host/cli/inspect/inspect.h"
#include "host/cli/options/arguments.h"
#include "host/cli/options/option_groups.h"
#include "host/cli/report.h"

/* What of a model is printed. */
enum view { VIEW_SUMMARY, VIEW_JSON, VIEW_TREE, VIEW_IMPORTANCE, VIEW_FEATURES };

struct inspect_options {
    const char *path;
    struct gpuc_model_options model;
    enum view view;
    uint32_t tree; /* its number, for VIEW_TREE */
    bool as_graph; /* likewise */
};

enum {
    KEY_JSON = 256,
    KEY_ITERATIONS,
    KEY_MODEL_FORMAT,
    KEY_TREE,
    KEY_DOT,
    KEY_IMPORTANCE,
    KEY_FEATURES
};

static const struct argp_option argp_options[] = {
    {NULL, 0, NULL, 0, "What is printed", GPUC_GROUP_OUTPUT},
    {"json", KEY_JSON, NULL, 0, "The summary as a JSON object", GPUC_GROUP_OUTPUT},
    {"importance", KEY_IMPORTANCE, NULL, 0,
     "Print how many splits each feature has, and the gain that training had from them "
     "where the file tells, the most important first",
     GPUC_GROUP_OUTPUT},
    {"features", KEY_FEATURES, NULL, 0, "Print the features as CSV", GPUC_GROUP_OUTPUT},
    {"tree", KEY_TREE, "N", 0,
     "Print tree number N, from 0, in place of the summary: its splits as questions, its "
     "leaves with the numbers that --output leaf gives",
     GPUC_GROUP_OUTPUT},
    {"dot", KEY_DOT, NULL, 0, "With --tree: as a graph for Graphviz's dot",
     GPUC_GROUP_OUTPUT},
    {NULL, 0, NULL, 0, "Model", GPUC_GROUP_MODEL},
    {"iterations", KEY_ITERATIONS, "A:B|all|best", 0, "As for classify",
     GPUC_GROUP_MODEL},
    {"model-format", KEY_MODEL_FORMAT, "xgboost-json|xgboost-ubjson|lightgbm", 0,
     "As for classify", GPUC_GROUP_MODEL},
    {0},
};

static void set_view(struct argp_state *state, enum view view)
{
    struct inspect_options *options = state->input;
    if (options->view != VIEW_SUMMARY && options->view != view)
        gpuc_usage_error(state,
                         "one of --json, --tree, --importance and --features at a time");
    options->view = view;
}

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    struct inspect_options *options = state->input;
    switch (key) {
    case KEY_JSON:
        set_view(state, VIEW_JSON);
        break;
    case KEY_IMPORTANCE:
        set_view(state, VIEW_IMPORTANCE);
        break;
    case KEY_FEATURES:
        set_view(state, VIEW_FEATURES);
        break;
    case KEY_TREE:
        set_view(state, VIEW_TREE);
        gpuc_read_count(state, "tree", argument, (struct gpuc_limits){0, UINT32_MAX},
                        &options->tree);
        break;
    case KEY_DOT:
        options->as_graph = true;
        break;
    case KEY_ITERATIONS:
        options->model.iterations = argument;
        break;
    case KEY_MODEL_FORMAT:
        options->model.format = argument;
        break;
    case ARGP_KEY_ARG:
        if (options->path != NULL)
            gpuc_usage_error(state, "one model at a time: '%s' comes after '%s'",
                             argument, options->path);
        options->path = argument;
        break;
    case ARGP_KEY_END:
        if (options->path == NULL)
            gpuc_usage_error(state, "no model: name a file, as in inspect model.json");
        if (options->as_graph && options->view != VIEW_TREE)
            gpuc_usage_error(state,
                             "--dot prints one tree: say which, as in --tree 0 --dot");
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

void gpuc_inspect_code_sizes(const struct gpuc_forest *forest, size_t feature, char *text,
                             size_t size)
{
    const struct gpuc_feature *image = &gpuc_forest_features(forest)[feature];
    size_t used = (size_t)snprintf(text, size, "%s", image->n_columns > 0 ? "" : "-");
    for (uint32_t c = 0; c < image->n_columns && used < size; c++)
        used += (size_t)snprintf(
            text + used, size - used, "%s%u", c > 0 ? "+" : "",
            (unsigned)gpuc_forest_columns(forest)[image->first_column + c].code_size);
}

/* Asks the fastest CPU engine how it would evaluate the trees. */
static enum gpuc_status find_evaluators(struct gpuc_inspected *inspected,
                                        struct gpuc_error *error)
{
    struct gpuc_engine *engine = NULL;
    struct gpuc_forest_plan plan = {0};
    enum gpuc_status status;
    GPUC_TRY(gpuc_engine_open("cpu", &engine, error));
    GPUC_TRY(gpuc_forest_plan_init(&plan, inspected->model->forest,
                                   engine->ops->kernels->forest->target, error));
    inspected->engine = engine->ops->name;
    inspected->n_sliced = plan.n_by_evaluator[GPUC_TREE_SLICED];
    gpuc_forest_plan_describe(&plan, inspected->evaluation, sizeof inspected->evaluation);
out:
    gpuc_forest_plan_done(&plan);
    gpuc_engine_close(engine);
    return status;
}

/* The names of built-in models need no escapes in JSON. */
static void print_black_box(const struct inspect_options *options)
{
    static const char format[] = "built in: a random number from the hash of a row";
    if (options->view == VIEW_JSON)
        printf("{\n  \"model\": \"%s\",\n  \"format\": \"%s\"\n}\n", options->path,
               format);
    else
        printf("model:       %s\nformat:      %s\n", options->path, format);
}

static enum gpuc_status print_summary(const struct inspect_options *options,
                                      const struct gpuc_model *model,
                                      struct gpuc_error *error)
{
    struct gpuc_inspected inspected = {.path = options->path, .model = model};
    enum gpuc_status status;
    GPUC_TRY(gpuc_forest_summarise(model->forest, &inspected.summary, error));
    GPUC_TRY(find_evaluators(&inspected, error));
    if (options->view != VIEW_JSON)
        gpuc_inspect_print_text(&inspected, stdout);
    else if (!gpuc_inspect_print_json(&inspected, stdout))
        status = gpuc_fail_errno(error, errno, "<stdout>: cannot write");
out:
    gpuc_forest_summary_done(&inspected.summary);
    return status;
}

static enum gpuc_status print_forest(const struct inspect_options *options,
                                     const struct gpuc_model *model,
                                     struct gpuc_error *error)
{
    switch (options->view) {
    case VIEW_SUMMARY:
    case VIEW_JSON:
        return print_summary(options, model, error);
    case VIEW_TREE:
        return gpuc_inspect_print_tree(model, options->tree, options->as_graph, stdout,
                                       error);
    case VIEW_IMPORTANCE:
        return gpuc_inspect_print_importance(model, stdout, error);
    case VIEW_FEATURES:
        return gpuc_inspect_print_features(model, stdout, error);
    }
    return GPUC_OK;
}

static enum gpuc_status inspect(const struct inspect_options *options,
                                struct gpuc_error *error)
{
    bool is_summary = options->view == VIEW_SUMMARY || options->view == VIEW_JSON;
    struct gpuc_model_options model_options = options->model;
    struct gpuc_model *model = NULL;
    enum gpuc_status status;
    model_options.with_gains = !is_summary;
    GPUC_TRY(gpuc_model_open(options->path, &model_options, &model, error));
    if (model->kind == GPUC_MODEL_FOREST)
        status = print_forest(options, model, error);
    else if (is_summary)
        print_black_box(options);
    else
        status = gpuc_fail(
            error, GPUC_EUSAGE,
            "%s is built in, and has no trees and features: inspect a model file",
            options->path);
    if (status == GPUC_OK && fflush(stdout) != 0)
        status = gpuc_fail_errno(error, errno, "<stdout>: cannot write");
out:
    gpuc_model_free(model);
    return status;
}

static const struct argp argp = {
    .options = argp_options,
    .parser = read_option,
    .args_doc = "MODEL",
    .doc = "Says what a model is: trainer, objective, trees, features, memory.\v"
           "Examples:\n"
           "  gpuclassify inspect model.json --json | jq .trees\n"
           "  gpuclassify inspect model.json --importance | head\n"
           "  gpuclassify inspect model.json --tree 0\n"
           "  gpuclassify inspect model.json --tree 0 --dot | dot -Tsvg > tree.svg\n"
           "\n"
           "Exit status: 0 done; 1 a file that cannot be read or written; 2 bad usage "
           "or a bad model."};

static int inspect_file(int argc, char **argv)
{
    struct inspect_options options = {0};
    struct gpuc_error error;
    gpuc_arguments_read(&gpuc_command_inspect, argc, argv, &options);
    return inspect(&options, &error) == GPUC_OK ? GPUC_EXIT_OK
                                                : gpuc_report_error(&error);
}

const struct gpuc_command gpuc_command_inspect = {
    .name = "inspect",
    .summary = "say what a model is: trainer, objective, trees, features, memory",
    .run = inspect_file,
    .argp = &argp,
};
