/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast an engine predicts with a forest: from parsed columns in memory to margins,
 * the making of codes included. No figure is printed unless the margins are those of the
 * scalar engine on the same rows. The last line is for programs:
 *
 *     krows_per_s=1234.5 checksum=0123456789abcdef
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/cpu_features.h"
#include "forest_run.h"

enum { ROWS_DEFAULT = 1000000, BATCH_ROWS_DEFAULT = 4096 };

/* Keys of options without a letter. */
enum { KEY_BATCH_ROWS = 256, KEY_CSV, KEY_MARGINS, KEY_MISSING };

struct options {
    const char *model;
    const char *device;
    const char *margins; /* file for the margins; NULL: none */
    struct forest_rows_options rows;
    struct forest_run_options run;
};

static uint32_t read_count(struct argp_state *state, const char *name, const char *text)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || number == 0 ||
        number > 1000000000)
        argp_error(state, "--%s takes a number from 1 to 1000000000, not '%s'", name,
                   text);
    return (uint32_t)number;
}

static double read_real(struct argp_state *state, const char *name, const char *text,
                        double limit)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end != '\0' || !(number >= 0 && number <= limit))
        argp_error(state, "--%s takes a number from 0 to %g, not '%s'", name, limit,
                   text);
    return number;
}

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 'm':
        options->model = argument;
        return 0;
    case 'd':
        options->device = argument;
        return 0;
    case 't':
        options->run.n_workers = read_count(state, "threads", argument);
        return 0;
    case 'n':
        options->rows.n_rows = read_count(state, "rows", argument);
        return 0;
    case 's':
        options->run.seconds = read_real(state, "seconds", argument, 3600);
        return 0;
    case KEY_BATCH_ROWS:
        options->rows.batch_rows = read_count(state, "batch-rows", argument);
        return 0;
    case KEY_CSV:
        options->rows.csv = argument;
        return 0;
    case KEY_MARGINS:
        options->margins = argument;
        return 0;
    case KEY_MISSING:
        options->rows.missing_share = read_real(state, "missing", argument, 1);
        return 0;
    case ARGP_KEY_END:
        if (options->model == NULL)
            argp_error(state, "--model is missing");
        if (options->rows.n_rows == 0 && options->rows.csv == NULL)
            options->rows.n_rows = ROWS_DEFAULT;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Fails unless the scalar engine gives the margins of this checksum; overwrites them. */
static enum gpuc_status check_margins(const struct gpuc_model *model,
                                      struct forest_rows *rows, uint32_t n_workers,
                                      uint64_t checksum, struct gpuc_error *error)
{
    struct gpuc_engine *engine = NULL;
    struct forest_timing timing;
    enum gpuc_status status = GPUC_OK;

    GPUC_TRY(gpuc_engine_open("scalar", &engine, error));
    forest_rows_spoil(rows, model->forest);
    GPUC_TRY(forest_run(engine, model, rows,
                        &(struct forest_run_options){.n_workers = n_workers}, &timing,
                        error));
    uint64_t expected = forest_rows_checksum(rows, model->forest);
    if (expected != checksum)
        GPUC_TRY(gpuc_fail(error, GPUC_EDEVICE,
                           "checksum %016" PRIx64 ", but scalar's is %016" PRIx64,
                           checksum, expected));
out:
    gpuc_engine_close(engine);
    return status;
}

static void print_figures(const struct gpuc_forest *forest, const char *device,
                          const struct options *options, const struct forest_rows *rows,
                          const struct forest_timing *timing)
{
    double n_rows = (double)rows->n_rows;
    double n_trees = forest->n_trees > 0 ? forest->n_trees : 1;
    char cpu[64];
    gpuc_cpu_name(cpu, sizeof cpu);
    printf("CPU %s; engine %s, %" PRIu32 " threads\n", cpu, device,
           options->run.n_workers);
    printf("%zu rows of %" PRIu32 " features in %zu batches; %" PRIu32
           " trees, depth %" PRIu32 ", %" PRIu32 " leaves, %" PRIu32 " outputs\n",
           rows->n_rows, forest->n_features, rows->n_batches, forest->n_trees,
           forest->max_depth, forest->n_leaves, forest->n_outputs);
    printf("best of %zu passes %.4f s, %.3f ns a row and tree; median %.4f s, "
           "%.1f krows/s\n",
           timing->n_passes, timing->best, 1e9 * timing->best / n_rows / n_trees,
           timing->median, 1e-3 * n_rows / timing->median);
}

static enum gpuc_status bench(struct options *options, struct gpuc_error *error)
{
    struct gpuc_model *model = NULL;
    struct gpuc_engine *engine = NULL;
    struct forest_rows rows = {0};
    struct forest_timing timing = {0};
    enum gpuc_status status = GPUC_OK;

    GPUC_TRY(gpuc_model_open(options->model, NULL, &model, error));
    if (model->kind != GPUC_MODEL_FOREST)
        GPUC_TRY(gpuc_fail(error, GPUC_EUSAGE, "%s is no forest", options->model));
    GPUC_TRY(gpuc_engine_open(options->device, &engine, error));
    /* As many sessions as a job has. */
    options->run.n_workers = engine->ops->n_sessions(engine, options->run.n_workers);
    options->rows.n_parts = options->run.n_workers;
    GPUC_TRY(forest_rows_init(&rows, &options->rows, model->forest, error));
    if (rows.n_rows == 0)
        GPUC_TRY(gpuc_fail(error, GPUC_EDATA, "%s: no rows", options->rows.csv));
    forest_rows_spoil(&rows, model->forest);
    GPUC_TRY(forest_run(engine, model, &rows, &options->run, &timing, error));
    uint64_t checksum = forest_rows_checksum(&rows, model->forest);
    if (options->margins != NULL)
        GPUC_TRY(forest_rows_write(&rows, model->forest, options->margins, error));
    GPUC_TRY(check_margins(model, &rows, options->run.n_workers, checksum, error));
    print_figures(model->forest, gpuc_engine_device(engine)->name, options, &rows,
                  &timing);
    printf("krows_per_s=%.1f checksum=%016" PRIx64 "\n",
           1e-3 * (double)rows.n_rows / timing.best, checksum);
out:
    forest_rows_done(&rows);
    gpuc_engine_close(engine);
    gpuc_model_free(model);
    return status;
}

int main(int argc, char **argv)
{
    static const struct argp_option argp_options[] = {
        {"model", 'm', "FILE", 0, "Model of trees", 0},
        {"device", 'd', "NAME", 0, "Engine to time (default: cpu)", 0},
        {"threads", 't', "N", 0, "Workers (default: 1)", 0},
        {"rows", 'n', "N", 0, "Rows (default: 1000000, or all of the CSV file)", 0},
        {"csv", KEY_CSV, "FILE", 0, "Rows, else they are generated", 0},
        {"missing", KEY_MISSING, "SHARE", 0, "Share of missing values to generate", 0},
        {"seconds", 's', "S", 0, "Repeat passes for so long (default: 2)", 0},
        {"batch-rows", KEY_BATCH_ROWS, "N", 0, "Rows in a batch (default: 4096)", 0},
        {"margins", KEY_MARGINS, "FILE", 0, "Write the margins, as in memory", 0},
        {0},
    };
    static const struct argp argp = {
        .options = argp_options,
        .parser = read_option,
        .doc = "How fast an engine predicts with a forest, from columns in memory.",
    };
    struct options options = {
        .device = "cpu",
        .rows = {.batch_rows = BATCH_ROWS_DEFAULT},
        .run = {.n_workers = 1, .seconds = 2},
    };
    struct gpuc_error error = {0};

    argp_parse(&argp, argc, argv, 0, NULL, &options);
    if (bench(&options, &error) != GPUC_OK) {
        fprintf(stderr, "forest: %s\n", error.message);
        return error.status == GPUC_EUSAGE || error.status == GPUC_EMODEL ? 2 : 1;
    }
    return 0;
}
