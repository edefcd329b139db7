/* SPDX-License-Identifier: Apache-2.0 */
#include "model/lightgbm_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "csv/number.h"

enum {
    MESSAGE_SIZE = 256,
    ITEM_SIZE = 40, /* "coefficient 18446744073709551615" and more */
    QUOTED_MAX = 40 /* bytes of a field that a message repeats */
};

struct gpuc_lightgbm_text gpuc_lightgbm_text_of(const struct gpuc_model_file *file)
{
    return (struct gpuc_lightgbm_text){.name = file->name,
                                       .begin = file->bytes,
                                       .at = file->bytes,
                                       .end = file->bytes + file->size,
                                       .tree = GPUC_LIGHTGBM_NO_TREE,
                                       .with_gains = file->with_gains};
}

bool gpuc_lightgbm_next_line(struct gpuc_lightgbm_text *text,
                             struct gpuc_lightgbm_line *ret_line)
{
    if (text->at == text->end)
        return false;
    const uint8_t *begin = text->at;
    const uint8_t *end = memchr(begin, '\n', (size_t)(text->end - begin));
    text->at = end == NULL ? text->end : end + 1;
    if (end == NULL)
        end = text->end;
    if (end > begin && end[-1] == '\r')
        end--;

    size_t size = (size_t)(end - begin);
    const uint8_t *equals = size > 0 ? memchr(begin, '=', size) : NULL;
    const uint8_t *value = equals == NULL ? end : equals + 1;
    *ret_line = (struct gpuc_lightgbm_line){
        .text = begin,
        .size = size,
        .value = value,
        .value_size = (size_t)(end - value),
        .key_size = equals == NULL ? size : (size_t)(equals - begin)};
    return true;
}

bool gpuc_lightgbm_line_is(const struct gpuc_lightgbm_line *line, const char *words)
{
    return line->size == strlen(words) && memcmp(line->text, words, line->size) == 0;
}

static bool has_key(const struct gpuc_lightgbm_line *line, const char *key)
{
    return line->key_size == strlen(key) && memcmp(line->text, key, line->key_size) == 0;
}

bool gpuc_lightgbm_key_is(const struct gpuc_lightgbm_line *line, const char *key)
{
    return line->key_size < line->size && has_key(line, key);
}

/* Lines are counted only here, since a model that is sound never asks for them. */
static uint64_t line_number(const struct gpuc_lightgbm_text *text, const uint8_t *at)
{
    uint64_t line = 1;

    for (const uint8_t *byte = text->begin; byte < at; byte++)
        line += *byte == '\n';
    return line;
}

/* `item`: "node 3", or empty. */
static enum gpuc_status fail_message(const struct gpuc_lightgbm_text *text,
                                     const uint8_t *at, const char *item,
                                     const char *message, struct gpuc_error *error)
{
    bool in_tree = text->tree != GPUC_LIGHTGBM_NO_TREE;
    char place[ITEM_SIZE] = "";

    if (in_tree)
        snprintf(place, sizeof place, "tree %lld", (long long)text->tree);
    return gpuc_fail_at(error, GPUC_EMODEL, text->name, line_number(text, at),
                        "%s%s%s%s%s", place, in_tree && *item != '\0' ? ", " : "", item,
                        in_tree || *item != '\0' ? ": " : "", message);
}

enum gpuc_status gpuc_lightgbm_fail(const struct gpuc_lightgbm_text *text,
                                    const uint8_t *at, struct gpuc_error *error,
                                    const char *format, ...)
{
    char message[MESSAGE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return fail_message(text, at, "", message, error);
}

struct gpuc_lightgbm_fields gpuc_lightgbm_fields_of(const struct gpuc_lightgbm_text *text,
                                                    const struct gpuc_lightgbm_line *line,
                                                    const char *key, const char *item)
{
    return (struct gpuc_lightgbm_fields){.text = text,
                                         .at = line->value,
                                         .end = line->value + line->value_size,
                                         .key = key,
                                         .item = item};
}

bool gpuc_lightgbm_next_field(struct gpuc_lightgbm_fields *fields,
                              const uint8_t **ret_field, size_t *ret_size)
{
    const uint8_t *at = fields->at;
    const uint8_t *end = fields->end;

    while (at < end && *at == ' ')
        at++;
    *ret_field = at;
    while (at < end && *at != ' ')
        at++;
    *ret_size = (size_t)(at - *ret_field);
    fields->at = at;
    if (*ret_size == 0)
        return false;
    fields->n_read++;
    return true;
}

size_t gpuc_lightgbm_count_fields(const struct gpuc_lightgbm_fields *fields)
{
    struct gpuc_lightgbm_fields left = {.at = fields->at, .end = fields->end};
    const uint8_t *field;
    size_t size;

    while (gpuc_lightgbm_next_field(&left, &field, &size))
        ;
    return left.n_read;
}

enum gpuc_status gpuc_lightgbm_fail_field(const struct gpuc_lightgbm_fields *fields,
                                          const uint8_t *field, struct gpuc_error *error,
                                          const char *format, ...)
{
    char item[ITEM_SIZE] = "";
    char message[MESSAGE_SIZE];
    va_list arguments;

    if (fields->item != NULL && fields->n_read > 0)
        snprintf(item, sizeof item, "%s %zu", fields->item, fields->n_read - 1);
    int size = snprintf(message, sizeof message, "%s: ", fields->key);
    va_start(arguments, format);
    vsnprintf(message + size, sizeof message - (size_t)size, format, arguments);
    va_end(arguments);
    return fail_message(fields->text, field, item, message, error);
}

int gpuc_lightgbm_quoted_size(size_t size)
{
    return size < QUOTED_MAX ? (int)size : QUOTED_MAX;
}

static enum gpuc_status fail_too_few(const struct gpuc_lightgbm_fields *fields,
                                     struct gpuc_error *error)
{
    struct gpuc_lightgbm_fields missing = *fields;

    missing.n_read++;
    return gpuc_lightgbm_fail_field(&missing, fields->at, error, "there is no value");
}

/* Digits with an optional '-' in front; not more of them than fit. */
static bool read_integer(const uint8_t *field, size_t size, int64_t *ret_value)
{
    const uint8_t *end = field + size;
    bool is_negative = size > 0 && *field == '-';
    int64_t value = 0;

    field += is_negative;
    if (field == end)
        return false;
    for (; field < end; field++) {
        if (*field < '0' || *field > '9' || value > INT64_C(1) << 53)
            return false;
        value = 10 * value + (*field - '0');
    }
    *ret_value = is_negative ? -value : value;
    return true;
}

enum gpuc_status gpuc_lightgbm_next_integer(struct gpuc_lightgbm_fields *fields,
                                            int64_t min, int64_t max, int64_t *ret_value,
                                            struct gpuc_error *error)
{
    const uint8_t *field;
    size_t size;

    if (!gpuc_lightgbm_next_field(fields, &field, &size))
        return fail_too_few(fields, error);
    if (!read_integer(field, size, ret_value) || *ret_value < min || *ret_value > max)
        return gpuc_lightgbm_fail_field(
            fields, field, error, "'%.*s' is no whole number from %lld to %lld",
            gpuc_lightgbm_quoted_size(size), (const char *)field, (long long)min,
            (long long)max);
    return GPUC_OK;
}

enum gpuc_status gpuc_lightgbm_next_number(struct gpuc_lightgbm_fields *fields,
                                           double *ret_value, struct gpuc_error *error)
{
    const uint8_t *field;
    size_t size;

    if (!gpuc_lightgbm_next_field(fields, &field, &size))
        return fail_too_few(fields, error);
    if (!gpuc_number_read(field, size, ret_value) || isnan(*ret_value))
        return gpuc_lightgbm_fail_field(fields, field, error, "'%.*s' is no number",
                                        gpuc_lightgbm_quoted_size(size),
                                        (const char *)field);
    return GPUC_OK;
}

enum gpuc_status gpuc_lightgbm_fields_end(struct gpuc_lightgbm_fields *fields,
                                          struct gpuc_error *error)
{
    size_t n_read = fields->n_read;
    const uint8_t *field;
    size_t size;

    if (!gpuc_lightgbm_next_field(fields, &field, &size))
        return GPUC_OK;
    fields->item = NULL;
    return gpuc_lightgbm_fail_field(fields, field, error, "there are over %zu values",
                                    n_read);
}

enum gpuc_status gpuc_lightgbm_keep_line(const struct gpuc_lightgbm_lines *lines,
                                         const struct gpuc_lightgbm_line *line,
                                         struct gpuc_error *error)
{
    for (size_t i = 0; i < lines->n_keys; i++) {
        if (!has_key(line, lines->keys[i]))
            continue;
        if (lines->lines[i].text != NULL)
            return gpuc_lightgbm_fail(lines->text, line->text, error,
                                      "there is a second line '%s'", lines->keys[i]);
        lines->lines[i] = *line;
        break;
    }
    return GPUC_OK;
}

enum gpuc_status gpuc_lightgbm_open_fields(const struct gpuc_lightgbm_lines *lines,
                                           size_t key, const char *item,
                                           struct gpuc_lightgbm_fields *ret_fields,
                                           struct gpuc_error *error)
{
    const struct gpuc_lightgbm_line *line = &lines->lines[key];

    if (line->text == NULL)
        return gpuc_lightgbm_fail(lines->text, lines->text->at, error,
                                  "there is no line '%s'", lines->keys[key]);
    *ret_fields = gpuc_lightgbm_fields_of(lines->text, line, lines->keys[key], item);
    return GPUC_OK;
}

enum gpuc_status gpuc_lightgbm_read_integer(const struct gpuc_lightgbm_lines *lines,
                                            size_t key, int64_t min, int64_t max,
                                            int64_t *ret_value, struct gpuc_error *error)
{
    struct gpuc_lightgbm_fields fields = {.text = lines->text};
    enum gpuc_status status;

    GPUC_TRY(gpuc_lightgbm_open_fields(lines, key, NULL, &fields, error));
    GPUC_TRY(gpuc_lightgbm_next_integer(&fields, min, max, ret_value, error));
    GPUC_TRY(gpuc_lightgbm_fields_end(&fields, error));
out:
    return status;
}
