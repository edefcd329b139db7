/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The native parser: the automaton of Python's csv module as pandas drives it.
 *
 *   start of field   quote: a quoted field opens (only here); else an unquoted one
 *   unquoted field   everything, quotes too, is literal up to delimiter or line end
 *   quoted field     everything is literal up to a quote
 *   after that quote another quote: one quote, and on; delimiter, line end or the end
 *                    of the input: the field ends; anything else is a fault
 *
 * Unquoted text is scanned 64 bytes at a time: a mask of the bytes that can end a field,
 * and one of those that make it more than plain. Quoted fields go from quote to quote.
 */
#include "csv/block.h"
#include "csv/parser.h"
#include "csv/splitter.h"
#include "csv/utf8.h"

struct parse {
    const struct gpuc_dialect *dialect;
    const struct gpuc_records *records;
    struct gpuc_bytes *bytes;
    size_t size; /* of the input; what is behind are unquoted fields */
    struct gpuc_table *table;
    struct gpuc_error *error;
    size_t record_start;
    size_t n_fields; /* of the record under way */
    struct gpuc_field first;
};

static uint64_t line_at(const struct parse *parse, size_t pos)
{
    return parse->records->first_line + gpuc_count_lines(parse->bytes->data, pos);
}

static enum gpuc_status fail(const struct parse *parse, size_t pos, const char *what)
{
    return gpuc_fail_at(parse->error, GPUC_EDATA, parse->records->name,
                        line_at(parse, pos), "%s", what);
}

static enum gpuc_status fail_too_big(const struct parse *parse, size_t pos)
{
    return gpuc_fail_at(parse->error, GPUC_EDATA, parse->records->name,
                        line_at(parse, pos), "field larger than field limit (%u)",
                        (unsigned)parse->dialect->max_field_chars);
}

static bool too_big(const struct parse *parse, size_t offset, size_t size)
{
    return size > parse->dialect->max_field_chars &&
           gpuc_utf8_count(parse->bytes->data + offset, size) >
               parse->dialect->max_field_chars;
}

static void put_field(struct parse *parse, size_t offset, size_t size, bool plain)
{
    struct gpuc_field field = {.offset = (uint32_t)offset,
                               .size = (uint32_t)size & GPUC_FIELD_SIZE_MAX,
                               .plain = plain};
    if (parse->n_fields == 0)
        parse->first = field;
    gpuc_table_put(parse->table, parse->n_fields++, field);
}

static void end_record(struct parse *parse, size_t next)
{
    struct gpuc_table *table = parse->table;
    bool is_long = parse->n_fields > table->n_fields_max && table->long_row == SIZE_MAX;
    uint64_t line = is_long ? line_at(parse, parse->record_start) : 0;
    gpuc_table_end_record(table, parse->n_fields, parse->first, line);
    parse->n_fields = 0;
    parse->record_start = next;
}

/*
 * Steps over what ends a field at `pos` (the end of input counts) and ends the record
 * where that is due. Returns the position of the next field.
 */
static size_t end_field(struct parse *parse, size_t pos)
{
    const uint8_t *bytes = parse->bytes->data;
    if (pos < parse->size && bytes[pos] == parse->dialect->delimiter)
        return pos + 1;
    size_t next = pos;
    if (pos < parse->size)
        next +=
            bytes[pos] == '\r' && pos + 1 < parse->size && bytes[pos + 1] == '\n' ? 2 : 1;
    end_record(parse, next);
    return next;
}

/* Writes text[start..end), its doubled quotes made single, behind the input. */
static enum gpuc_status unquote(struct parse *parse, size_t start, size_t end,
                                size_t *ret_offset)
{
    struct gpuc_bytes *bytes = parse->bytes;
    enum gpuc_status status =
        gpuc_bytes_reserve(bytes, end - start + GPUC_TEXT_SLACK, parse->error);
    if (status != GPUC_OK)
        return status;
    parse->table->text = bytes->data;
    *ret_offset = bytes->size;
    for (size_t i = start; i < end; i++) {
        uint8_t byte = bytes->data[i];
        gpuc_bytes_put_byte(bytes, byte);
        i += byte == parse->dialect->quote;
    }
    return GPUC_OK;
}

/* Finds the quote that closes the field whose text begins at `start`; `size` if none. */
static size_t closing_quote(const struct parse *parse, size_t start, bool *ret_doubled)
{
    const uint8_t *bytes = parse->bytes->data;
    size_t pos = start;
    *ret_doubled = false;
    while (pos < parse->size) {
        const uint8_t *quote =
            memchr(bytes + pos, parse->dialect->quote, parse->size - pos);
        if (quote == NULL)
            return parse->size;
        pos = (size_t)(quote - bytes);
        if (pos + 1 == parse->size || bytes[pos + 1] != parse->dialect->quote)
            return pos;
        *ret_doubled = true;
        pos += 2;
    }
    return parse->size;
}

/* Takes the quoted field whose opening quote is at *pos; moves *pos to the next field. */
static enum gpuc_status take_quoted(struct parse *parse, size_t *pos)
{
    size_t start = *pos + 1;
    size_t offset = start;
    bool doubled;
    size_t end = closing_quote(parse, start, &doubled);
    size_t size = end - start;
    if (doubled) {
        enum gpuc_status status = unquote(parse, start, end, &offset);
        if (status != GPUC_OK)
            return status;
        size = parse->bytes->size - offset;
    }
    if (too_big(parse, offset, size))
        return fail_too_big(parse, *pos);
    if (end == parse->size) {
        if (parse->records->complete)
            return fail(parse, *pos, "unexpected end of data");
        *pos = parse->size;
        return GPUC_OK;
    }
    size_t after = end + 1;
    if (after < parse->size) {
        uint8_t byte = parse->bytes->data[after];
        if (byte != parse->dialect->delimiter && byte != '\n' && byte != '\r')
            return fail(parse, after, "',' expected after '\"'");
    }
    put_field(parse, offset, size,
              gpuc_field_is_plain(parse->dialect, parse->bytes->data + offset, size));
    *pos = end_field(parse, after);
    return GPUC_OK;
}

/*
 * Takes unquoted fields from *pos on, up to a field that opens with a quote or the end of
 * the input, and moves *pos there.
 */
static enum gpuc_status take_unquoted(struct parse *parse, size_t *pos)
{
    const uint8_t *bytes = parse->bytes->data;
    const struct gpuc_dialect *dialect = parse->dialect;
    size_t start = *pos; /* of the field under way */
    bool plain = true;
    for (size_t base = *pos; base < parse->size;) {
        struct gpuc_block block = gpuc_block_load(bytes + base);
        uint64_t inside = gpuc_block_first(
            parse->size - base < GPUC_BLOCK_SIZE ? (unsigned)(parse->size - base) : 64);
        uint64_t odd = gpuc_block_high_or(&block, '\t', dialect->quote);
        uint64_t ends = gpuc_block_any(&block, dialect->delimiter, '\n', '\r') & inside;
        while (ends != 0) {
            unsigned bit = gpuc_block_lowest(ends);
            size_t end = base + bit;
            ends &= ends - 1;
            if (end < start) /* the LF of a CR LF */
                continue;
            if (too_big(parse, start, end - start))
                return fail_too_big(parse, start);
            put_field(parse, start, end - start,
                      plain && (odd & gpuc_block_first(bit)) == 0);
            start = end_field(parse, end);
            plain = true;
            odd &= ~gpuc_block_first(bit);
            if (start < parse->size && bytes[start] == dialect->quote) {
                *pos = start;
                return GPUC_OK;
            }
        }
        plain = plain && (odd & inside) == 0;
        base += GPUC_BLOCK_SIZE;
    }
    *pos = parse->size;
    if (start >= parse->size)
        return GPUC_OK;
    if (too_big(parse, start, parse->size - start))
        return fail_too_big(parse, start);
    if (parse->records->complete) {
        put_field(parse, start, parse->size - start, plain);
        end_record(parse, parse->size);
    }
    return GPUC_OK;
}

static enum gpuc_status parse_native(const struct gpuc_dialect *dialect,
                                     const struct gpuc_records *records,
                                     struct gpuc_table *table, struct gpuc_error *error)
{
    struct parse parse = {.dialect = dialect,
                          .records = records,
                          .bytes = records->bytes,
                          .size = records->bytes->size,
                          .table = table,
                          .error = error};
    enum gpuc_status status =
        gpuc_bytes_reserve(records->bytes, 2 * GPUC_BLOCK_SIZE, error);
    if (status != GPUC_OK)
        return status;
    /* Blocks are loaded whole; what is behind the input must be defined. */
    memset(records->bytes->data + parse.size, 0, 2 * GPUC_BLOCK_SIZE);
    table->text = records->bytes->data;
    size_t pos = 0;
    while (status == GPUC_OK && pos < parse.size) {
        if (records->bytes->data[pos] == dialect->quote)
            status = take_quoted(&parse, &pos);
        else
            status = take_unquoted(&parse, &pos);
    }
    if (status == GPUC_OK && records->complete && parse.n_fields > 0) {
        /* The last byte was a delimiter: an empty field follows it. */
        put_field(&parse, parse.size, 0, true);
        end_record(&parse, parse.size);
    }
    return status;
}

const struct gpuc_parser gpuc_parser_native = {
    .name = "native",
    .summary = "the rules of Python's csv module and pandas, 64 bytes at a time",
    .parse = parse_native,
};
