/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/frames_job.h"

#include "base/clock.h"
#include "jobs/job_columns.h"
#include "pipeline/record_reader.h"
#include "stream/frame.h"

struct frames_job {
    struct gpuc_job base;
    struct gpuc_place place; /* of the first record */
};

/* A row's text without the white space around it; delimiters stay, as tabs may be. */
static struct gpuc_span row_text(const struct gpuc_job *base,
                                 const struct gpuc_rows *rows, const struct gpuc_row *row)
{
    const uint8_t *text = rows->text;
    struct gpuc_span span = {row->begin, gpuc_row_end(rows, row)};
    uint8_t delimiter = base->dialect.delimiter;
    while (span.begin < span.end && gpuc_is_ascii_space(text[span.begin]) &&
           text[span.begin] != delimiter)
        span.begin++;
    while (span.begin < span.end && gpuc_is_ascii_space(text[span.end - 1]) &&
           text[span.end - 1] != delimiter)
        span.end--;
    return span;
}

static enum gpuc_status work(void *context, uint32_t worker, struct gpuc_batch *batch,
                             struct gpuc_error *error)
{
    const struct frames_job *job = context;
    const struct gpuc_rows *rows = &batch->rows;
    struct gpuc_bytes *output = &batch->output;
    double start = gpuc_clock_seconds();
    enum gpuc_status status;
    (void)worker;
    output->size = 0;
    GPUC_TRY(gpuc_job_check_rows(&job->base, batch, error));
    GPUC_TRY(gpuc_bytes_reserve(
        output, rows->end - rows->begin + rows->n_items * GPUC_FRAME_HEADER_BYTES,
        error));
    for (size_t i = 0; i < rows->n_items; i++) {
        struct gpuc_span span = row_text(&job->base, rows, &rows->items[i]);
        size_t size = span.end - span.begin;
        gpuc_frame_put_length(output->data + output->size, (uint32_t)size);
        output->size += GPUC_FRAME_HEADER_BYTES;
        gpuc_bytes_put(output, rows->text + span.begin, size);
    }
    batch->seconds.format = gpuc_clock_seconds() - start;
out:
    return status;
}

static enum gpuc_status collect(void *context, struct gpuc_batch *batch,
                                struct gpuc_error *error)
{
    struct frames_job *job = context;
    return gpuc_job_write(&job->base, batch, error);
}

/* Passes over a byte order mark and what --skip-lines names. */
static enum gpuc_status find_first(struct frames_job *job, struct gpuc_error *error)
{
    struct gpuc_job *base = &job->base;
    struct gpuc_record_reader records;
    enum gpuc_status status;
    gpuc_record_reader_init(&records, base->source, &base->parser, &base->dialect);
    GPUC_TRY(gpuc_record_reader_check(&records, error));
    GPUC_TRY(gpuc_record_reader_skip_mark(&records, error));
    GPUC_TRY(gpuc_record_reader_skip_lines(&records, base->options->skip_lines, error));
    GPUC_TRY(gpuc_record_reader_unread(&records, error));
    job->place = (struct gpuc_place){gpuc_record_reader_offset(&records), records.line};
out:
    gpuc_record_reader_done(&records);
    return status;
}

static enum gpuc_status run(struct frames_job *job, struct gpuc_error *error)
{
    static const uint8_t end[] = {0, 0, 0, 1, GPUC_FRAME_END_BYTE};
    struct gpuc_job *base = &job->base;
    const struct gpuc_pass pass = {.work = work, .collect = collect, .context = job};
    const struct gpuc_row_width width = {.n_fields = 1,
                                         .n_bytes = GPUC_FRAME_HEADER_BYTES};
    struct gpuc_job_columns columns = {0};
    enum gpuc_status status;
    GPUC_TRY(gpuc_job_columns_options(&columns, base, error));
    GPUC_TRY(gpuc_job_open(base, error));
    GPUC_TRY(gpuc_job_open_input(base, 0, false, error));
    GPUC_TRY(find_first(job, error));
    GPUC_TRY(gpuc_job_prepare(base, &width, error));
    base->progress.n_passes = 1;
    gpuc_job_begin_pass(base, gpuc_job_total_bytes(base));
    GPUC_TRY(gpuc_job_run_pass(base, job->place, &pass, error));
    GPUC_TRY(gpuc_sink_write(base->sink, end, sizeof end, error));
    GPUC_TRY(gpuc_job_commit(base, error));
    base->report.rows = base->progress.rows;
    base->report.input_bytes = base->progress.bytes;
out:
    return status;
}

enum gpuc_status gpuc_frames_run(const struct gpuc_job_options *options,
                                 struct gpuc_job_report *ret_report,
                                 struct gpuc_error *error)
{
    struct frames_job job = {
        .base = {.options = options, .dialect = GPUC_DIALECT_PANDAS}};
    enum gpuc_status status = run(&job, error);
    if (status == GPUC_OK)
        *ret_report = job.base.report;
    gpuc_job_done(&job.base);
    return status;
}
