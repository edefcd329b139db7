/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/reference.h"

#include <string.h>

struct reading {
    struct reference *out;
    enum { START_OF_FIELD, UNQUOTED, QUOTED, QUOTE_IN_QUOTED } state;
    size_t max_field_chars;
    size_t n_chars;      /* of the field under way */
    bool any_other;      /* than white space, in the record under way */
    uint64_t line;       /* of the character */
    uint64_t field_line; /* where its field began */
    struct reference_row row;
};

/* The size of the character at `bytes`, 0 if it is not UTF-8; *ret_c is the character. */
static size_t read_char(const uint8_t *bytes, size_t size, uint32_t *ret_c)
{
    static const struct {
        uint8_t mask, lead;
        uint32_t lowest;
    } forms[] = {
        {0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
    for (size_t n = 1; n <= 4; n++) {
        if ((bytes[0] & forms[n - 1].mask) != forms[n - 1].lead)
            continue;
        if (n > size)
            return 0;
        uint32_t c = bytes[0] & (uint8_t)~forms[n - 1].mask;
        for (size_t i = 1; i < n; i++) {
            if ((bytes[i] & 0xC0) != 0x80)
                return 0;
            c = c << 6 | (bytes[i] & 0x3Fu);
        }
        bool is_surrogate = c >= 0xD800 && c <= 0xDFFF;
        *ret_c = c;
        return c < forms[n - 1].lowest || c > 0x10FFFF || is_surrogate ? 0 : n;
    }
    return 0;
}

static bool is_white(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 ||
           c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static void set_fault(struct reading *reading, const char *fault, uint64_t line)
{
    reading->out->fault = fault;
    reading->out->fault_line = line;
}

/* Adds a character to the field under way. */
static void take_char(struct reading *reading, const uint8_t *bytes, size_t size,
                      uint32_t c)
{
    struct reference *out = reading->out;
    memcpy(out->text + out->text_size, bytes, size);
    out->text_size += size;
    reading->any_other = reading->any_other || !is_white(c);
    if (++reading->n_chars > reading->max_field_chars)
        set_fault(reading, "field larger than field limit", reading->field_line);
}

static void begin_field(struct reading *reading)
{
    struct reference *out = reading->out;
    reading->state = START_OF_FIELD;
    reading->n_chars = 0;
    reading->field_line = reading->line;
    out->fields[out->n_fields].offset = out->text_size;
}

static void end_field(struct reading *reading)
{
    struct reference *out = reading->out;
    size_t i = out->n_fields++;
    out->fields[i].size = out->text_size - out->fields[i].offset;
    reading->row.n_fields++;
    begin_field(reading);
}

static void begin_record(struct reading *reading)
{
    reading->row = (struct reference_row){.first_field = reading->out->n_fields,
                                          .line = reading->line};
    reading->any_other = false;
    begin_field(reading);
}

static void end_record(struct reading *reading)
{
    struct reference *out = reading->out;
    bool has_separator = reading->row.n_fields > 1;
    out->n_records++;
    if (has_separator || reading->any_other)
        out->rows[out->n_rows++] = reading->row;
}

/* Takes a separator or the end of a record, which end the field in any state but one. */
static void take_end(struct reading *reading, bool ends_record)
{
    end_field(reading);
    if (ends_record)
        end_record(reading);
}

static void take(struct reading *reading, const uint8_t *bytes, size_t size, uint32_t c)
{
    switch (reading->state) {
    case START_OF_FIELD:
        reading->state = c == '"' ? QUOTED : UNQUOTED;
        if (c != '"')
            take_char(reading, bytes, size, c);
        break;
    case UNQUOTED:
        take_char(reading, bytes, size, c);
        break;
    case QUOTED:
        if (c == '"')
            reading->state = QUOTE_IN_QUOTED;
        else
            take_char(reading, bytes, size, c);
        break;
    case QUOTE_IN_QUOTED:
        reading->state = QUOTED;
        if (c == '"')
            take_char(reading, bytes, size, c);
        else
            set_fault(reading, "',' expected after '\"'", reading->line);
        break;
    }
}

void reference_read(struct reference *reference, const uint8_t *bytes, size_t size,
                    size_t max_field_chars)
{
    struct reading reading = {
        .out = reference, .max_field_chars = max_field_chars, .line = 1};
    *reference = (struct reference){0};
    begin_record(&reading);
    size_t record_start = 0;
    for (size_t i = 0, n = 0; i < size && reference->fault == NULL; i += n) {
        uint32_t c = 0;
        n = read_char(bytes + i, size - i, &c);
        if (n == 0) {
            set_fault(&reading, "not UTF-8", reading.line);
            return;
        }
        bool crlf = c == '\r' && i + 1 < size && bytes[i + 1] == '\n';
        bool ends_line = c == '\n' || (c == '\r' && !crlf);
        if (reading.state == QUOTED || (c != ',' && c != '\r' && c != '\n')) {
            take(&reading, bytes + i, n, c);
            reading.line += ends_line;
        } else if (c == ',') {
            take_end(&reading, false);
        } else {
            take_end(&reading, true);
            reading.line++;
            n += crlf;
            begin_record(&reading);
            record_start = i + n;
        }
    }
    if (reference->fault != NULL)
        return;
    if (reading.state == QUOTED)
        set_fault(&reading, "unexpected end of data", reading.field_line);
    else if (record_start < size)
        take_end(&reading, true);
}
