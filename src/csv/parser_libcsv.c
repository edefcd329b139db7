/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcsv as an independent reader. It gets one byte at a time, so that the byte at which
 * it reports a field is where the field ends. It runs in strict mode with its space
 * trimming switched off, and refuses a quote inside an unquoted field. What it says that
 * a field holds must be what everybody else here takes from the same bytes.
 */
#include <csv.h>

#include "csv/parser.h"

struct reading {
    const struct gpuc_dialect *dialect;
    const struct gpuc_scanned *scanned;
    struct gpuc_index *index;  /* has room */
    struct gpuc_bytes content; /* of a field with doubled quotes */
    size_t pos;                /* of the byte that libcsv has */
    size_t field_begin;
    size_t n_fields; /* of the record under way */
    bool after_cr;   /* the byte before ended a record and was a CR */
    bool differs;    /* libcsv reads a field otherwise */
};

/* Blanks are part of a field. */
static int no_space(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void end_field(struct reading *reading)
{
    reading->index->ends[reading->index->n_ends++] = (uint32_t)reading->pos;
    reading->field_begin = reading->pos + 1;
    reading->n_fields++;
}

/* Whether what libcsv made of a field is what its bytes say. */
static bool is_content(struct reading *reading, const uint8_t *text, size_t size)
{
    const uint8_t *bytes = reading->scanned->text;
    struct gpuc_span field = {reading->field_begin, reading->pos};
    bool doubled;
    struct gpuc_span content =
        gpuc_field_content(reading->dialect, bytes, field, &doubled);
    size_t content_size = content.end - content.begin;
    if (!doubled)
        return content_size == size && memcmp(bytes + content.begin, text, size) == 0;
    if (gpuc_bytes_reserve(&reading->content, content_size, NULL) != GPUC_OK)
        return false;
    uint8_t *to = reading->content.data;
    uint8_t *end = gpuc_copy_undoubled(to, bytes, content, reading->dialect->quote);
    return (size_t)(end - to) == size && memcmp(to, text, size) == 0;
}

/* Callback: a field. */
static void take_field(void *data, size_t size, void *context)
{
    struct reading *reading = context;
    reading->differs = reading->differs || !is_content(reading, data, size);
    end_field(reading);
}

/* Callback: the byte that ends a record, or -1 at the end of the input. */
static void take_record(int end, void *context)
{
    struct reading *reading = context;
    struct gpuc_index *index = reading->index;
    bool is_second = reading->n_fields == 0 && end == '\n' && reading->after_cr;
    reading->after_cr = end == '\r';
    if (is_second || (end == -1 && reading->n_fields == 0)) {
        reading->field_begin = reading->pos + 1;
        return;
    }
    if (reading->n_fields == 0)
        end_field(reading);
    index->record_ends[index->n_records++] = (uint32_t)index->n_ends;
    reading->n_fields = 0;
}

/* Ends the record under way as one that libcsv does not read. */
static enum gpuc_row_fault refuse(struct reading *reading)
{
    end_field(reading);
    reading->index->record_ends[reading->index->n_records++] =
        (uint32_t)reading->index->n_ends;
    return GPUC_ROW_REFUSED_BY_LIBCSV;
}

static enum gpuc_row_fault read_all(struct csv_parser *csv, struct reading *reading)
{
    const struct gpuc_scanned *scanned = reading->scanned;
    bool is_whole = scanned->last_fault == GPUC_ROW_GOOD;
    for (; reading->pos < scanned->records.end; reading->pos++) {
        uint8_t byte = scanned->text[reading->pos];
        reading->index->any_quote |= byte == reading->dialect->quote;
        if (byte != '\n')
            reading->after_cr = false;
        if (csv_parse(csv, &byte, 1, take_field, take_record, reading) != 1 ||
            reading->differs)
            return refuse(reading);
    }
    if (is_whole && csv_fini(csv, take_field, take_record, reading) != 0)
        return refuse(reading);
    if (!is_whole && (reading->n_fields > 0 || reading->field_begin < reading->pos)) {
        refuse(reading);
        return scanned->last_fault;
    }
    return GPUC_ROW_GOOD;
}

enum gpuc_status gpuc_libcsv_index(const struct gpuc_dialect *dialect,
                                   const struct gpuc_scanned *scanned,
                                   struct gpuc_index *index,
                                   enum gpuc_row_fault *ret_fault,
                                   struct gpuc_error *error)
{
    struct reading reading = {.dialect = dialect,
                              .scanned = scanned,
                              .index = index,
                              .pos = scanned->records.begin,
                              .field_begin = scanned->records.begin};
    size_t size = scanned->records.end - scanned->records.begin;
    struct csv_parser csv;
    enum gpuc_status status = gpuc_index_reserve(index, size + 8, size + 8, error);
    if (status != GPUC_OK)
        return status;
    if (csv_init(&csv, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
        return gpuc_fail_memory(error, sizeof csv, "libcsv");
    csv_set_delim(&csv, dialect->delimiter);
    csv_set_quote(&csv, dialect->quote);
    csv_set_space_func(&csv, no_space);
    *ret_fault = read_all(&csv, &reading);
    csv_free(&csv);
    gpuc_bytes_done(&reading.content);
    return GPUC_OK;
}
