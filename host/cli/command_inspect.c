/* SPDX-License-Identifier: Apache-2.0 */
#include <argp.h>
#include <errno.h>
#include <string.h>

#include "cpu/kernels.h"
#include "engine.h"
#include "host/cli/commands.h"
#include "host/cli/inspect.h"
#include "host/cli/option_groups.h"
#include "host/cli/report.h"

struct inspect_options {
    const char *path;
    struct gpuc_model_options model;
    bool as_json;
    bool has_tree; /* one tree is wanted, */
    uint32_t tree; /* this one, */
    bool as_graph; /* as a graph */
};

enum { KEY_JSON = 256, KEY_ITERATIONS, KEY_MODEL_FORMAT, KEY_TREE, KEY_DOT };

static const struct argp_option argp_options[] = {
    {"json", KEY_JSON, NULL, 0, "As a JSON object", 0},
    {"tree", KEY_TREE, "N", 0,
     "Print tree number N, from 0, in place of the summary: its splits as questions, its "
     "leaves with the numbers that --output leaf gives",
     0},
    {"dot", KEY_DOT, NULL, 0, "With --tree: as a graph for Graphviz's dot", 0},
    {"iterations", KEY_ITERATIONS, "A:B", 0, "As for classify", 0},
    {"model-format", KEY_MODEL_FORMAT, "NAME", 0, "As for classify", 0},
    {0},
};

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    struct inspect_options *options = state->input;
    switch (key) {
    case KEY_JSON:
        options->as_json = true;
        break;
    case KEY_TREE:
        options->has_tree = true;
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
            argp_error(state, "one model at a time: '%s' comes after '%s'", argument,
                       options->path);
        options->path = argument;
        break;
    case ARGP_KEY_END:
        if (options->path == NULL)
            argp_error(state, "no model: name a file, as in inspect model.json");
        if (options->as_graph && !options->has_tree)
            argp_error(state, "--dot prints one tree: say which, as in --tree 0 --dot");
        if (options->as_json && options->has_tree)
            argp_error(state, "--json is for the summary, not for a tree");
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
    if (options->as_json)
        printf("{\n  \"model\": \"%s\",\n  \"format\": \"%s\"\n}\n", options->path,
               format);
    else
        printf("model:       %s\nformat:      %s\n", options->path, format);
}

static enum gpuc_status inspect(const struct inspect_options *options,
                                struct gpuc_error *error)
{
    struct gpuc_inspected inspected = {.path = options->path};
    struct gpuc_model *model = NULL;
    bool good = true;
    enum gpuc_status status;
    GPUC_TRY(gpuc_model_open(options->path, &options->model, &model, error));
    inspected.model = model;
    if (options->has_tree && model->kind != GPUC_MODEL_FOREST) {
        status = gpuc_fail(error, GPUC_EUSAGE, "%s has no trees", options->path);
        goto out;
    }
    if (options->has_tree) {
        GPUC_TRY(gpuc_inspect_print_tree(model, options->tree, options->as_graph, stdout,
                                         error));
    } else if (model->kind == GPUC_MODEL_BLACKBOX) {
        print_black_box(options);
    } else {
        GPUC_TRY(gpuc_forest_summarise(model->forest, &inspected.summary, error));
        GPUC_TRY(find_evaluators(&inspected, error));
        if (options->as_json)
            good = gpuc_inspect_print_json(&inspected, stdout);
        else
            gpuc_inspect_print_text(&inspected, stdout);
    }
    if (!good || fflush(stdout) != 0)
        status = gpuc_fail_errno(error, errno, "<stdout>: cannot write");
out:
    gpuc_forest_summary_done(&inspected.summary);
    gpuc_model_free(model);
    return status;
}

int gpuc_command_inspect(int argc, char **argv)
{
    static char name[] = "gpuclassify inspect";
    static const struct argp argp = {
        .options = argp_options,
        .parser = read_option,
        .args_doc = "MODEL",
        .doc = "Says what a model is: trainer, objective, trees, features, memory.\v"
               "Example:\n"
               "  gpuclassify inspect model.json --json | jq .trees\n"
               "  gpuclassify inspect model.json --tree 0\n"
               "  gpuclassify inspect model.json --tree 0 --dot | dot -Tsvg > tree.svg"};
    struct inspect_options options = {0};
    struct gpuc_error error;
    argp_err_exit_status = GPUC_EXIT_USAGE;
    argv[0] = name;
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    return inspect(&options, &error) == GPUC_OK ? GPUC_EXIT_OK
                                                : gpuc_report_error(&error);
}
