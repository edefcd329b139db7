/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/blackbox_job.h"

#include "base/cores.h"

enum {
    BATCH_ROWS_DEFAULT = 4096,
    /* Limits that make batches of very wide rows shorter, so that memory stays bounded.
     */
    BATCH_TEXT_BYTES = 16 << 20,
    BATCH_FIELDS = 2 << 20,
    N_PASSES = 2
};

/* Reads the list of `--output`: "pred", "digest" or both. */
static enum gpuc_status read_outputs(struct gpuc_blackbox_job *job, const char *list,
                                     struct gpuc_error *error)
{
    static const char *const names[] = {
        [GPUC_OUTPUT_PRED] = "pred", [GPUC_OUTPUT_DIGEST] = "digest"};
    const char *item = list != NULL ? list : names[GPUC_OUTPUT_PRED];
    for (;;) {
        size_t size = strcspn(item, ",");
        size_t k = 0;
        while (k < GPUC_BLACKBOX_OUTPUTS_MAX &&
               (strlen(names[k]) != size || memcmp(names[k], item, size) != 0))
            k++;
        if (k == GPUC_BLACKBOX_OUTPUTS_MAX)
            return gpuc_fail(
                error, GPUC_EUSAGE,
                "unknown output column '%.*s': the black box has pred and digest",
                (int)size, item);
        for (size_t i = 0; i < job->n_outputs; i++)
            if (job->outputs[i] == (enum gpuc_blackbox_output)k)
                return gpuc_fail(error, GPUC_EUSAGE, "output column '%s' is named twice",
                                 names[k]);
        job->outputs[job->n_outputs++] = (enum gpuc_blackbox_output)k;
        if (item[size] == '\0')
            return GPUC_OK;
        item += size + 1;
    }
}

static enum gpuc_status open_files(struct gpuc_blackbox_job *job,
                                   struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->options;
    const char *output = options->output_path;
    enum gpuc_status status;
    GPUC_TRY(gpuc_source_open(options->input_path, true, options->cancel_fd, &job->source,
                              error));
    if (options->write != NULL) {
        GPUC_TRY(
            gpuc_sink_open_callback(options->write, options->context, &job->sink, error));
        return GPUC_OK;
    }
    if (output != NULL && strcmp(output, "-") != 0 &&
        gpuc_source_is_file(job->source, output))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: input and output are the same file; name another output",
                         output);
    GPUC_TRY(gpuc_sink_open(output, options->cancel_fd, &job->sink, error));
out:
    return status;
}

/* The data column that the result replaces: pandas assigns to a column of that name. */
static size_t find_result_column(const struct gpuc_blackbox_job *job)
{
    static const char name[] = "CLASSIFICATION";
    const struct gpuc_labels *labels = &job->layout.labels;
    bool is_output = false;
    for (size_t i = 0; i < job->n_outputs; i++)
        is_output = is_output || job->outputs[i] == GPUC_OUTPUT_PRED;
    if (!is_output)
        return SIZE_MAX;
    for (size_t i = 0; i < labels->n_items; i++)
        if (labels->items[i].size == sizeof name - 1 &&
            memcmp(gpuc_label_text(labels, i), name, sizeof name - 1) == 0)
            return i;
    return SIZE_MAX;
}

static uint32_t choose_batch_rows(const struct gpuc_blackbox_job *job)
{
    size_t rows =
        job->options->batch_rows > 0 ? job->options->batch_rows : BATCH_ROWS_DEFAULT;
    size_t by_text = BATCH_TEXT_BYTES / job->repr.row_size_max;
    size_t by_fields = BATCH_FIELDS / job->layout.n_columns;
    rows = rows < by_text ? rows : by_text;
    rows = rows < by_fields ? rows : by_fields;
    return rows > 0 ? (uint32_t)rows : 1;
}

static enum gpuc_status make_workers(struct gpuc_blackbox_job *job,
                                     struct gpuc_error *error)
{
    uint32_t wanted =
        job->options->n_threads > 0 ? job->options->n_threads : gpuc_count_cores();
    uint32_t least = job->engine->ops->min_sessions;
    size_t n_levels = job->layout.n_index;
    uint32_t n_workers = wanted > least ? wanted : least;
    enum gpuc_status status;
    job->workers = gpuc_alloc(n_workers, sizeof *job->workers);
    job->index_kinds = gpuc_alloc(n_levels, sizeof *job->index_kinds);
    if (job->workers == NULL || job->index_kinds == NULL)
        return gpuc_fail_memory(error, n_workers * sizeof *job->workers, "workers");
    job->n_workers = n_workers;
    for (uint32_t i = 0; i < n_workers; i++) {
        struct gpuc_blackbox_worker *worker = &job->workers[i];
        worker->index_survey = gpuc_alloc(n_levels, sizeof *worker->index_survey);
        if (worker->index_survey == NULL)
            return gpuc_fail_memory(error, n_levels * sizeof *worker->index_survey,
                                    "index columns");
        GPUC_TRY(
            job->engine->ops->attach(job->engine, job->model, &worker->session, error));
    }
    GPUC_TRY(gpuc_pool_init(&job->pool, n_workers, error));
out:
    return status;
}

static void job_done(struct gpuc_blackbox_job *job)
{
    gpuc_pool_done(&job->pool);
    for (uint32_t i = 0; i < job->n_workers; i++) {
        job->engine->ops->detach(job->workers[i].session);
        gpuc_bytes_done(&job->workers[i].name);
        gpuc_free(job->workers[i].index_survey);
    }
    gpuc_free(job->workers);
    gpuc_free(job->index_kinds);
    gpuc_row_repr_done(&job->repr);
    gpuc_layout_done(&job->layout);
    gpuc_sink_close(job->sink);
    gpuc_source_close(job->source);
}

static enum gpuc_status run(struct gpuc_blackbox_job *job, struct gpuc_error *error)
{
    enum gpuc_status status;
    job->parser = gpuc_parser_find(job->options->csv_parser);
    if (job->parser == NULL)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "unknown CSV parser '%s': there are native and libcsv",
                         job->options->csv_parser);
    GPUC_TRY(read_outputs(job, job->options->output_columns, error));
    GPUC_TRY(open_files(job, error));
    GPUC_TRY(
        gpuc_layout_read(job->source, job->parser, &job->dialect, &job->layout, error));
    GPUC_TRY(
        gpuc_row_repr_init(&job->repr, &job->layout.labels, job->layout.n_index, error));
    job->result_column = find_result_column(job);
    job->batch_rows = choose_batch_rows(job);
    GPUC_TRY(make_workers(job, error));
    job->report.n_threads = job->n_workers;
    job->report.batch_rows = job->batch_rows;
    job->progress.n_passes = N_PASSES;
    GPUC_TRY(gpuc_blackbox_survey(job, error));
    GPUC_TRY(gpuc_blackbox_rows(job, error));
    GPUC_TRY(gpuc_sink_commit(job->sink, error));
    job->report.output_bytes = gpuc_sink_size(job->sink);
out:
    return status;
}

enum gpuc_status gpuc_blackbox_job_run(const struct gpuc_model *model,
                                       struct gpuc_engine *engine,
                                       const struct gpuc_job_options *options,
                                       struct gpuc_job_report *ret_report,
                                       struct gpuc_error *error)
{
    struct gpuc_blackbox_job job = {.model = model,
                                    .engine = engine,
                                    .options = options,
                                    .dialect = GPUC_DIALECT_PANDAS};
    enum gpuc_status status = run(&job, error);
    job_done(&job);
    if (status == GPUC_OK && ret_report != NULL)
        *ret_report = job.report;
    return status;
}
