/* SPDX-License-Identifier: Apache-2.0 */
#include "model/document.h"

#include <stdarg.h>
#include <stdio.h>

#include "csv/number.h"

void gpuc_document_open(struct gpuc_document *document,
                        const struct gpuc_encoding *encoding,
                        const struct gpuc_model_file *file)
{
    *document = (struct gpuc_document){.encoding = encoding, .file = file};
}

void gpuc_document_close(struct gpuc_document *document)
{
    gpuc_bytes_done(&document->unescaped);
}

enum gpuc_status gpuc_document_end(struct gpuc_document *document,
                                   struct gpuc_error *error)
{
    /* Readers refuse anything else after the outermost value. */
    return gpuc_document_next(document, error);
}

void gpuc_document_return(struct gpuc_document *document,
                          const struct gpuc_document_place *place)
{
    document->place = *place;
    document->is_peeked = false;
}

enum gpuc_status gpuc_document_fail(const struct gpuc_document *document,
                                    struct gpuc_error *error, const char *format, ...)
{
    const struct gpuc_model_file *file = document->file;
    const bool has_part = document->part[0] != '\0';
    const bool has_field = document->field != NULL;
    const size_t at = document->token_at;
    char what[128];
    char text[512];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    snprintf(what, sizeof what, "%s%s%s%s", document->part,
             has_part && has_field ? ", " : "", has_field ? document->field : "",
             has_part || has_field ? ": " : "");
    if (!document->encoding->has_lines)
        return gpuc_fail(error, GPUC_EMODEL, "%s: byte %zu: %s%s", file->name, at, what,
                         text);
    uint64_t line = 1;
    size_t line_begin = 0;
    for (size_t i = 0; i < at; i++) {
        if (file->bytes[i] == '\n') {
            line++;
            line_begin = i + 1;
        }
    }
    return gpuc_fail_at(error, GPUC_EMODEL, file->name, line, "column %zu: %s%s",
                        at - line_begin + 1, what, text);
}

/* Reads a token that must be of one kind. */
static enum gpuc_status expect(struct gpuc_document *document, enum gpuc_token token,
                               const char *what, struct gpuc_error *error)
{
    const enum gpuc_status status = gpuc_document_next(document, error);
    if (status == GPUC_OK && document->token != token)
        return gpuc_document_fail(document, error, "%s was expected", what);
    return status;
}

enum gpuc_status gpuc_document_read_text(struct gpuc_document *document,
                                         struct gpuc_text *ret_text,
                                         struct gpuc_error *error)
{
    const enum gpuc_status status =
        expect(document, GPUC_TOKEN_STRING, "a string", error);
    if (status == GPUC_OK)
        *ret_text = document->text;
    return status;
}

enum gpuc_status
gpuc_document_read_array(struct gpuc_document *document, void *record,
                         enum gpuc_status (*read)(struct gpuc_document *document,
                                                  void *record, struct gpuc_error *error),
                         struct gpuc_error *error)
{
    enum gpuc_status status = expect(document, GPUC_TOKEN_BEGIN_ARRAY, "an array", error);

    while (status == GPUC_OK) {
        status = gpuc_document_next(document, error);
        if (status != GPUC_OK || document->token == GPUC_TOKEN_END_ARRAY)
            break;
        /* Items read their first token themselves. */
        document->is_peeked = true;
        status = read(document, record, error);
    }
    return status;
}

static enum gpuc_status token_real(const struct gpuc_document *document,
                                   double *ret_value, struct gpuc_error *error)
{
    if (document->token != GPUC_TOKEN_NUMBER)
        return gpuc_document_fail(document, error, "a number was expected");
    if (document->text.size == 0)
        *ret_value = document->real;
    else if (!gpuc_text_real(document->text, ret_value))
        return gpuc_document_fail(document, error, "this is no number");
    return GPUC_OK;
}

static enum gpuc_status token_integer(const struct gpuc_document *document,
                                      int64_t *ret_value, struct gpuc_error *error)
{
    if (document->token != GPUC_TOKEN_NUMBER || !document->is_integer)
        return gpuc_document_fail(document, error, "an integer was expected");
    if (document->text.size == 0)
        *ret_value = document->integer;
    else if (!gpuc_text_integer(document->text, ret_value))
        return gpuc_document_fail(document, error, "the integer takes over 64 bits");
    return GPUC_OK;
}

static enum gpuc_status token_flag(const struct gpuc_document *document,
                                   int64_t *ret_value, struct gpuc_error *error)
{
    if (document->token == GPUC_TOKEN_BOOL) {
        *ret_value = document->boolean;
        return GPUC_OK;
    }
    const enum gpuc_status status = token_integer(document, ret_value, error);
    if (status == GPUC_OK && *ret_value >> 1 != 0)
        return gpuc_document_fail(document, error, "a boolean, 0 or 1 was expected");
    return status;
}

/* Makes room for one more item. */
static enum gpuc_status grow(void *items, size_t n_items, size_t *capacity,
                             size_t item_size, struct gpuc_error *error)
{
    void *block;
    if (n_items < *capacity)
        return GPUC_OK;
    memcpy(&block, items, sizeof block);
    const enum gpuc_status status = gpuc_grow(&block, capacity, n_items + 1, item_size,
                                              "an array of the model", error);
    memcpy(items, &block, sizeof block);
    return status;
}

enum gpuc_status gpuc_document_read_reals(struct gpuc_document *document,
                                          struct gpuc_reals *reals,
                                          struct gpuc_error *error)
{
    enum gpuc_status status;

    reals->n_items = 0;
    GPUC_TRY(expect(document, GPUC_TOKEN_BEGIN_ARRAY, "an array of numbers", error));
    for (;;) {
        GPUC_TRY(gpuc_document_next(document, error));
        if (document->token == GPUC_TOKEN_END_ARRAY)
            break;
        GPUC_TRY(grow(&reals->items, reals->n_items, &reals->capacity,
                      sizeof *reals->items, error));
        GPUC_TRY(token_real(document, &reals->items[reals->n_items], error));
        reals->n_items++;
    }
out:
    return status;
}

/* `read_token`: token_integer or token_flag. */
static enum gpuc_status
read_integers(struct gpuc_document *document, struct gpuc_integers *integers,
              enum gpuc_status (*read_token)(const struct gpuc_document *, int64_t *,
                                             struct gpuc_error *),
              struct gpuc_error *error)
{
    enum gpuc_status status;

    integers->n_items = 0;
    GPUC_TRY(expect(document, GPUC_TOKEN_BEGIN_ARRAY, "an array of integers", error));
    for (;;) {
        GPUC_TRY(gpuc_document_next(document, error));
        if (document->token == GPUC_TOKEN_END_ARRAY)
            break;
        GPUC_TRY(grow(&integers->items, integers->n_items, &integers->capacity,
                      sizeof *integers->items, error));
        GPUC_TRY(read_token(document, &integers->items[integers->n_items], error));
        integers->n_items++;
    }
out:
    return status;
}

enum gpuc_status gpuc_document_read_integers(struct gpuc_document *document,
                                             struct gpuc_integers *integers,
                                             struct gpuc_error *error)
{
    return read_integers(document, integers, token_integer, error);
}

enum gpuc_status gpuc_document_skip(struct gpuc_document *document,
                                    struct gpuc_error *error)
{
    const bool has_begun =
        document->is_peeked && (document->token == GPUC_TOKEN_BEGIN_OBJECT ||
                                document->token == GPUC_TOKEN_BEGIN_ARRAY);
    const size_t depth = document->place.depth - has_begun;
    enum gpuc_status status;

    do
        status = gpuc_document_next(document, error);
    while (status == GPUC_OK && document->place.depth > depth);
    return status;
}

static enum gpuc_status read_field(struct gpuc_document *document,
                                   const struct gpuc_field_reader *field, void *record,
                                   struct gpuc_error *error)
{
    void *destination = (char *)record + field->offset;
    struct gpuc_text text;
    enum gpuc_status status;

    switch (field->kind) {
    case GPUC_FIELD_REALS:
        return gpuc_document_read_reals(document, destination, error);
    case GPUC_FIELD_INTEGERS:
        return gpuc_document_read_integers(document, destination, error);
    case GPUC_FIELD_FLAGS:
        return read_integers(document, destination, token_flag, error);
    case GPUC_FIELD_INTEGER:
        GPUC_TRY(gpuc_document_next(document, error));
        return token_integer(document, destination, error);
    case GPUC_FIELD_TEXT:
        GPUC_TRY(gpuc_document_read_text(document, &text, error));
        return gpuc_bytes_append(destination, text.bytes, text.size, error);
    case GPUC_FIELD_PLACE:
        memcpy(destination, &document->place, sizeof document->place);
        return gpuc_document_skip(document, error);
    case GPUC_FIELD_READ:
        return field->read(document, record, error);
    }
    return GPUC_OK;
out:
    return status;
}

/* The field of the key that was read last; n_fields: it has none. */
static size_t find_field(const struct gpuc_document *document,
                         const struct gpuc_object_reader *reader)
{
    size_t i = 0;
    while (
        i < reader->n_fields &&
        (strlen(reader->fields[i].name) != document->text.size ||
         memcmp(reader->fields[i].name, document->text.bytes, document->text.size) != 0))
        i++;
    return i;
}

/* Reads the value of the member whose key was read last. */
static enum gpuc_status read_member(struct gpuc_document *document,
                                    const struct gpuc_object_reader *reader, void *record,
                                    uint32_t *seen, struct gpuc_error *error)
{
    const size_t i = find_field(document, reader);
    const char *outer_field = document->field;

    if (i == reader->n_fields)
        return gpuc_document_skip(document, error);
    document->field = reader->fields[i].name;
    if (*seen >> i & 1)
        return gpuc_document_fail(document, error, "it occurs twice in one object");
    *seen |= UINT32_C(1) << i;
    const enum gpuc_status status =
        read_field(document, &reader->fields[i], record, error);
    document->field = outer_field;
    return status;
}

enum gpuc_status gpuc_document_read_object(struct gpuc_document *document,
                                           const struct gpuc_object_reader *reader,
                                           void *record, uint32_t *ret_seen,
                                           struct gpuc_error *error)
{
    uint32_t seen = 0;
    enum gpuc_status status;

    GPUC_TRY(expect(document, GPUC_TOKEN_BEGIN_OBJECT, "an object", error));
    for (;;) {
        GPUC_TRY(gpuc_document_next(document, error));
        if (document->token == GPUC_TOKEN_END_OBJECT)
            break;
        GPUC_TRY(read_member(document, reader, record, &seen, error));
    }
    for (size_t i = 0; i < reader->n_required; i++)
        if (!(seen >> i & 1))
            return gpuc_document_fail(document, error, "the object has no member '%s'",
                                      reader->fields[i].name);
    if (ret_seen != NULL)
        *ret_seen = seen;
out:
    return status;
}

bool gpuc_text_real(struct gpuc_text text, double *ret_value)
{
    return gpuc_number_read(text.bytes, text.size, ret_value);
}

bool gpuc_text_integer(struct gpuc_text text, int64_t *ret_value)
{
    const bool is_negative = text.size > 0 && text.bytes[0] == '-';
    uint64_t value = 0;
    size_t i = is_negative;

    if (i == text.size)
        return false;
    for (; i < text.size; i++) {
        const unsigned digit = (unsigned)text.bytes[i] - '0';
        if (digit > 9 || value > (uint64_t)INT64_MAX / 10)
            return false;
        value = value * 10 + digit;
        if (value > (uint64_t)INT64_MAX)
            return false;
    }
    *ret_value = is_negative ? -(int64_t)value : (int64_t)value;
    return true;
}
