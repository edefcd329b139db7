/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/job_bad_rows.h"

#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "csv/field_text.h"
#include "jobs/job_journal.h"
#include "jobs/job_range.h"

/* How the rejects file is written, whatever the input's dialect. */
static const struct gpuc_dialect plain = GPUC_DIALECT_PANDAS;

enum gpuc_status gpuc_job_bad_rows_options(struct gpuc_job *job, struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->options;
    static const char *const names[] = {[GPUC_BAD_ROWS_ERROR] = "error",
                                        [GPUC_BAD_ROWS_SKIP] = "skip",
                                        [GPUC_BAD_ROWS_NULL] = "null"};
    enum { N_NAMES = sizeof names / sizeof *names };
    size_t rule = 0;
    while (options->bad_rows != NULL && rule < N_NAMES &&
           strcmp(names[rule], options->bad_rows) != 0)
        rule++;
    if (rule == N_NAMES)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "bad rows are an 'error', or one can 'skip' them or 'null' what "
                         "is bad in them, not '%s'",
                         options->bad_rows);
    if (rule == GPUC_BAD_ROWS_ERROR && options->rejects_path != NULL)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "--rejects lists the bad rows that the job goes on after: say "
                         "--bad-rows skip or --bad-rows null too");
    job->bad_rows_rule = (enum gpuc_bad_rows_rule)rule;
    return GPUC_OK;
}

static enum gpuc_bad_row kind_of(const struct gpuc_row *row)
{
    switch ((enum gpuc_row_fault)row->fault) {
    case GPUC_ROW_TEXT_AFTER_QUOTE:
    case GPUC_ROW_QUOTE_OPEN:
    case GPUC_ROW_REFUSED_BY_LIBCSV:
        return GPUC_BAD_QUOTES;
    case GPUC_ROW_FIELD_TOO_BIG:
        return GPUC_BAD_FIELD_SIZE;
    case GPUC_ROW_NOT_UTF8:
        return GPUC_BAD_ENCODING;
    case GPUC_ROW_GOOD:
        break;
    }
    return GPUC_BAD_N_FIELDS;
}

/* Fails with what is wrong with a row. */
static enum gpuc_status fail_row(const struct gpuc_job *job,
                                 const struct gpuc_job_columns *columns,
                                 const struct gpuc_batch *batch, size_t place,
                                 struct gpuc_error *error)
{
    const char *name = gpuc_source_name(job->source);
    const struct gpuc_row *row = &batch->rows.items[place];
    if (row->fault != GPUC_ROW_GOOD)
        return gpuc_row_fail(&batch->rows, row, &job->dialect, name, batch->first_line,
                             error);
    return gpuc_fail_at(
        error, GPUC_EDATA, name, gpuc_job_row_line(batch, place),
        "expected %zu fields, as in the %s, saw %u (--bad-rows skip leaves "
        "such rows out)",
        columns->names.n_items, columns->has_header ? "header" : "first row",
        (unsigned)row->n_fields);
}

/* Says what is wrong with a row that the job goes on after. */
static void tell_reason(const struct gpuc_job *job,
                        const struct gpuc_job_columns *columns,
                        const struct gpuc_row *row, struct gpuc_error *reason)
{
    switch (kind_of(row)) {
    case GPUC_BAD_N_FIELDS:
        gpuc_fail(reason, GPUC_EDATA, "expected %zu fields, saw %u",
                  columns->names.n_items, (unsigned)row->n_fields);
        break;
    case GPUC_BAD_QUOTES:
        gpuc_fail(reason, GPUC_EDATA, "text behind a closing quote");
        break;
    case GPUC_BAD_FIELD_SIZE:
        gpuc_fail(reason, GPUC_EDATA, "a field of more than %u characters",
                  (unsigned)job->dialect.max_field_chars);
        break;
    case GPUC_BAD_ENCODING:
        gpuc_fail(reason, GPUC_EDATA, "not UTF-8");
        break;
    case GPUC_BAD_VALUE:
    case GPUC_BAD_N_KINDS:
        break;
    }
}

/* The line on which a row begins; rows come in the order of the input. */
static uint64_t line_of(struct gpuc_batch *batch, size_t begin)
{
    batch->bad_line += gpuc_count_lines(batch->rows.text + batch->bad_position,
                                        begin - batch->bad_position);
    batch->bad_position = begin;
    return batch->bad_line;
}

/* Appends a field and what follows it; there is room. */
static void put_field(struct gpuc_bytes *to, const void *text, size_t size, uint8_t end)
{
    uint8_t *at = to->data + to->size;
    at = gpuc_field_text(at, text, size, &plain, true);
    *at++ = end;
    to->size = (size_t)(at - to->data);
}

/* Appends a line of the rejects file. */
static enum gpuc_status put_reject(const struct gpuc_job *job, struct gpuc_batch *batch,
                                   const struct gpuc_reject *reject, uint64_t line,
                                   struct gpuc_error *error)
{
    enum { N_FIELDS = 5, LINE_SIZE = 24 };
    struct gpuc_bytes *to = &batch->rejects;
    const struct gpuc_row *row = &batch->rows.items[reject->row];
    const char *name = gpuc_source_name(job->source);
    const char *reason = reject->reason.message;
    size_t row_size = gpuc_row_end(&batch->rows, row) - row->begin;
    size_t size = strlen(name) + reject->column_size + strlen(reason) + row_size;
    enum gpuc_status status = gpuc_bytes_reserve(
        to, 2 * size + N_FIELDS * (GPUC_FIELD_TEXT_EXTRA + 1) + LINE_SIZE, error);
    if (status != GPUC_OK)
        return status;
    char digits[LINE_SIZE];
    int n_digits = snprintf(digits, sizeof digits, "%" PRIu64, line);
    if (gpuc_job_n_inputs(job) > 1)
        put_field(to, name, strlen(name), ',');
    put_field(to, digits, (size_t)n_digits, ',');
    put_field(to, reject->column, reject->column_size, ',');
    put_field(to, reason, strlen(reason), ',');
    put_field(to, batch->rows.text + row->begin, row_size, '\n');
    return GPUC_OK;
}

/* Notes the first bad row of a batch, for the report. */
static void note_first(struct gpuc_bad_rows *counts, const struct gpuc_reject *reject,
                       uint64_t line)
{
    enum { NAME_SHOWN = 80 };
    bool is_long = reject->column_size > NAME_SHOWN;
    struct gpuc_error text = reject->reason;
    if (reject->column_size > 0)
        gpuc_fail(&text, GPUC_EDATA, "column '%.*s%s': %s",
                  is_long ? NAME_SHOWN : (int)reject->column_size, reject->column,
                  is_long ? "..." : "", reject->reason.message);
    size_t size = strnlen(text.message, sizeof counts->first_reason - 1);
    /* Not to end inside a character. */
    while (size > 0 && ((uint8_t)text.message[size] & 0xc0) == 0x80)
        size--;
    memcpy(counts->first_reason, text.message, size);
    counts->first_reason[size] = '\0';
    counts->first_line = line;
}

void gpuc_job_begin_bad_rows(struct gpuc_batch *batch)
{
    batch->rejects.size = 0;
    batch->bad_rows = (struct gpuc_bad_rows){0};
    batch->bad_position = batch->rows.begin;
    batch->bad_line = batch->first_line;
}

bool gpuc_job_tells_bad_row(const struct gpuc_job *job, const struct gpuc_batch *batch)
{
    return batch->bad_rows.n_rows == 0 || job->rejects != NULL;
}

enum gpuc_status gpuc_job_note_bad_row(const struct gpuc_job *job,
                                       struct gpuc_batch *batch,
                                       const struct gpuc_reject *reject, bool is_mended,
                                       struct gpuc_error *error)
{
    struct gpuc_bad_rows *counts = &batch->bad_rows;
    bool is_told = gpuc_job_tells_bad_row(job, batch);
    counts->n_rows++;
    counts->n_skipped += !is_mended;
    counts->by_kind[reject->kind]++;
    if (!is_told)
        return GPUC_OK;
    uint64_t line = line_of(batch, batch->rows.items[reject->row].begin);
    if (counts->n_rows == 1)
        note_first(counts, reject, line);
    return job->rejects == NULL ? GPUC_OK : put_reject(job, batch, reject, line, error);
}

enum gpuc_status gpuc_job_bad_row(const struct gpuc_job *job,
                                  const struct gpuc_job_columns *columns,
                                  struct gpuc_batch *batch, size_t row, bool *ret_mend,
                                  struct gpuc_error *error)
{
    const struct gpuc_rows *rows = &batch->rows;
    const struct gpuc_row *item = &rows->items[row];
    struct gpuc_reject reject = {.row = row, .kind = kind_of(item), .column = ""};
    if (job->bad_rows_rule == GPUC_BAD_ROWS_ERROR ||
        item->fault == GPUC_ROW_REFUSED_BY_LIBCSV)
        return fail_row(job, columns, batch, row, error);
    /* Whatever else is wrong with it: it has swallowed the rest of the input. */
    if (rows->last_is_open && row + 1 == rows->n_items)
        return gpuc_fail_at(error, GPUC_EDATA, gpuc_source_name(job->source),
                            gpuc_job_row_line(batch, row),
                            "unexpected end of data: a quote that this row opens is "
                            "never closed, so that all that follows is in it");
    *ret_mend = item->fault == GPUC_ROW_GOOD && job->bad_rows_rule == GPUC_BAD_ROWS_NULL;
    if (gpuc_job_tells_bad_row(job, batch))
        tell_reason(job, columns, item, &reject.reason);
    return gpuc_job_note_bad_row(job, batch, &reject, *ret_mend, error);
}

enum gpuc_status gpuc_job_collect_bad_rows(struct gpuc_job *job,
                                           const struct gpuc_batch *batch,
                                           struct gpuc_error *error)
{
    struct gpuc_bad_rows *sum = &job->report.bad_rows;
    const struct gpuc_bad_rows *counts = &batch->bad_rows;
    if (counts->n_rows == 0)
        return GPUC_OK;
    if (sum->n_rows == 0) {
        sum->first_line = counts->first_line;
        sum->first_input = job->input;
        memcpy(sum->first_reason, counts->first_reason, sizeof sum->first_reason);
    }
    sum->n_rows += counts->n_rows;
    sum->n_skipped += counts->n_skipped;
    for (size_t kind = 0; kind < GPUC_BAD_N_KINDS; kind++)
        sum->by_kind[kind] += counts->by_kind[kind];
    if (job->rejects == NULL)
        return GPUC_OK;
    return gpuc_sink_write(job->rejects, batch->rejects.data, batch->rejects.size, error);
}

static bool is_standard(const char *path)
{
    return path == NULL || strcmp(path, "-") == 0;
}

/* Whether two paths would be one file, which need not be there yet. */
static bool is_same_target(const char *a, const char *b)
{
    char copies[4][PATH_MAX];
    struct stat info[2];
    if (strlen(a) >= PATH_MAX || strlen(b) >= PATH_MAX)
        return false;
    bool any = stat(a, &info[0]) == 0;
    if (any != (stat(b, &info[1]) == 0))
        return false;
    for (size_t i = 0; i < 4; i++)
        snprintf(copies[i], PATH_MAX, "%s", i % 2 == 0 ? a : b);
    if (!any && (strcmp(basename(copies[0]), basename(copies[1])) != 0 ||
                 stat(dirname(copies[2]), &info[0]) != 0 ||
                 stat(dirname(copies[3]), &info[1]) != 0))
        return false;
    return info[0].st_dev == info[1].st_dev && info[0].st_ino == info[1].st_ino;
}

enum gpuc_status gpuc_job_open_rejects(struct gpuc_job *job, struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->options;
    const char *path = options->rejects_path;
    const char *output = options->output_path;
    enum gpuc_status status;
    if (path == NULL)
        return GPUC_OK;
    if (options->write == NULL && is_standard(path) && is_standard(output))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "output and rejects cannot both go to standard output: name a "
                         "file with -o or --rejects");
    if (options->write == NULL && !is_standard(path) && !is_standard(output) &&
        is_same_target(path, output))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: output and rejects are the same file; name another one for "
                         "the rejects",
                         path);
    GPUC_TRY(gpuc_job_check_target(job, path, "rejects", error));
    if (options->resume)
        GPUC_TRY(gpuc_journal_open_rejects(job, error));
    else
        GPUC_TRY(gpuc_sink_open(path, 1, options->cancel_fd, &job->rejects, error));
    if (options->no_clobber)
        GPUC_TRY(gpuc_sink_only_new(job->rejects, error));
    static const char header[] = "input,line,column,reason,row\n";
    if (gpuc_journal_goes_on(job))
        return GPUC_OK;
    const char *begin = gpuc_job_n_inputs(job) > 1 ? header : strchr(header, 'l');
    if (gpuc_job_range_is_first(job))
        status = gpuc_sink_write(job->rejects, begin, strlen(begin), error);
out:
    return status;
}
