/* SPDX-License-Identifier: Apache-2.0 */
/* Before the first row: the input's header and the output's. */
#include "base/text_map.h"
#include "csv/field_text.h"
#include "jobs/forest_job.h"
#include "pipeline/record_reader.h"

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

static enum gpuc_status fail_empty(const struct gpuc_forest_job *job,
                                   const struct gpuc_record_reader *records,
                                   struct gpuc_error *error)
{
    uint32_t n_skipped = job->base.options->skip_lines;
    if (n_skipped > 0)
        return gpuc_fail_at(error, GPUC_EDATA, records->name, records->line,
                            "nothing is left of the input behind the %u lines that "
                            "--skip-lines passes over",
                            (unsigned)n_skipped);
    return gpuc_fail_at(error, GPUC_EDATA, records->name, 1,
                        job->has_header ? "the input is empty: there is no header"
                                        : "the input is empty");
}

/*
 * Reads the first record's fields, and leaves it to be read again if it is a row.
 * *ret_line: where it begins.
 */
static enum gpuc_status read_names(struct gpuc_forest_job *job,
                                   struct gpuc_text_list *names, uint64_t *ret_line,
                                   struct gpuc_error *error)
{
    struct gpuc_record_reader records;
    size_t n_columns;
    enum gpuc_status status;

    gpuc_record_reader_init(&records, job->base.source, &job->base.parser,
                            &job->base.dialect);
    GPUC_TRY(gpuc_record_reader_check(&records, error));
    GPUC_TRY(gpuc_record_reader_skip_mark(&records, error));
    GPUC_TRY(gpuc_record_reader_skip_lines(&records, job->base.options->skip_lines,
                                           error));
    GPUC_TRY(gpuc_record_reader_next(&records, &n_columns, error));
    *ret_line = records.first_line;
    if (n_columns == 0) {
        status = fail_empty(job, &records, error);
        goto out;
    }
    GPUC_TRY(take_names(&records.table, n_columns, names, error));
    if (!job->has_header)
        gpuc_record_reader_back(&records);
    GPUC_TRY(gpuc_record_reader_unread(&records, error));
    job->place = (struct gpuc_place){gpuc_record_reader_offset(&records), records.line};
out:
    gpuc_record_reader_done(&records);
    return status;
}

/* A name twice in the output would make the file a riddle for whoever reads it. */
static enum gpuc_status check_unique(const struct gpuc_text_list *columns,
                                     struct gpuc_error *error)
{
    struct gpuc_text_map map = {0};
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < columns->n_items; i++) {
        const char *name = gpuc_text_list_at(columns, i);
        int size = (int)columns->items[i].size;
        struct gpuc_text_count *entry;
        GPUC_TRY(
            gpuc_text_map_get(&map, (const uint8_t *)name, (size_t)size, &entry, error));
        if (entry->uses++ > 0) {
            status = gpuc_fail(error, GPUC_EUSAGE,
                               "the output would have the column '%.*s' twice: choose "
                               "input columns with --columns, or results with --output",
                               size, name);
            goto out;
        }
    }
out:
    gpuc_text_map_done(&map);
    return status;
}

static enum gpuc_status make_header(struct gpuc_forest_job *job, struct gpuc_error *error)
{
    const struct gpuc_column_map *map = &job->map;
    struct gpuc_text_list columns = {0};
    struct gpuc_bytes *header = &job->header;
    enum gpuc_status status = GPUC_OK;

    for (size_t i = 0; i < map->n_passed; i++)
        GPUC_TRY(gpuc_text_list_append(&columns,
                                       gpuc_text_list_at(&map->names, map->passed[i]),
                                       map->names.items[map->passed[i]].size, error));
    GPUC_TRY(gpuc_forest_outputs_names(&job->outputs, job->base.model, &columns, error));
    if (!job->has_header)
        goto out;
    GPUC_TRY(check_unique(&columns, error));
    GPUC_TRY(gpuc_bytes_reserve(
        header, 2 * columns.bytes.size + columns.n_items * (GPUC_FIELD_TEXT_EXTRA + 1),
        error));
    uint8_t *to = header->data;
    for (size_t i = 0; i < columns.n_items; i++) {
        const uint8_t *name = (const uint8_t *)gpuc_text_list_at(&columns, i);
        to = gpuc_field_text(to, name, columns.items[i].size, &job->base.dialect, true);
        *to++ = i + 1 < columns.n_items ? job->base.dialect.delimiter : '\n';
    }
    header->size = (size_t)(to - header->data);
out:
    gpuc_text_list_done(&columns);
    return status;
}

enum gpuc_status gpuc_forest_read_header(struct gpuc_forest_job *job,
                                         struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->base.options;
    struct gpuc_column_options column_options = {.has_header = job->has_header,
                                                 .ignore = options->ignore,
                                                 .columns = options->columns};
    struct gpuc_text_list names = {0};
    enum gpuc_status status;
    GPUC_TRY(read_names(job, &names, &column_options.line, error));
    GPUC_TRY(gpuc_column_map_init(&job->map, &names, &job->base.model->info,
                                  &column_options, gpuc_source_name(job->base.source),
                                  error));
    job->n_columns = names.n_items;
    GPUC_TRY(gpuc_feature_runs_init(&job->features.runs, &job->map,
                                    &job->base.model->info,
                                    job->features.missing.any_number, error));
    GPUC_TRY(make_header(job, error));
out:
    gpuc_text_list_done(&names);
    return status;
}

/* Whether a further input has the columns of the first. */
static enum gpuc_status check_names(const struct gpuc_forest_job *job,
                                    const struct gpuc_text_list *names, uint64_t line,
                                    struct gpuc_error *error)
{
    const struct gpuc_text_list *first = &job->map.names;
    const char *input = gpuc_source_name(job->base.source);
    if (names->n_items != job->n_columns)
        return gpuc_fail_at(error, GPUC_EDATA, input, line,
                            "%zu columns, where the first input has %zu", names->n_items,
                            job->n_columns);
    for (size_t i = 0; job->has_header && i < names->n_items; i++) {
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

enum gpuc_status gpuc_forest_check_header(struct gpuc_forest_job *job,
                                          struct gpuc_error *error)
{
    struct gpuc_text_list names = {0};
    uint64_t line = 0;
    enum gpuc_status status = read_names(job, &names, &line, error);
    if (status == GPUC_OK)
        status = check_names(job, &names, line, error);
    gpuc_text_list_done(&names);
    return status;
}
