/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document of nested objects, arrays and plain values, read token by token: the seam
 * between formats of models and the encodings that they come in, JSON (json_reader.c)
 * and UBJSON (ubjson_reader.c). There is no tree of nodes in memory: numbers go straight
 * from the file's bytes into the arrays that are wanted. (jansson keeps some 50 bytes a
 * number, refuses the literals NaN and Infinity that XGBoost writes and hides a number's
 * digits.)
 *
 *     gpuc_document_open(&document, &gpuc_json, file);
 *     GPUC_TRY(gpuc_document_read_object(&document, &fields, &record, error));
 *     GPUC_TRY(gpuc_document_end(&document, error));
 *
 * Members of an object come in any order, so what is needed to read one may stand behind
 * it: gpuc_document_mark() remembers a value and skips it, gpuc_document_return() goes
 * back to read it.
 *
 * Nothing is trusted: syntax, nesting, UTF-8 and counts are checked before anything is
 * allocated. Errors are GPUC_EMODEL (or GPUC_ENOMEM) and name the file, the place, the
 * part and the member. One thread.
 */
#ifndef GPUC_DOCUMENT_H
#define GPUC_DOCUMENT_H

#include "base/bytes.h"
#include "model/loader.h"

enum { GPUC_DOCUMENT_DEPTH_MAX = 256, GPUC_OBJECT_FIELDS_MAX = 32 };

enum gpuc_token {
    GPUC_TOKEN_BEGIN_OBJECT,
    GPUC_TOKEN_END_OBJECT,
    GPUC_TOKEN_BEGIN_ARRAY,
    GPUC_TOKEN_END_ARRAY,
    GPUC_TOKEN_KEY,
    GPUC_TOKEN_STRING,
    GPUC_TOKEN_NUMBER,
    GPUC_TOKEN_BOOL,
    GPUC_TOKEN_NULL,
    GPUC_TOKEN_END /* of the document */
};

/* A slice of the file, or of the document's `unescaped`. */
struct gpuc_text {
    const uint8_t *bytes;
    size_t size;
};

/* An object or array that is not closed yet. */
struct gpuc_document_level {
    uint64_t n_left; /* UBJSON: items to come; UINT64_MAX: a bracket closes it */
    uint8_t bracket; /* '{' or '[' */
    uint8_t type;    /* UBJSON: of all its items; 0: each item has its own */
    bool has_items;  /* one has been met */
};

/* Where reading goes on. */
struct gpuc_document_place {
    size_t at; /* bytes from the file's begin */
    size_t depth;
    bool has_begun; /* the outermost value has */
    bool after_key; /* the value of a member comes next */
    struct gpuc_document_level levels[GPUC_DOCUMENT_DEPTH_MAX];
};

struct gpuc_document {
    const struct gpuc_encoding *encoding;
    const struct gpuc_model_file *file;
    struct gpuc_document_place place;

    /* The token that was read last. */
    bool is_peeked; /* it will be read once more */
    enum gpuc_token token;
    size_t token_at;
    struct gpuc_text text; /* KEY and STRING: valid UTF-8. NUMBER: its digits, where the
                              encoding has digits */
    bool boolean;
    bool is_integer; /* the number is written without fraction and exponent */
    int64_t integer; /* without digits: the number, if it is an integer */
    double real;     /* without digits: the number */

    struct gpuc_bytes unescaped;
    /* For messages, in this order: the part of the model, as in "tree 7", or empty; the
     * field, or NULL. */
    char part[32];
    const char *field;
};

struct gpuc_encoding {
    /* Reads a token; checks the syntax up to its end. */
    enum gpuc_status (*next)(struct gpuc_document *document, struct gpuc_error *error);
    bool has_lines; /* messages give line and column, else the byte */
};

extern const struct gpuc_encoding gpuc_json;
extern const struct gpuc_encoding gpuc_ubjson;

/* Numbers of one array: reused for many, they keep their memory. */
struct gpuc_reals {
    double *items;
    size_t n_items, capacity;
};

struct gpuc_integers {
    int64_t *items;
    size_t n_items, capacity;
};

/* What is done with the value of a member of an object. */
enum gpuc_field_kind {
    GPUC_FIELD_REALS,    /* an array of numbers: to struct gpuc_reals */
    GPUC_FIELD_INTEGERS, /* an array of integers: to struct gpuc_integers */
    GPUC_FIELD_FLAGS,    /* an array of booleans or of 0 and 1: to struct gpuc_integers */
    GPUC_FIELD_INTEGER,  /* to int64_t */
    GPUC_FIELD_TEXT,     /* a string: copied to struct gpuc_bytes */
    GPUC_FIELD_PLACE,    /* remembered in a struct gpuc_document_place, and skipped */
    GPUC_FIELD_READ      /* read by a function */
};

struct gpuc_field_reader {
    const char *name;
    enum gpuc_field_kind kind;
    size_t offset; /* of the destination in the record */
    /* GPUC_FIELD_READ: reads exactly one value; `record` as in read_object. */
    enum gpuc_status (*read)(struct gpuc_document *document, void *record,
                             struct gpuc_error *error);
};

struct gpuc_object_reader {
    const struct gpuc_field_reader *fields;
    size_t n_fields; /* up to GPUC_OBJECT_FIELDS_MAX */
    /* The first so many must be there. */
    size_t n_required;
};

/* `file` must outlive the document. Close it also after a failure. */
void gpuc_document_open(struct gpuc_document *document,
                        const struct gpuc_encoding *encoding,
                        const struct gpuc_model_file *file);
void gpuc_document_close(struct gpuc_document *document);

/* Refuses what follows the outermost value. */
enum gpuc_status gpuc_document_end(struct gpuc_document *document,
                                   struct gpuc_error *error) GPUC_MUST_CHECK;

static inline enum gpuc_status gpuc_document_next(struct gpuc_document *document,
                                                  struct gpuc_error *error)
{
    if (document->is_peeked) {
        document->is_peeked = false;
        return GPUC_OK;
    }
    return document->encoding->next(document, error);
}

/*
 * Reads a value that must be an object: each member that has a field goes where the field
 * says, others are skipped. A field that occurs twice, or that is required and absent, is
 * an error. *ret_seen: bit i is set if field i occurred; NULL: not wanted.
 */
enum gpuc_status gpuc_document_read_object(struct gpuc_document *document,
                                           const struct gpuc_object_reader *reader,
                                           void *record, uint32_t *ret_seen,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;

/* Reads a value that must be an array, by one call of `read` for each of its items. */
enum gpuc_status
gpuc_document_read_array(struct gpuc_document *document, void *record,
                         enum gpuc_status (*read)(struct gpuc_document *document,
                                                  void *record, struct gpuc_error *error),
                         struct gpuc_error *error) GPUC_MUST_CHECK;

/* Reads a string; the text is valid until the next token is read. */
enum gpuc_status gpuc_document_read_text(struct gpuc_document *document,
                                         struct gpuc_text *ret_text,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/* Reads an array of numbers, replacing what the list holds. */
enum gpuc_status gpuc_document_read_reals(struct gpuc_document *document,
                                          struct gpuc_reals *reals,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;
enum gpuc_status gpuc_document_read_integers(struct gpuc_document *document,
                                             struct gpuc_integers *integers,
                                             struct gpuc_error *error) GPUC_MUST_CHECK;

/* Reads a value of any kind and forgets it; its syntax is checked. */
enum gpuc_status gpuc_document_skip(struct gpuc_document *document,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/* Goes to a place, remembered or saved by copying document->place. */
void gpuc_document_return(struct gpuc_document *document,
                          const struct gpuc_document_place *place);

/* GPUC_EMODEL: "FILE:LINE: column C: PART FIELD: TEXT" or "FILE: byte N: ...". */
enum gpuc_status gpuc_document_fail(const struct gpuc_document *document,
                                    struct gpuc_error *error, const char *format, ...)
    GPUC_PRINTF(3, 4);

/* The double nearest to a decimal; false: it is none. */
bool gpuc_text_real(struct gpuc_text text, double *ret_value);

/* A decimal integer that fits; false: it is none. */
bool gpuc_text_integer(struct gpuc_text text, int64_t *ret_value);

#endif
