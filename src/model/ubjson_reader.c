/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Universal Binary JSON, draft 12: a marker byte, then the value, big-endian. Containers
 * may state a count ('#'), and with it one type ('$') for all items, which then have no
 * markers. A counted container has no closing bracket. Every item takes at least one
 * byte, so a count above what is left of the file is refused before anyone trusts it.
 */
#include "csv/utf8.h"
#include "model/document.h"

static enum gpuc_status fail_at(struct gpuc_document *document, size_t at,
                                const char *text, struct gpuc_error *error)
{
    document->token_at = at;
    return gpuc_document_fail(document, error, "%s", text);
}

/* GPUC_OK if that many bytes follow. */
static enum gpuc_status need(struct gpuc_document *document, uint64_t size,
                             struct gpuc_error *error)
{
    const size_t left = document->file->size - document->place.at;
    if (size > left)
        return fail_at(document, document->place.at, "the file ends too early", error);
    return GPUC_OK;
}

/* Bytes of a number with this marker; 0: the marker is of no number. */
static size_t number_size(uint8_t marker)
{
    switch (marker) {
    case 'i':
    case 'U':
        return 1;
    case 'I':
        return 2;
    case 'l':
    case 'd':
        return 4;
    case 'L':
    case 'D':
        return 8;
    default:
        return 0;
    }
}

/* Reads the number after its marker. */
static enum gpuc_status read_number(struct gpuc_document *document, uint8_t marker,
                                    struct gpuc_error *error)
{
    const size_t size = number_size(marker);
    const enum gpuc_status status = need(document, size, error);
    uint64_t bits = 0;
    float narrow;

    if (status != GPUC_OK)
        return status;
    for (size_t i = 0; i < size; i++)
        bits = bits << 8 | document->file->bytes[document->place.at++];
    document->token = GPUC_TOKEN_NUMBER;
    document->text = (struct gpuc_text){0};
    document->is_integer = marker != 'd' && marker != 'D';
    if (marker == 'd') {
        const uint32_t narrow_bits = (uint32_t)bits;
        memcpy(&narrow, &narrow_bits, sizeof narrow);
        document->real = (double)narrow;
    } else if (marker == 'D') {
        memcpy(&document->real, &bits, sizeof bits);
    } else {
        document->integer = marker == 'i'   ? (int8_t)bits
                            : marker == 'I' ? (int16_t)bits
                            : marker == 'l' ? (int32_t)bits
                                            : (int64_t)bits;
        document->real = (double)document->integer;
    }
    return GPUC_OK;
}

/* Reads a marker byte, stepping over no-operation markers. */
static enum gpuc_status read_marker(struct gpuc_document *document, uint8_t *ret_marker,
                                    struct gpuc_error *error)
{
    do {
        const enum gpuc_status status = need(document, 1, error);
        if (status != GPUC_OK)
            return status;
        *ret_marker = document->file->bytes[document->place.at++];
    } while (*ret_marker == 'N');
    return GPUC_OK;
}

/* Reads a length or count with its marker. It is at most the bytes that are left. */
static enum gpuc_status read_size(struct gpuc_document *document, uint64_t *ret_size,
                                  struct gpuc_error *error)
{
    const size_t at = document->place.at;
    uint8_t marker;
    enum gpuc_status status;

    GPUC_TRY(read_marker(document, &marker, error));
    if (number_size(marker) == 0 || marker == 'd' || marker == 'D')
        return fail_at(document, at, "a length was expected", error);
    GPUC_TRY(read_number(document, marker, error));
    if (document->integer < 0)
        return fail_at(document, at, "a length below 0", error);
    if ((uint64_t)document->integer > document->file->size - document->place.at)
        return fail_at(document, at, "a length beyond the end of the file", error);
    *ret_size = (uint64_t)document->integer;
out:
    return status;
}

static enum gpuc_status read_text(struct gpuc_document *document, enum gpuc_token token,
                                  uint64_t size, struct gpuc_error *error)
{
    const uint8_t *bytes = document->file->bytes + document->place.at;
    if (gpuc_utf8_valid_prefix(bytes, (size_t)size) != size)
        return fail_at(document, document->place.at, "the string is not valid UTF-8",
                       error);
    document->text = (struct gpuc_text){bytes, (size_t)size};
    document->place.at += (size_t)size;
    document->token = token;
    return GPUC_OK;
}

/* Reads the optional type and count behind an opening bracket. */
static enum gpuc_status read_type_and_count(struct gpuc_document *document,
                                            struct gpuc_document_level *level,
                                            struct gpuc_error *error)
{
    struct gpuc_document_place *place = &document->place;
    const uint8_t *bytes = document->file->bytes;
    enum gpuc_status status;

    level->n_left = UINT64_MAX;
    GPUC_TRY(need(document, 1, error));
    if (bytes[place->at] == '$') {
        place->at++;
        GPUC_TRY(need(document, 2, error));
        level->type = bytes[place->at++];
        /* Types without bytes would let a short file hold 2^63 items. */
        if (number_size(level->type) == 0 && strchr("SC[{", level->type) == NULL)
            return fail_at(document, place->at - 1,
                           "arrays of this type are not supported", error);
        if (level->type == '\0' || bytes[place->at] != '#')
            return fail_at(document, place->at, "'#' was expected after the type", error);
    }
    if (bytes[place->at] == '#') {
        const size_t at = place->at++;
        const size_t item_size = number_size(level->type);
        GPUC_TRY(read_size(document, &level->n_left, error));
        if (item_size > 1 &&
            level->n_left > (document->file->size - place->at) / item_size)
            return fail_at(document, at, "a count beyond the end of the file", error);
    }
out:
    return status;
}

static enum gpuc_status open_level(struct gpuc_document *document, uint8_t bracket,
                                   struct gpuc_error *error)
{
    struct gpuc_document_place *place = &document->place;
    struct gpuc_document_level level = {.bracket = bracket};

    if (place->depth == GPUC_DOCUMENT_DEPTH_MAX)
        return fail_at(document, place->at, "nested too deeply", error);
    const enum gpuc_status status = read_type_and_count(document, &level, error);
    if (status != GPUC_OK)
        return status;
    place->levels[place->depth++] = level;
    document->token = bracket == '{' ? GPUC_TOKEN_BEGIN_OBJECT : GPUC_TOKEN_BEGIN_ARRAY;
    return GPUC_OK;
}

/* Reads the value after its marker. */
static enum gpuc_status read_value(struct gpuc_document *document, uint8_t marker,
                                   struct gpuc_error *error)
{
    uint64_t size = 1;
    enum gpuc_status status;

    document->place.after_key = false;
    if (number_size(marker) > 0)
        return read_number(document, marker, error);
    switch (marker) {
    case '{':
    case '[':
        return open_level(document, marker, error);
    case 'S':
        GPUC_TRY(read_size(document, &size, error));
        return read_text(document, GPUC_TOKEN_STRING, size, error);
    case 'C':
        GPUC_TRY(need(document, size, error));
        return read_text(document, GPUC_TOKEN_STRING, size, error);
    case 'T':
    case 'F':
        document->token = GPUC_TOKEN_BOOL;
        document->boolean = marker == 'T';
        return GPUC_OK;
    case 'Z':
        document->token = GPUC_TOKEN_NULL;
        return GPUC_OK;
    case 'H':
        return fail_at(document, document->token_at,
                       "numbers of any length ('H') are not supported", error);
    default:
        return fail_at(document, document->token_at, "a value was expected", error);
    }
out:
    return status;
}

static enum gpuc_status close_level(struct gpuc_document *document)
{
    struct gpuc_document_place *place = &document->place;
    document->token = place->levels[--place->depth].bracket == '{' ? GPUC_TOKEN_END_OBJECT
                                                                   : GPUC_TOKEN_END_ARRAY;
    return GPUC_OK;
}

static enum gpuc_status read_key(struct gpuc_document *document, struct gpuc_error *error)
{
    uint64_t size = 0;
    enum gpuc_status status;

    GPUC_TRY(read_size(document, &size, error));
    GPUC_TRY(read_text(document, GPUC_TOKEN_KEY, size, error));
    document->place.after_key = true;
out:
    return status;
}

/* Outside of all brackets: the outermost value, or the end. */
static enum gpuc_status next_outside(struct gpuc_document *document,
                                     struct gpuc_error *error)
{
    uint8_t marker;
    if (document->place.has_begun) {
        document->token = GPUC_TOKEN_END;
        if (document->place.at < document->file->size)
            return fail_at(document, document->place.at, "bytes after the document's end",
                           error);
        return GPUC_OK;
    }
    document->place.has_begun = true;
    const enum gpuc_status status = read_marker(document, &marker, error);
    return status == GPUC_OK ? read_value(document, marker, error) : status;
}

static enum gpuc_status ubjson_next(struct gpuc_document *document,
                                    struct gpuc_error *error)
{
    struct gpuc_document_place *place = &document->place;
    uint8_t marker;
    enum gpuc_status status;

    document->token_at = place->at;
    if (place->depth == 0)
        return next_outside(document, error);
    struct gpuc_document_level *level = &place->levels[place->depth - 1];
    if (!place->after_key) {
        if (level->n_left == 0)
            return close_level(document);
        if (level->n_left != UINT64_MAX) {
            level->n_left--;
        } else {
            GPUC_TRY(read_marker(document, &marker, error));
            if (marker == (level->bracket == '{' ? '}' : ']'))
                return close_level(document);
            place->at--;
        }
        if (level->bracket == '{')
            return read_key(document, error);
    }
    marker = level->type;
    if (marker == 0)
        GPUC_TRY(read_marker(document, &marker, error));
    return read_value(document, marker, error);
out:
    return status;
}

const struct gpuc_encoding gpuc_ubjson = {ubjson_next, false};
