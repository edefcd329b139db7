/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/reading.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ALIGNMENT = 64, NUMBER_SIZE = 24 };

void reading_require(bool is_so)
{
    if (!is_so)
        abort();
}

void reading_reset(struct reading *reading)
{
    *reading = (struct reading){.goes_on = reading->goes_on, .rows = reading->rows};
    reading->rows.size = 0;
}

void reading_done(struct reading *reading)
{
    gpuc_bytes_done(&reading->rows);
}

static void put(struct reading *reading, const void *bytes, size_t size)
{
    reading_require(gpuc_bytes_append(&reading->rows, bytes, size, NULL) == GPUC_OK);
}

static void put_number(struct reading *reading, uint64_t number, const char *behind)
{
    char text[NUMBER_SIZE];
    int size = snprintf(text, sizeof text, "%" PRIu64 "%s", number, behind);
    put(reading, text, (size_t)size);
}

static void put_field(struct reading *reading, const struct gpuc_dialect *dialect,
                      const struct gpuc_rows *rows, struct gpuc_span field)
{
    bool doubled;
    reading_require(field.begin <= field.end && field.end <= rows->end);
    struct gpuc_span content = gpuc_field_content(dialect, rows->text, field, &doubled);
    size_t size = content.end - content.begin;
    if (!doubled) {
        put_number(reading, size, ":");
        put(reading, rows->text + content.begin, size);
    } else {
        uint8_t *copy = malloc(size);
        reading_require(copy != NULL);
        size = (size_t)(gpuc_copy_undoubled(copy, rows->text, content, dialect->quote) -
                        copy);
        put_number(reading, size, ":");
        put(reading, copy, size);
        free(copy);
    }
    put(reading, ",", 1);
}

/* What the rows say of all their bytes must be true of those of each row. */
static void check_flags(const struct gpuc_dialect *dialect, const struct gpuc_rows *rows,
                        const struct gpuc_row *row)
{
    for (size_t i = row->begin; i < gpuc_row_end(rows, row); i++) {
        reading_require(rows->any_high || rows->text[i] < 0x80);
        reading_require(rows->any_quote || dialect->no_quote ||
                        rows->text[i] != dialect->quote);
    }
}

static void put_fault(struct reading *reading, const struct gpuc_error *error)
{
    if (reading->goes_on) {
        put(reading, "!", 1);
        put(reading, error->message, strlen(error->message));
        put(reading, "\n", 1);
    } else {
        reading->error = *error;
    }
}

void reading_add(struct reading *reading, const struct gpuc_dialect *dialect,
                 const struct gpuc_rows *rows, uint64_t first_line)
{
    size_t pos = rows->begin;
    uint64_t line = first_line;
    for (size_t i = 0; i < rows->n_items && reading->error.status == GPUC_OK; i++) {
        const struct gpuc_row *row = &rows->items[i];
        if (row->fault != GPUC_ROW_GOOD) {
            struct gpuc_error error;
            enum gpuc_status status =
                gpuc_row_fail(rows, row, dialect, "memory", first_line, &error);
            reading_require(rows->any_fault && status == GPUC_EDATA &&
                            error.status == GPUC_EDATA);
            put_fault(reading, &error);
            continue;
        }
        line += gpuc_count_lines(rows->text + pos, row->begin - pos);
        pos = row->begin;
        put_number(reading, line, "=");
        for (size_t column = 0; column < row->n_fields; column++)
            put_field(reading, dialect, rows, gpuc_row_field(rows, row, column));
        put(reading, "\n", 1);
        check_flags(dialect, rows, row);
        reading->n_rows++;
    }
    reading->n_records += rows->n_records;
}

void reading_append(struct reading *reading, const struct reading *next)
{
    if (reading->error.status != GPUC_OK)
        return;
    put(reading, next->rows.data, next->rows.size);
    reading->n_rows += next->n_rows;
    reading->n_records += next->n_records;
    reading->error = next->error;
}

void reading_whole(struct reading *reading, const struct gpuc_parser *parser,
                   const struct gpuc_dialect *dialect, const struct reading_text *text)
{
    size_t begin = text->alignment, end = begin + text->size;
    uint8_t *block = aligned_alloc(ALIGNMENT, (end / ALIGNMENT + 2) * ALIGNMENT);
    struct gpuc_index index = {0};
    struct gpuc_rows rows = {0};
    struct gpuc_scan_state state = GPUC_SCAN_STATE_INIT;
    reading_require(block != NULL);
    /* What stands around a text is of no meaning. */
    memset(block, '"', (end / ALIGNMENT + 2) * ALIGNMENT);
    if (text->size > 0)
        memcpy(block + begin, text->bytes, text->size);
    const struct gpuc_scan_text scan = {block, begin, end};
    reading_require(gpuc_scan(parser->scanner, dialect, &scan, &state, &index, NULL) ==
                    GPUC_OK);
    reading_require(gpuc_index_reserve(&index, 1, 1, NULL) == GPUC_OK);
    const struct gpuc_scanned scanned = {.text = block,
                                         .records = {begin, end},
                                         .index = &index,
                                         .last_fault =
                                             gpuc_end_input(&state, end, &index)};
    reading_require(gpuc_parse_rows(parser, dialect, &scanned, &index, &rows, NULL) ==
                    GPUC_OK);
    reading_reset(reading);
    reading_add(reading, dialect, &rows, text->line);
    gpuc_rows_done(&rows);
    gpuc_index_done(&index);
    free(block);
}

void reading_reference(struct reading *reading, const struct reference *reference)
{
    reading_reset(reading);
    for (size_t i = 0; i < reference->n_rows; i++) {
        const struct reference_row *row = &reference->rows[i];
        put_number(reading, row->line, "=");
        for (size_t k = row->first_field; k < row->first_field + row->n_fields; k++) {
            put_number(reading, reference->fields[k].size, ":");
            put(reading, reference->text + reference->fields[k].offset,
                reference->fields[k].size);
            put(reading, ",", 1);
        }
        put(reading, "\n", 1);
    }
    reading->n_rows = reference->n_rows;
    reading->n_records = reference->n_records;
    if (reference->fault != NULL)
        gpuc_fail_at(&reading->error, GPUC_EDATA, "memory", reference->fault_line, "%s",
                     reference->fault);
}

const char *reading_difference(const struct reading *reading,
                               const struct reading *expected)
{
    const struct gpuc_error *error = &reading->error;
    size_t message_size = strlen(expected->error.message);
    if (reading->n_rows != expected->n_rows)
        return "another number of rows";
    if (reading->rows.size != expected->rows.size ||
        (reading->rows.size > 0 &&
         memcmp(reading->rows.data, expected->rows.data, expected->rows.size) != 0))
        return "other rows";
    if (error->status != expected->error.status || error->line != expected->error.line ||
        strncmp(error->message, expected->error.message, message_size) != 0)
        return "another error";
    if (error->status == GPUC_OK && reading->n_records != expected->n_records)
        return "another number of records";
    return NULL;
}

static void print_bytes(const char *title, const void *bytes, size_t size)
{
    const uint8_t *text = bytes;
    fprintf(stderr, "%s: ", title);
    for (size_t i = 0; i < size; i++)
        fprintf(stderr, text[i] >= ' ' && text[i] < 127 ? "%c" : "\\x%02x", text[i]);
    fprintf(stderr, "\n");
}

void reading_print(const struct reading_text *text, const struct reading *reading,
                   const struct reading *expected)
{
    enum { AT_MOST = 2000 };
    const struct reading *all[] = {reading, expected};
    print_bytes("text", text->bytes, text->size < AT_MOST ? text->size : AT_MOST);
    for (int i = 0; i < 2; i++) {
        size_t size = all[i]->rows.size;
        print_bytes(i == 0 ? "read" : "expected", all[i]->rows.data,
                    size < AT_MOST ? size : AT_MOST);
        fprintf(stderr, "%zu rows, %" PRIu64 " records, error '%s' in line %" PRIu64 "\n",
                all[i]->n_rows, all[i]->n_records, all[i]->error.message,
                all[i]->error.line);
    }
}
