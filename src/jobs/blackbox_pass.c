/* SPDX-License-Identifier: Apache-2.0 */
/* What both passes have in common. */
#include "jobs/blackbox_job.h"

enum gpuc_status gpuc_blackbox_parse(const struct gpuc_blackbox_job *job,
                                     size_t n_columns, struct gpuc_batch *batch,
                                     struct gpuc_error *error)
{
    struct gpuc_records records = {.name = gpuc_source_name(job->source),
                                   .first_line = batch->first_line,
                                   .bytes = &batch->input,
                                   .complete = true};
    struct gpuc_table_shape shape = {.n_columns = n_columns,
                                     .n_fields_max = job->layout.n_columns,
                                     .max_rows = batch->n_records};
    return gpuc_parse_records(job->parser, &job->dialect, &records, &shape, &batch->table,
                              error);
}

void gpuc_blackbox_count(struct gpuc_blackbox_job *job, const struct gpuc_batch *batch)
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

enum gpuc_status gpuc_blackbox_run_pass(struct gpuc_blackbox_job *job,
                                        const struct gpuc_pass *pass,
                                        uint64_t total_bytes, struct gpuc_error *error)
{
    struct gpuc_reader reader;
    job->progress.pass++;
    job->progress.rows = 0;
    job->progress.bytes = job->layout.data_offset;
    job->progress.total_bytes = total_bytes;
    gpuc_reader_init(&reader, job->source, &job->dialect, job->batch_rows,
                     job->layout.data_offset, job->layout.data_line);
    enum gpuc_status status =
        gpuc_pipeline_run(&reader, &job->pool, pass, job->n_workers, error);
    gpuc_reader_done(&reader);
    return status;
}
