/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON as RFC 8259 has it, plus the literals NaN, Infinity and -Infinity that XGBoost
 * writes. A zero byte follows the file's bytes, and is nowhere part of JSON, so single
 * bytes are looked at without asking whether the file ends there.
 */
#include "csv/utf8.h"
#include "model/document.h"

static enum gpuc_status fail_at(struct gpuc_document *document, size_t at,
                                const char *text, struct gpuc_error *error)
{
    const bool at_end = at >= document->file->size;
    document->token_at = at_end ? document->file->size : at;
    return gpuc_document_fail(document, error, "%s",
                              at_end ? "the file ends here" : text);
}

static void skip_space(struct gpuc_document *document)
{
    const uint8_t *bytes = document->file->bytes;
    size_t at = document->place.at;
    while (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' ||
           bytes[at] == '\t')
        at++;
    document->place.at = at;
}

/* The value of 4 hexadecimal digits; -1: they are none. */
static int32_t hex4(const uint8_t *digits)
{
    int32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        const uint8_t c = digits[i];
        const uint8_t lower = c | 0x20;
        if (c >= '0' && c <= '9')
            value = value * 16 + (c - '0');
        else if (lower >= 'a' && lower <= 'f')
            value = value * 16 + (lower - 'a' + 10);
        else
            return -1;
    }
    return value;
}

static void put_utf8(struct gpuc_bytes *bytes, uint32_t code)
{
    if (code < 0x80) {
        gpuc_bytes_put_byte(bytes, (uint8_t)code);
        return;
    }
    if (code < 0x800) {
        gpuc_bytes_put_byte(bytes, (uint8_t)(0xc0 | code >> 6));
    } else {
        if (code < 0x10000) {
            gpuc_bytes_put_byte(bytes, (uint8_t)(0xe0 | code >> 12));
        } else {
            gpuc_bytes_put_byte(bytes, (uint8_t)(0xf0 | code >> 18));
            gpuc_bytes_put_byte(bytes, (uint8_t)(0x80 | (code >> 12 & 0x3f)));
        }
        gpuc_bytes_put_byte(bytes, (uint8_t)(0x80 | (code >> 6 & 0x3f)));
    }
    gpuc_bytes_put_byte(bytes, (uint8_t)(0x80 | (code & 0x3f)));
}

/* What follows "\u"; returns the bytes that it takes, 0 if it is no code point. */
static size_t unescape_code(struct gpuc_bytes *unescaped, const uint8_t *digits)
{
    const int32_t unit = hex4(digits);
    if (unit < 0 || (unit >= 0xdc00 && unit <= 0xdfff))
        return 0;
    if (unit < 0xd800 || unit > 0xdbff) {
        put_utf8(unescaped, (uint32_t)unit);
        return 4;
    }
    if (digits[4] != '\\' || digits[5] != 'u')
        return 0;
    const int32_t low = hex4(digits + 6);
    if (low < 0xdc00 || low > 0xdfff)
        return 0;
    put_utf8(unescaped,
             0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(low - 0xdc00));
    return 10;
}

/* Unescapes what follows a backslash; returns the bytes that it takes, 0: it is wrong. */
static size_t unescape(struct gpuc_bytes *unescaped, const uint8_t *text)
{
    static const char names[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    const char *name;

    if (text[0] == 'u') {
        const size_t size = unescape_code(unescaped, text + 1);
        return size > 0 ? size + 1 : 0;
    }
    if (text[0] == '\0' || (name = strchr(names, text[0])) == NULL)
        return 0;
    gpuc_bytes_put_byte(unescaped, (uint8_t)values[name - names]);
    return 1;
}

/* Where a string's text stops to be plain: at a quote, backslash or control character. */
static size_t plain_end(const uint8_t *bytes, size_t at)
{
    while (bytes[at] >= 0x20 && bytes[at] != '"' && bytes[at] != '\\')
        at++;
    return at;
}

/* Reads the rest of a string with a backslash at `at`; its text began at `begin`. */
static enum gpuc_status read_escaped(struct gpuc_document *document, size_t begin,
                                     size_t at, struct gpuc_error *error)
{
    const uint8_t *bytes = document->file->bytes;
    struct gpuc_bytes *unescaped = &document->unescaped;
    enum gpuc_status status;

    unescaped->size = 0;
    for (;;) {
        /* No escape sequence is shorter than the text that it stands for. */
        GPUC_TRY(gpuc_bytes_reserve(unescaped, at - begin + 4, error));
        gpuc_bytes_put(unescaped, bytes + begin, at - begin);
        if (bytes[at] != '\\')
            break;
        const size_t size = unescape(unescaped, bytes + at + 1);
        if (size == 0)
            return fail_at(document, at, "wrong escape sequence in a string", error);
        begin = at + 1 + size;
        at = plain_end(bytes, begin);
    }
    document->text = (struct gpuc_text){unescaped->data, unescaped->size};
    document->place.at = at;
out:
    return status;
}

/* Reads a string or key; the place is at its first quote. */
static enum gpuc_status read_string(struct gpuc_document *document,
                                    struct gpuc_error *error)
{
    const uint8_t *bytes = document->file->bytes;
    const size_t begin = document->place.at + 1;
    const size_t end = plain_end(bytes, begin);

    if (bytes[end] == '\\') {
        const enum gpuc_status status = read_escaped(document, begin, end, error);
        if (status != GPUC_OK)
            return status;
    } else {
        document->text = (struct gpuc_text){bytes + begin, end - begin};
        document->place.at = end;
    }
    if (bytes[document->place.at] != '"')
        return fail_at(document, document->place.at, "control character in a string",
                       error);
    document->place.at++;
    if (gpuc_utf8_valid_prefix(document->text.bytes, document->text.size) !=
        document->text.size)
        return fail_at(document, begin, "the string is not valid UTF-8", error);
    return GPUC_OK;
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* Steps over digits; false: there is none. */
static bool skip_digits(const uint8_t *bytes, size_t *at)
{
    const size_t begin = *at;
    while (is_digit(bytes[*at]))
        ++*at;
    return *at > begin;
}

/* Steps over a literal if it is there. */
static bool skip_literal(const uint8_t *bytes, size_t *at, const char *literal)
{
    const size_t size = strlen(literal);
    /* strncmp stops at the zero byte behind the file. */
    if (strncmp((const char *)bytes + *at, literal, size) != 0)
        return false;
    *at += size;
    return true;
}

static enum gpuc_status read_number(struct gpuc_document *document,
                                    struct gpuc_error *error)
{
    const uint8_t *bytes = document->file->bytes;
    const size_t begin = document->place.at;
    size_t at = begin + (bytes[begin] == '-');
    const bool leading_zero = bytes[at] == '0' && is_digit(bytes[at + 1]);

    document->token = GPUC_TOKEN_NUMBER;
    document->is_integer = false;
    if (!skip_literal(bytes, &at, "Infinity") &&
        !(at == begin && skip_literal(bytes, &at, "NaN"))) {
        document->is_integer = true;
        if (leading_zero || !skip_digits(bytes, &at))
            return fail_at(document, at, "this is no JSON number", error);
        if (bytes[at] == '.') {
            document->is_integer = false;
            at++;
            if (!skip_digits(bytes, &at))
                return fail_at(document, at, "a digit was expected", error);
        }
        if (bytes[at] == 'e' || bytes[at] == 'E') {
            document->is_integer = false;
            at++;
            at += bytes[at] == '+' || bytes[at] == '-';
            if (!skip_digits(bytes, &at))
                return fail_at(document, at, "a digit was expected", error);
        }
    }
    document->text = (struct gpuc_text){bytes + begin, at - begin};
    document->place.at = at;
    return GPUC_OK;
}

static enum gpuc_status open_level(struct gpuc_document *document, uint8_t bracket,
                                   struct gpuc_error *error)
{
    struct gpuc_document_place *place = &document->place;
    if (place->depth == GPUC_DOCUMENT_DEPTH_MAX)
        return fail_at(document, place->at, "nested too deeply", error);
    place->levels[place->depth++] = (struct gpuc_document_level){.bracket = bracket};
    place->at++;
    document->token = bracket == '{' ? GPUC_TOKEN_BEGIN_OBJECT : GPUC_TOKEN_BEGIN_ARRAY;
    return GPUC_OK;
}

static enum gpuc_status read_value(struct gpuc_document *document,
                                   struct gpuc_error *error)
{
    const uint8_t *bytes = document->file->bytes;
    const uint8_t first = bytes[document->place.at];

    document->place.after_key = false;
    if (is_digit(first) || first == '-' || first == 'N' || first == 'I')
        return read_number(document, error);
    if (first == '"') {
        document->token = GPUC_TOKEN_STRING;
        return read_string(document, error);
    }
    if (first == '{' || first == '[')
        return open_level(document, first, error);
    document->token = GPUC_TOKEN_BOOL;
    document->boolean = first == 't';
    if (skip_literal(bytes, &document->place.at, "true") ||
        skip_literal(bytes, &document->place.at, "false"))
        return GPUC_OK;
    document->token = GPUC_TOKEN_NULL;
    if (skip_literal(bytes, &document->place.at, "null"))
        return GPUC_OK;
    return fail_at(document, document->place.at, "a value was expected", error);
}

/* Reads a key and the colon behind it. */
static enum gpuc_status read_key(struct gpuc_document *document, struct gpuc_error *error)
{
    const uint8_t *bytes = document->file->bytes;
    if (bytes[document->place.at] != '"')
        return fail_at(document, document->place.at, "a member's name was expected",
                       error);
    const enum gpuc_status status = read_string(document, error);
    if (status != GPUC_OK)
        return status;
    skip_space(document);
    if (bytes[document->place.at] != ':')
        return fail_at(document, document->place.at, "':' was expected", error);
    document->place.at++;
    document->token = GPUC_TOKEN_KEY;
    document->place.after_key = true;
    return GPUC_OK;
}

/* Outside of all brackets: the outermost value, or the end. */
static enum gpuc_status next_outside(struct gpuc_document *document,
                                     struct gpuc_error *error)
{
    if (!document->place.has_begun) {
        document->place.has_begun = true;
        return read_value(document, error);
    }
    if (document->place.at < document->file->size)
        return fail_at(document, document->place.at, "bytes after the document's end",
                       error);
    document->token = GPUC_TOKEN_END;
    return GPUC_OK;
}

static enum gpuc_status json_next(struct gpuc_document *document,
                                  struct gpuc_error *error)
{
    const uint8_t *bytes = document->file->bytes;
    struct gpuc_document_place *place = &document->place;

    skip_space(document);
    document->token_at = place->at;
    if (place->depth == 0)
        return next_outside(document, error);
    if (place->after_key)
        return read_value(document, error);

    struct gpuc_document_level *level = &place->levels[place->depth - 1];
    const bool is_object = level->bracket == '{';
    if (bytes[place->at] == (is_object ? '}' : ']')) {
        place->at++;
        place->depth--;
        document->token = is_object ? GPUC_TOKEN_END_OBJECT : GPUC_TOKEN_END_ARRAY;
        return GPUC_OK;
    }
    if (level->has_items) {
        if (bytes[place->at] != ',')
            return fail_at(document, place->at,
                           "a comma or the closing bracket was expected", error);
        place->at++;
        skip_space(document);
        document->token_at = place->at;
    }
    level->has_items = true;
    return is_object ? read_key(document, error) : read_value(document, error);
}

const struct gpuc_encoding gpuc_json = {json_next, true};
