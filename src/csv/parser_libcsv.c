/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcsv behind the parser seam: an independent reading of the same records. It runs in
 * strict mode with its space trimming switched off, and refuses what it and the native
 * parser would read differently: a quote inside an unquoted field.
 */
#include <csv.h>

#include "csv/parser.h"
#include "csv/splitter.h"
#include "csv/utf8.h"

struct parse {
    const struct gpuc_dialect *dialect;
    struct gpuc_bytes *bytes;
    struct gpuc_table *table;
    struct gpuc_error *error;
    enum gpuc_status status; /* of what a callback could not do */
    size_t n_fields;
    struct gpuc_field first;
    uint64_t line;        /* where the record under way begins */
    uint64_t inner_lines; /* line ends in its quoted fields */
    int last_end; /* the byte that ended the last record; fields since then clear it */
    bool field_too_big;
};

/* Blanks are part of a field. */
static int no_space(unsigned char byte)
{
    (void)byte;
    return 0;
}

/* Callback: a field. libcsv's buffer is its own, so the text is kept behind the input. */
static void take_field(void *data, size_t size, void *context)
{
    struct parse *parse = context;
    size_t offset = parse->bytes->size;
    if (parse->status != GPUC_OK || parse->field_too_big)
        return;
    if (size > parse->dialect->max_field_chars &&
        gpuc_utf8_count(data, size) > parse->dialect->max_field_chars) {
        parse->field_too_big = true;
        return;
    }
    parse->inner_lines += gpuc_count_lines(data, size);
    parse->status = gpuc_bytes_append(parse->bytes, data, size, parse->error);
    struct gpuc_field field = {.offset = (uint32_t)offset,
                               .size = (uint32_t)size & GPUC_FIELD_SIZE_MAX,
                               .plain = gpuc_field_is_plain(parse->dialect, data, size)};
    if (parse->n_fields == 0)
        parse->first = field;
    gpuc_table_put(parse->table, parse->n_fields++, field);
}

/* Callback: the byte that ends a record, or -1 at the end of the input. */
static void take_record(int end, void *context)
{
    struct parse *parse = context;
    bool is_lf_of_cr_lf = parse->n_fields == 0 && end == '\n' && parse->last_end == '\r';
    parse->last_end = is_lf_of_cr_lf ? 0 : end;
    if (parse->status != GPUC_OK || parse->field_too_big || is_lf_of_cr_lf)
        return;
    if (end == -1 && parse->n_fields == 0)
        return;
    parse->table->text = parse->bytes->data;
    gpuc_table_end_record(parse->table, parse->n_fields, parse->first, parse->line);
    parse->n_fields = 0;
    parse->line += 1 + parse->inner_lines;
    parse->inner_lines = 0;
}

static enum gpuc_status fail(const struct parse *parse,
                             const struct gpuc_records *records, size_t pos,
                             const char *what)
{
    uint64_t line = records->first_line + gpuc_count_lines(parse->bytes->data, pos);
    return gpuc_fail_at(parse->error, GPUC_EDATA, records->name, line, "%s", what);
}

static enum gpuc_status run(struct csv_parser *csv, struct parse *parse,
                            const struct gpuc_records *records, size_t size)
{
    size_t pos = 0;
    while (pos < size) {
        /* The callbacks append to the buffer, which may move it: libcsv reads a copy. */
        uint8_t piece[4096];
        size_t n = size - pos < sizeof piece ? size - pos : sizeof piece;
        memcpy(piece, parse->bytes->data + pos, n);
        size_t taken = csv_parse(csv, piece, n, take_field, take_record, parse);
        pos += taken;
        if (parse->status != GPUC_OK)
            return parse->status;
        if (parse->field_too_big)
            /* libcsv went on to the end of the piece: what was counted is the line. */
            return gpuc_fail_at(parse->error, GPUC_EDATA, records->name,
                                parse->line + parse->inner_lines,
                                "field larger than field limit (%u)",
                                (unsigned)parse->dialect->max_field_chars);
        if (taken != n && csv_error(csv) == CSV_EPARSE)
            return fail(parse, records, pos,
                        "libcsv refuses a quote here (the native parser may read it)");
        if (taken != n)
            return gpuc_fail_memory(parse->error, size, "libcsv");
    }
    if (records->complete && csv_fini(csv, take_field, take_record, parse) != 0)
        return fail(parse, records, size, "unexpected end of data");
    return parse->status;
}

static enum gpuc_status parse_libcsv(const struct gpuc_dialect *dialect,
                                     const struct gpuc_records *records,
                                     struct gpuc_table *table, struct gpuc_error *error)
{
    struct parse parse = {.dialect = dialect,
                          .bytes = records->bytes,
                          .table = table,
                          .error = error,
                          .line = records->first_line};
    struct csv_parser csv;
    size_t size = records->bytes->size;
    if (csv_init(&csv, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
        return gpuc_fail_memory(error, sizeof csv, "libcsv");
    csv_set_delim(&csv, dialect->delimiter);
    csv_set_quote(&csv, dialect->quote);
    csv_set_space_func(&csv, no_space);
    enum gpuc_status status = run(&csv, &parse, records, size);
    csv_free(&csv);
    if (status == GPUC_OK)
        status = gpuc_bytes_reserve(records->bytes, GPUC_TEXT_SLACK, error);
    table->text = records->bytes->data;
    return status;
}

const struct gpuc_parser gpuc_parser_libcsv = {
    .name = "libcsv",
    .summary = "libcsv in strict mode, as an independent check",
    .parse = parse_libcsv,
};
