/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/job.h"

#include "base/clock.h"
#include "base/cores.h"

enum {
    BATCH_ROWS_DEFAULT = 4096,
    /* Limits that make batches of very wide rows shorter, so that memory stays bounded.
     */
    BATCH_EXTRA_BYTES = 16 << 20,
    BATCH_FIELDS = 2 << 20
};

/* Worker threads that the options ask for. */
static uint32_t wanted_threads(const struct gpuc_job *job)
{
    return job->options->n_threads > 0 ? job->options->n_threads : gpuc_count_cores();
}

enum gpuc_status gpuc_job_open(struct gpuc_job *job, bool rereadable,
                               struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->options;
    const char *output = options->output_path;
    enum gpuc_status status;

    job->parser = gpuc_parser_find(options->csv_parser);
    if (job->parser == NULL)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "unknown CSV parser '%s': there are native and libcsv",
                         options->csv_parser);
    GPUC_TRY(gpuc_source_open(options->input_path, rereadable, options->cancel_fd,
                              &job->source, error));
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
    GPUC_TRY(gpuc_sink_open(output, wanted_threads(job), options->cancel_fd, &job->sink,
                            error));
out:
    return status;
}

static uint32_t choose_batch_rows(const struct gpuc_job *job,
                                  const struct gpuc_row_width *width)
{
    size_t rows =
        job->options->batch_rows > 0 ? job->options->batch_rows : BATCH_ROWS_DEFAULT;
    size_t by_bytes = width->n_bytes > 0 ? BATCH_EXTRA_BYTES / width->n_bytes : SIZE_MAX;
    size_t by_fields = BATCH_FIELDS / width->n_fields;
    rows = rows < by_bytes ? rows : by_bytes;
    rows = rows < by_fields ? rows : by_fields;
    return rows > 0 ? (uint32_t)rows : 1;
}

enum gpuc_status gpuc_job_prepare(struct gpuc_job *job,
                                  const struct gpuc_row_width *width,
                                  struct gpuc_error *error)
{
    uint32_t wanted = wanted_threads(job);
    uint32_t least = job->engine->ops->min_sessions;

    job->n_workers = wanted > least ? wanted : least;
    job->batch_rows = choose_batch_rows(job, width);
    job->report.n_threads = job->n_workers;
    job->report.batch_rows = job->batch_rows;
    return gpuc_pool_init(&job->pool, job->n_workers, error);
}

enum gpuc_status gpuc_job_parse(const struct gpuc_job *job, size_t n_columns,
                                size_t n_fields_max, struct gpuc_batch *batch,
                                struct gpuc_error *error)
{
    struct gpuc_records records = {.name = gpuc_source_name(job->source),
                                   .first_line = batch->first_line,
                                   .bytes = &batch->input,
                                   .complete = true};
    struct gpuc_table_shape shape = {.n_columns = n_columns,
                                     .n_fields_max = n_fields_max,
                                     .max_rows = batch->n_records};
    return gpuc_parse_records(job->parser, &job->dialect, &records, &shape, &batch->table,
                              error);
}

/* Whether a record, which a batch's parse went through without a fault, is a row. */
static bool is_row(const struct gpuc_job *job, const uint8_t *record, size_t size,
                   struct gpuc_bytes *copy, struct gpuc_table *table)
{
    struct gpuc_records records = {
        .name = "", .first_line = 1, .bytes = copy, .complete = true};
    struct gpuc_table_shape shape = {.n_columns = 1, .n_fields_max = 1, .max_rows = 1};
    copy->size = 0;
    return gpuc_bytes_append(copy, record, size, NULL) == GPUC_OK &&
           gpuc_bytes_reserve(copy, size + GPUC_TEXT_SLACK, NULL) == GPUC_OK &&
           gpuc_parse_records(job->parser, &job->dialect, &records, &shape, table,
                              NULL) == GPUC_OK &&
           table->n_rows > 0;
}

uint64_t gpuc_job_row_line(const struct gpuc_job *job, const struct gpuc_batch *batch,
                           size_t row)
{
    struct gpuc_bytes copy = {0};
    struct gpuc_table table = {0};
    uint64_t line = batch->first_line;
    size_t n_rows = 0;

    for (size_t start = 0; start < batch->input_size;) {
        struct gpuc_splitter splitter = gpuc_splitter_init(&job->dialect);
        const uint8_t *record = batch->input.data + start;
        struct gpuc_split split =
            gpuc_splitter_scan(&splitter, record, batch->input_size - start, true, 1);
        size_t size = split.last_end > 0 ? split.last_end : batch->input_size - start;
        if (is_row(job, record, size, &copy, &table) && n_rows++ == row)
            break;
        line += split.n_lines_to_end;
        start += size;
    }
    gpuc_table_done(&table);
    gpuc_bytes_done(&copy);
    return line;
}

enum gpuc_status gpuc_job_run_pass(struct gpuc_job *job, struct gpuc_reader *reader,
                                   const struct gpuc_pass *pass, uint64_t total_bytes,
                                   struct gpuc_error *error)
{
    job->progress.pass++;
    job->progress.rows = 0;
    job->progress.bytes = job->data_offset;
    job->progress.total_bytes = total_bytes;
    return gpuc_pipeline_run(reader, &job->pool, pass, job->n_workers, error);
}

void gpuc_job_count(struct gpuc_job *job, const struct gpuc_batch *batch)
{
    struct gpuc_stage_seconds *sum = &job->report.seconds;
    const struct gpuc_stage_seconds *spent = &batch->seconds;
    sum->read += spent->read;
    sum->survey += spent->survey;
    sum->parse += spent->parse;
    sum->encode += spent->encode;
    sum->classify += spent->classify;
    sum->format += spent->format;
    sum->write += spent->write;
    job->progress.rows += batch->table.n_rows;
    job->progress.bytes += batch->input_size;
    if (job->options->progress != NULL)
        job->options->progress(job->options->context, &job->progress);
}

enum gpuc_status gpuc_job_write(struct gpuc_job *job, struct gpuc_batch *batch,
                                struct gpuc_error *error)
{
    double start = gpuc_clock_seconds();
    enum gpuc_status status =
        gpuc_sink_write(job->sink, batch->output.data, batch->output.size, error);
    batch->seconds.write = gpuc_clock_seconds() - start;
    if (status == GPUC_OK)
        gpuc_job_count(job, batch);
    return status;
}

enum gpuc_status gpuc_job_commit(struct gpuc_job *job, struct gpuc_error *error)
{
    enum gpuc_status status = gpuc_sink_commit(job->sink, error);
    if (status == GPUC_OK)
        job->report.output_bytes = gpuc_sink_size(job->sink);
    return status;
}

void gpuc_job_done(struct gpuc_job *job)
{
    gpuc_pool_done(&job->pool);
    gpuc_sink_close(job->sink);
    gpuc_source_close(job->source);
}
