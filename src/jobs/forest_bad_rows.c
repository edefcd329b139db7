/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/forest_bad_rows.h"

#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "csv/field_text.h"

/* How the rejects file is written, whatever the input's dialect. */
static const struct gpuc_dialect plain = GPUC_DIALECT_PANDAS;

/* A bad row, and what is said about it. */
struct reject {
    enum gpuc_bad_row kind;
    uint64_t line;      /* where it begins; 0: not wanted */
    const char *column; /* of a bad value; "" */
    size_t column_size;
    struct gpuc_error reason;
    struct gpuc_span text; /* the row as it stands in the batch's text */
};

static enum gpuc_bad_row kind_of(const struct gpuc_row *row,
                                 const struct gpuc_bad_value *bad)
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
    return bad->feature == SIZE_MAX ? GPUC_BAD_N_FIELDS : GPUC_BAD_VALUE;
}

/* Fails with what is wrong with a row. */
static enum gpuc_status fail_row(const struct gpuc_forest_job *job,
                                 const struct gpuc_batch *batch,
                                 const struct gpuc_bad_value *bad,
                                 struct gpuc_error *error)
{
    const char *name = gpuc_source_name(job->base.source);
    const struct gpuc_row *row = &batch->rows.items[bad->row];
    if (row->fault != GPUC_ROW_GOOD)
        return gpuc_row_fail(&batch->rows, row, &job->base.dialect, name,
                             batch->first_line, error);
    uint64_t line = gpuc_job_row_line(batch, bad->row);
    if (bad->feature != SIZE_MAX)
        return gpuc_feature_values_fail(&job->features, &batch->rows, bad, name, line,
                                        error);
    return gpuc_fail_at(
        error, GPUC_EDATA, name, line,
        "expected %zu fields, as in the %s, saw %u (--bad-rows skip leaves "
        "such rows out)",
        job->n_columns, job->has_header ? "header" : "first row",
        (unsigned)row->n_fields);
}

/* Says what is wrong with a row that the job goes on after. */
static void tell_reason(const struct gpuc_forest_job *job, const struct gpuc_rows *rows,
                        const struct gpuc_bad_value *bad, struct reject *reject)
{
    struct gpuc_error *reason = &reject->reason;
    switch (reject->kind) {
    case GPUC_BAD_N_FIELDS:
        gpuc_fail(reason, GPUC_EDATA, "expected %zu fields, saw %u", job->n_columns,
                  (unsigned)rows->items[bad->row].n_fields);
        break;
    case GPUC_BAD_QUOTES:
        gpuc_fail(reason, GPUC_EDATA, "text behind a closing quote");
        break;
    case GPUC_BAD_FIELD_SIZE:
        gpuc_fail(reason, GPUC_EDATA, "a field of more than %u characters",
                  (unsigned)job->base.dialect.max_field_chars);
        break;
    case GPUC_BAD_ENCODING:
        gpuc_fail(reason, GPUC_EDATA, "not UTF-8");
        break;
    case GPUC_BAD_VALUE:
    case GPUC_BAD_N_KINDS:
        gpuc_feature_values_reason(&job->features, rows, bad, reason);
        break;
    }
}

/* The line on which a row begins; rows come in the order of the input. */
static uint64_t line_of(struct gpuc_forest_worker *worker, const struct gpuc_rows *rows,
                        size_t begin)
{
    struct gpuc_forest_place *place = &worker->place;
    place->line +=
        gpuc_count_lines(rows->text + place->position, begin - place->position);
    place->position = begin;
    return place->line;
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
static enum gpuc_status put_reject(const struct gpuc_forest_job *job,
                                   struct gpuc_batch *batch, const struct reject *reject,
                                   struct gpuc_error *error)
{
    enum { N_FIELDS = 5, LINE_SIZE = 24 };
    struct gpuc_bytes *to = &batch->rejects;
    const char *name = gpuc_source_name(job->base.source);
    const char *reason = reject->reason.message;
    size_t row_size = reject->text.end - reject->text.begin;
    size_t size = strlen(name) + reject->column_size + strlen(reason) + row_size;
    enum gpuc_status status = gpuc_bytes_reserve(
        to, 2 * size + N_FIELDS * (GPUC_FIELD_TEXT_EXTRA + 1) + LINE_SIZE, error);
    if (status != GPUC_OK)
        return status;
    char line[LINE_SIZE];
    int line_size = snprintf(line, sizeof line, "%" PRIu64, reject->line);
    if (gpuc_job_n_inputs(&job->base) > 1)
        put_field(to, name, strlen(name), ',');
    put_field(to, line, (size_t)line_size, ',');
    put_field(to, reject->column, reject->column_size, ',');
    put_field(to, reason, strlen(reason), ',');
    put_field(to, batch->rows.text + reject->text.begin, row_size, '\n');
    return GPUC_OK;
}

/* Notes the first bad row of a batch, for the report. */
static void note_first(struct gpuc_bad_rows *counts, const struct reject *reject)
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
    counts->first_line = reject->line;
}

/* Counts a row, and lists it where that is wanted. */
static enum gpuc_status note(const struct gpuc_forest_job *job,
                             struct gpuc_forest_worker *worker, struct gpuc_batch *batch,
                             const struct gpuc_bad_value *bad, bool is_mended,
                             struct gpuc_error *error)
{
    const struct gpuc_rows *rows = &batch->rows;
    const struct gpuc_row *row = &rows->items[bad->row];
    struct gpuc_bad_rows *counts = &batch->bad_rows;
    struct reject reject = {.kind = kind_of(row, bad), .column = ""};
    counts->n_rows++;
    counts->n_skipped += !is_mended;
    counts->by_kind[reject.kind]++;
    bool is_first = counts->n_rows == 1;
    if (!is_first && job->rejects == NULL)
        return GPUC_OK;
    if (bad->feature != SIZE_MAX) {
        uint32_t column = job->map.feature_columns[bad->feature];
        reject.column = gpuc_text_list_at(&job->map.names, column);
        reject.column_size = job->map.names.items[column].size;
    }
    reject.line = line_of(worker, rows, row->begin);
    reject.text = (struct gpuc_span){row->begin, gpuc_row_end(rows, row)};
    tell_reason(job, rows, bad, &reject);
    if (is_first)
        note_first(counts, &reject);
    return job->rejects == NULL ? GPUC_OK : put_reject(job, batch, &reject, error);
}

void gpuc_forest_begin_bad_rows(struct gpuc_forest_worker *worker,
                                struct gpuc_batch *batch)
{
    batch->rejects.size = 0;
    batch->bad_rows = (struct gpuc_bad_rows){0};
    worker->place = (struct gpuc_forest_place){batch->rows.begin, batch->first_line};
}

enum gpuc_status gpuc_forest_bad_row(const struct gpuc_forest_job *job,
                                     struct gpuc_forest_worker *worker,
                                     struct gpuc_batch *batch,
                                     const struct gpuc_bad_value *bad, bool *ret_mend,
                                     struct gpuc_error *error)
{
    const struct gpuc_rows *rows = &batch->rows;
    const struct gpuc_row *row = &rows->items[bad->row];
    if (job->bad_rows_rule == GPUC_BAD_ROWS_ERROR ||
        row->fault == GPUC_ROW_REFUSED_BY_LIBCSV)
        return fail_row(job, batch, bad, error);
    /* Whatever else is wrong with it: it has swallowed the rest of the input. */
    if (rows->last_is_open && bad->row + 1 == rows->n_items)
        return gpuc_fail_at(error, GPUC_EDATA, gpuc_source_name(job->base.source),
                            gpuc_job_row_line(batch, bad->row),
                            "unexpected end of data: a quote that this row opens is "
                            "never closed, so that all that follows is in it");
    bool can_mend = row->fault == GPUC_ROW_GOOD;
    *ret_mend = can_mend && job->bad_rows_rule == GPUC_BAD_ROWS_NULL;
    return note(job, worker, batch, bad, *ret_mend, error);
}

enum gpuc_status gpuc_forest_collect_bad_rows(struct gpuc_forest_job *job,
                                              const struct gpuc_batch *batch,
                                              struct gpuc_error *error)
{
    struct gpuc_bad_rows *sum = &job->base.report.bad_rows;
    const struct gpuc_bad_rows *counts = &batch->bad_rows;
    if (counts->n_rows == 0)
        return GPUC_OK;
    if (sum->n_rows == 0) {
        sum->first_line = counts->first_line;
        sum->first_input = job->base.input;
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

enum gpuc_status gpuc_forest_open_rejects(struct gpuc_forest_job *job,
                                          struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->base.options;
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
    GPUC_TRY(gpuc_job_check_target(&job->base, path, "rejects", error));
    GPUC_TRY(gpuc_sink_open(path, 1, options->cancel_fd, &job->rejects, error));
    static const char header[] = "input,line,column,reason,row\n";
    const char *begin = gpuc_job_n_inputs(&job->base) > 1 ? header : strchr(header, 'l');
    status = gpuc_sink_write(job->rejects, begin, strlen(begin), error);
out:
    return status;
}
