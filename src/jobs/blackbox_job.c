/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/blackbox_job.h"

#include "jobs/job_range.h"

enum { N_PASSES = 2 };

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
                return gpuc_fail(error, GPUC_EUSAGE,
                                 "output column '%s' is named twice: leave one out",
                                 names[k]);
        job->outputs[job->n_outputs++] = (enum gpuc_blackbox_output)k;
        if (item[size] == '\0')
            return GPUC_OK;
        item += size + 1;
    }
}

static enum gpuc_status read_filter(struct gpuc_blackbox_job *job,
                                    struct gpuc_error *error)
{
    struct gpuc_comparisons *filter = &job->filter;
    enum gpuc_status status =
        gpuc_comparisons_read(job->base.options->filter, filter, error);
    for (size_t i = 0; i < filter->n_items && status == GPUC_OK; i++) {
        const struct gpuc_comparison *item = &filter->items[i];
        bool is_pred = item->name_size == strlen("pred") &&
                       memcmp(item->name, "pred", item->name_size) == 0;
        if (!is_pred || !item->is_number)
            status = gpuc_fail(error, GPUC_EUSAGE,
                               "--filter: '%.*s' is %s; the black box has the column "
                               "pred, which is a number",
                               (int)(is_pred ? item->value_size : item->name_size),
                               is_pred ? item->value : item->name,
                               is_pred ? "no number" : "no column to compare");
    }
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

enum gpuc_status gpuc_blackbox_make_workers(struct gpuc_blackbox_job *job,
                                            struct gpuc_error *error)
{
    size_t n_levels = job->layout.n_index;
    uint32_t n_workers = job->base.n_workers;
    job->workers = gpuc_alloc(n_workers, sizeof *job->workers);
    job->index_kinds = gpuc_alloc(n_levels, sizeof *job->index_kinds);
    if (job->workers == NULL || job->index_kinds == NULL)
        return gpuc_fail_memory(error, n_workers * sizeof *job->workers, "workers");
    for (uint32_t i = 0; i < n_workers; i++) {
        struct gpuc_blackbox_worker *worker = &job->workers[i];
        worker->number = i;
        worker->index_survey = gpuc_alloc(n_levels, sizeof *worker->index_survey);
        if (worker->index_survey == NULL)
            return gpuc_fail_memory(error, n_levels * sizeof *worker->index_survey,
                                    "index columns");
    }
    return GPUC_OK;
}

void gpuc_blackbox_job_done(struct gpuc_blackbox_job *job)
{
    for (uint32_t i = 0; job->workers != NULL && i < job->base.n_workers; i++) {
        gpuc_bytes_done(&job->workers[i].name);
        gpuc_free(job->workers[i].index_survey);
    }
    gpuc_free(job->workers);
    gpuc_free(job->index_kinds);
    gpuc_row_repr_done(&job->repr);
    gpuc_layout_done(&job->layout);
}

enum gpuc_status gpuc_blackbox_read_columns(struct gpuc_blackbox_job *job,
                                            struct gpuc_error *error)
{
    struct gpuc_job *base = &job->base;
    enum gpuc_status status;
    GPUC_TRY(gpuc_layout_read(base->source, &base->parser, &base->dialect, &job->layout,
                              error));
    GPUC_TRY(
        gpuc_row_repr_init(&job->repr, &job->layout.labels, job->layout.n_index, error));
    job->result_column = find_result_column(job);
out:
    return status;
}

enum gpuc_status gpuc_blackbox_run_pass(struct gpuc_blackbox_job *job,
                                        const struct gpuc_pass *pass,
                                        uint64_t total_bytes, struct gpuc_error *error)
{
    struct gpuc_place place = {job->layout.data_offset, job->layout.data_line};
    gpuc_source_seek(job->base.source, place.offset);
    gpuc_job_begin_pass(&job->base, total_bytes);
    return gpuc_job_run_pass(&job->base, place, pass, error);
}

/* How features are read means nothing where the whole row is hashed, nor how results are
 * written where it is settled to the byte. */
static enum gpuc_status check_options(const struct gpuc_job_options *options,
                                      struct gpuc_error *error)
{
    const char *feature_option = gpuc_job_feature_option(options);
    const char *name = feature_option != NULL          ? feature_option
                       : options->delimiter != 0       ? "delimiter"
                       : options->no_header            ? "no-header"
                       : options->quote != 0           ? "quote"
                       : options->no_quote             ? "no-quote"
                       : options->comment != 0         ? "comment"
                       : options->skip_lines != 0      ? "skip-lines"
                       : options->max_field_chars != 0 ? "max-field"
                       : options->bad_rows != NULL     ? "bad-rows"
                       : options->rejects_path != NULL ? "rejects"
                                                       : NULL;
    if (options->n_input_paths > 1)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "the black box takes one input at a time, for the types of its "
                         "index columns depend on all rows (-o FOLDER/ runs a job for "
                         "each)");
    if (name == NULL)
        return GPUC_OK;
    return gpuc_fail(
        error, GPUC_EUSAGE,
        "--%s is for models with features; the black box reads and writes as "
        "the pandas job does",
        name);
}

enum gpuc_status gpuc_blackbox_read_options(struct gpuc_blackbox_job *job,
                                            struct gpuc_error *error)
{
    enum gpuc_status status;
    GPUC_TRY(check_options(job->base.options, error));
    GPUC_TRY(read_outputs(job, job->base.options->output_columns, error));
    GPUC_TRY(read_filter(job, error));
out:
    return status;
}

/* Settles what is counted, where the caller wants statistics. */
static enum gpuc_status begin_statistics(struct gpuc_blackbox_job *job,
                                         struct gpuc_error *error)
{
    struct gpuc_tally_shape *shape = &job->base.tally_shape;
    if (job->base.options->statistics == NULL)
        return GPUC_OK;
    shape->groups[shape->n_groups++] =
        (struct gpuc_score_group){.name = "pred", .n_columns = 1, .is_probability = true};
    return gpuc_tally_begin(shape, &job->base.tally, error);
}

static enum gpuc_status run(struct gpuc_blackbox_job *job, struct gpuc_error *error)
{
    enum gpuc_status status;
    GPUC_TRY(gpuc_blackbox_read_options(job, error));
    GPUC_TRY(gpuc_job_range_options(&job->base, error));
    GPUC_TRY(gpuc_job_open(&job->base, error));
    GPUC_TRY(gpuc_job_open_input(&job->base, 0, true, error));
    GPUC_TRY(gpuc_blackbox_read_columns(job, error));
    struct gpuc_row_width width = {.n_fields = job->layout.n_columns,
                                   .n_bytes = job->repr.row_size_max};
    GPUC_TRY(gpuc_job_prepare(&job->base, &width, error));
    GPUC_TRY(gpuc_blackbox_make_workers(job, error));
    GPUC_TRY(begin_statistics(job, error));
    job->base.progress.n_passes = N_PASSES;
    GPUC_TRY(gpuc_blackbox_survey(job, error));
    GPUC_TRY(gpuc_blackbox_rows(job, error));
    if (job->base.tally.size > 0)
        GPUC_TRY(gpuc_tally_finish(&job->base.tally_shape, &job->base.tally,
                                   job->base.options->statistics, error));
    GPUC_TRY(gpuc_job_commit(&job->base, error));
out:
    return status;
}

enum gpuc_status gpuc_blackbox_job_run(const struct gpuc_job *base,
                                       struct gpuc_job_report *ret_report,
                                       struct gpuc_error *error)
{
    struct gpuc_blackbox_job job = {.base = *base};
    enum gpuc_status status = gpuc_job_end(&job.base, run(&job, error), error);
    gpuc_blackbox_job_done(&job);
    gpuc_job_done(&job.base);
    if (status == GPUC_OK)
        *ret_report = job.base.report;
    return status;
}
