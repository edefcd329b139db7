/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/job_columns.h"

#include "pipeline/record_reader.h"

static enum gpuc_status read_dialect(struct gpuc_job *job, struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->options;
    struct gpuc_dialect *dialect = &job->dialect;
    char delimiter = options->delimiter;
    if (delimiter == 0) {
        enum gpuc_status status = gpuc_job_find_delimiter(job, &delimiter, error);
        if (status != GPUC_OK)
            return status;
    }
    dialect->delimiter = (uint8_t)delimiter;
    if (options->quote != 0)
        dialect->quote = (uint8_t)options->quote;
    dialect->no_quote = options->no_quote;
    dialect->comment = (uint8_t)options->comment;
    if (options->max_field_chars != 0)
        dialect->max_field_chars = options->max_field_chars;
    if (options->no_quote && options->quote != 0)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "a quote character, and no quotes: give --quote or --no-quote");
    return gpuc_dialect_check(dialect, error);
}

enum gpuc_status gpuc_job_columns_options(struct gpuc_job_columns *columns,
                                          struct gpuc_job *job, struct gpuc_error *error)
{
    columns->has_header = !job->options->no_header;
    return read_dialect(job, error);
}

/* Takes the fields of the record that was read last as names. */
static enum gpuc_status take_names(const struct gpuc_table *table, size_t n_fields,
                                   struct gpuc_text_list *names, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < n_fields && status == GPUC_OK; i++) {
        const struct gpuc_field *field = gpuc_table_field(table, i, 0);
        status =
            gpuc_text_list_append(names, table->text + field->offset, field->size, error);
    }
    return status;
}

static enum gpuc_status fail_empty(const struct gpuc_job_columns *columns,
                                   const struct gpuc_job *job,
                                   const struct gpuc_record_reader *records,
                                   struct gpuc_error *error)
{
    uint32_t n_skipped = job->options->skip_lines;
    if (n_skipped > 0)
        return gpuc_fail_at(error, GPUC_EDATA, records->name, records->line,
                            "nothing is left of the input behind the %u lines that "
                            "--skip-lines passes over",
                            (unsigned)n_skipped);
    return gpuc_fail_at(error, GPUC_EDATA, records->name, 1,
                        columns->has_header ? "the input is empty: there is no header"
                                            : "the input is empty");
}

/*
 * Reads the first record's fields, and leaves it to be read again if it is a row.
 * *ret_line: where it begins.
 */
static enum gpuc_status read_names(struct gpuc_job_columns *columns,
                                   const struct gpuc_job *job,
                                   struct gpuc_text_list *names, uint64_t *ret_line,
                                   struct gpuc_error *error)
{
    struct gpuc_record_reader records;
    size_t n_columns;
    enum gpuc_status status;

    gpuc_record_reader_init(&records, job->source, &job->parser, &job->dialect);
    GPUC_TRY(gpuc_record_reader_check(&records, error));
    GPUC_TRY(gpuc_record_reader_skip_mark(&records, error));
    GPUC_TRY(gpuc_record_reader_skip_lines(&records, job->options->skip_lines, error));
    GPUC_TRY(gpuc_record_reader_next(&records, &n_columns, error));
    *ret_line = records.first_line;
    if (n_columns == 0) {
        status = fail_empty(columns, job, &records, error);
        goto out;
    }
    GPUC_TRY(take_names(&records.table, n_columns, names, error));
    if (!columns->has_header)
        gpuc_record_reader_back(&records);
    GPUC_TRY(gpuc_record_reader_unread(&records, error));
    columns->place =
        (struct gpuc_place){gpuc_record_reader_offset(&records), records.line};
out:
    gpuc_record_reader_done(&records);
    return status;
}

enum gpuc_status gpuc_job_columns_read(struct gpuc_job_columns *columns,
                                       const struct gpuc_job *job,
                                       struct gpuc_error *error)
{
    return read_names(columns, job, &columns->names, &columns->line, error);
}

/* Whether a further input has the columns of the first. */
static enum gpuc_status check_names(const struct gpuc_job_columns *columns,
                                    const struct gpuc_text_list *names, const char *input,
                                    uint64_t line, struct gpuc_error *error)
{
    const struct gpuc_text_list *first = &columns->names;
    if (names->n_items != first->n_items)
        return gpuc_fail_at(error, GPUC_EDATA, input, line,
                            "%zu columns, where the first input has %zu", names->n_items,
                            first->n_items);
    for (size_t i = 0; columns->has_header && i < names->n_items; i++) {
        const char *text = gpuc_text_list_at(names, i);
        const char *wanted = gpuc_text_list_at(first, i);
        size_t size = names->items[i].size;
        if (size != first->items[i].size || memcmp(text, wanted, size) != 0)
            return gpuc_fail_at(error, GPUC_EDATA, input, line,
                                "column %zu is '%.*s', where the first input has '%.*s': "
                                "all inputs of a job have the same header",
                                i + 1, (int)size, text, (int)first->items[i].size,
                                wanted);
    }
    return GPUC_OK;
}

enum gpuc_status gpuc_job_columns_check(struct gpuc_job_columns *columns,
                                        const struct gpuc_job *job,
                                        struct gpuc_error *error)
{
    struct gpuc_text_list names = {0};
    uint64_t line = 0;
    enum gpuc_status status = read_names(columns, job, &names, &line, error);
    if (status == GPUC_OK)
        status = check_names(columns, &names, gpuc_source_name(job->source), line, error);
    gpuc_text_list_done(&names);
    return status;
}

void gpuc_job_columns_done(struct gpuc_job_columns *columns)
{
    gpuc_text_list_done(&columns->names);
}

size_t gpuc_job_columns_bad_row(const struct gpuc_job_columns *columns,
                                const struct gpuc_rows *rows, struct gpuc_span which)
{
    size_t i = which.begin;
    while (i < which.end && rows->items[i].fault == GPUC_ROW_GOOD &&
           rows->items[i].n_fields == columns->names.n_items)
        i++;
    return i;
}
