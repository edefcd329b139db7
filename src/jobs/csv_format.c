/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The output's text. Rows of both forms are values with something before each and behind
 * the last. In JSON, what is before a row's first value separates it from the row before;
 * the collector leaves that comma out where there is none.
 */
#include "csv/field_text.h"
#include "csv/json_text.h"
#include "jobs/csv_job.h"

/* What is written, whatever the input's dialect is. */
static const struct gpuc_dialect canonical = GPUC_DIALECT_PANDAS;

static size_t value_size_max(const struct gpuc_csv_job *job, size_t size)
{
    if (job->form == GPUC_CSV_JSON)
        return GPUC_JSON_TEXT_GROWTH * size + GPUC_JSON_TEXT_EXTRA;
    return 2 * size + GPUC_FIELD_TEXT_EXTRA;
}

/* A first value that begins like a byte order mark is quoted, else it could be taken for
 * one where it begins a file. */
static uint8_t *put_canonical(uint8_t *to, const uint8_t *text, size_t size,
                              bool is_first)
{
    static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};
    const uint8_t *begin = to;
    to = gpuc_field_text(to, text, size, &canonical, true);
    if (!is_first || size < sizeof mark || memcmp(begin, mark, sizeof mark) != 0)
        return to;
    uint8_t *value = to - size;
    memmove(value + 1, value, size);
    *value = canonical.quote;
    value[size + 1] = canonical.quote;
    return value + size + 2;
}

static uint8_t *put_value(uint8_t *to, const struct gpuc_csv_job *job,
                          const uint8_t *text, size_t size, bool is_first)
{
    if (job->form == GPUC_CSV_JSON)
        return gpuc_json_text(to, text, size);
    return put_canonical(to, text, size, is_first);
}

/* A text as the value of a column, with what is before it. */
static enum gpuc_status append_value(const struct gpuc_csv_job *job,
                                     struct gpuc_bytes *output, size_t column,
                                     const uint8_t *text, size_t size,
                                     struct gpuc_error *error)
{
    const struct gpuc_text_item *lead = &job->leads.items[column];
    enum gpuc_status status =
        gpuc_bytes_reserve(output, lead->size + value_size_max(job, size), error);
    if (status != GPUC_OK)
        return status;
    gpuc_bytes_put(output, gpuc_text_list_at(&job->leads, column), lead->size);
    const uint8_t *end =
        put_value(output->data + output->size, job, text, size, column == 0);
    output->size = (size_t)(end - output->data);
    return GPUC_OK;
}

/* The value of a column that a row lacks. */
static enum gpuc_status append_absent(const struct gpuc_csv_job *job,
                                      struct gpuc_bytes *output, size_t column,
                                      struct gpuc_error *error)
{
    const char *value = job->form == GPUC_CSV_JSON ? "null" : "";
    enum gpuc_status status =
        gpuc_bytes_append(output, gpuc_text_list_at(&job->leads, column),
                          job->leads.items[column].size, error);
    if (status != GPUC_OK)
        return status;
    return gpuc_bytes_append(output, value, strlen(value), error);
}

/* The value of a column that a row has. */
static enum gpuc_status append_field(const struct gpuc_csv_job *job,
                                     struct gpuc_bytes *scratch, struct gpuc_batch *batch,
                                     const struct gpuc_row *row, size_t column,
                                     struct gpuc_error *error)
{
    const struct gpuc_rows *rows = &batch->rows;
    struct gpuc_field_says says;
    enum gpuc_status status =
        gpuc_field_read(&job->base.dialect, rows->text, gpuc_row_field(rows, row, column),
                        scratch, &says, error);
    if (status != GPUC_OK)
        return status;
    return append_value(job, &batch->output, column, says.text, says.size, error);
}

enum gpuc_status gpuc_csv_format_row(const struct gpuc_csv_job *job,
                                     struct gpuc_bytes *scratch, struct gpuc_batch *batch,
                                     const struct gpuc_row *row, struct gpuc_error *error)
{
    size_t n_columns = job->columns.names.n_items;
    size_t n_there = row->n_fields < n_columns ? row->n_fields : n_columns;
    enum gpuc_status status;
    for (size_t column = 0; column < n_there; column++)
        GPUC_TRY(append_field(job, scratch, batch, row, column, error));
    for (size_t column = n_there; column < n_columns; column++)
        GPUC_TRY(append_absent(job, &batch->output, column, error));
    status = gpuc_bytes_append(&batch->output, job->tail, strlen(job->tail), error);
out:
    return status;
}

/* What is before the value of a column, in JSON. */
static enum gpuc_status append_json_lead(struct gpuc_csv_job *job, size_t column,
                                         struct gpuc_error *error)
{
    const struct gpuc_text_item *name = &job->columns.names.items[column];
    const char *text = gpuc_text_list_at(&job->columns.names, column);
    bool has_keys = job->columns.has_header;
    const char *before = column > 0 ? "," : has_keys ? ",\n{" : ",\n[";
    struct gpuc_bytes lead = {0};
    enum gpuc_status status;
    GPUC_TRY(gpuc_bytes_append(&lead, before, strlen(before), error));
    if (has_keys)
        GPUC_TRY(gpuc_json_append_key(&lead, text, name->size, error));
    GPUC_TRY(gpuc_text_list_append(&job->leads, lead.data, lead.size, error));
out:
    gpuc_bytes_done(&lead);
    return status;
}

/* In objects there cannot be two values of one name. */
static enum gpuc_status check_keys(const struct gpuc_csv_job *job,
                                   struct gpuc_error *error)
{
    const struct gpuc_text_list *names = &job->columns.names;
    size_t place;
    enum gpuc_status status = gpuc_text_list_duplicate(names, &place, error);
    if (status != GPUC_OK || place == SIZE_MAX)
        return status;
    return gpuc_fail_at(error, GPUC_EDATA, gpuc_source_name(job->base.source),
                        job->columns.line,
                        "the header has the column '%.*s' twice, a JSON object cannot: "
                        "rename one, or read the header as a row with --no-header",
                        (int)names->items[place].size, gpuc_text_list_at(names, place));
}

static enum gpuc_status make_json_frame(struct gpuc_csv_job *job,
                                        struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    job->tail = job->columns.has_header ? "}" : "]";
    job->end = "\n]\n";
    if (job->columns.has_header)
        GPUC_TRY(check_keys(job, error));
    for (size_t i = 0; i < job->columns.names.n_items; i++)
        GPUC_TRY(append_json_lead(job, i, error));
    GPUC_TRY(gpuc_bytes_append(&job->begin, "[", 1, error));
out:
    return status;
}

static enum gpuc_status make_canonical_frame(struct gpuc_csv_job *job,
                                             struct gpuc_error *error)
{
    const struct gpuc_text_list *names = &job->columns.names;
    enum gpuc_status status = GPUC_OK;
    job->tail = "\n";
    job->end = "";
    for (size_t i = 0; i < names->n_items; i++)
        GPUC_TRY(gpuc_text_list_append(&job->leads, ",", i > 0, error));
    for (size_t i = 0; job->columns.has_header && i < names->n_items; i++)
        GPUC_TRY(append_value(job, &job->begin, i,
                              (const uint8_t *)gpuc_text_list_at(names, i),
                              names->items[i].size, error));
    if (job->columns.has_header)
        GPUC_TRY(gpuc_bytes_append(&job->begin, job->tail, strlen(job->tail), error));
out:
    return status;
}

enum gpuc_status gpuc_csv_make_frame(struct gpuc_csv_job *job, struct gpuc_error *error)
{
    return job->form == GPUC_CSV_JSON ? make_json_frame(job, error)
                                      : make_canonical_frame(job, error);
}
