/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a LightGBM model file, read in place: lines, most of them KEY=VALUE, whose
 * values are texts or numbers with blanks between. Lines end with LF or CR LF.
 *
 * Failures are GPUC_EMODEL with the file's name, the line and the tree in front. Nothing
 * is allocated; slices point into the file. One thread.
 */
#ifndef GPUC_LIGHTGBM_TEXT_H
#define GPUC_LIGHTGBM_TEXT_H

#include <stdbool.h>

#include "model/loader.h"

enum { GPUC_LIGHTGBM_NO_TREE = -1 };

struct gpuc_lightgbm_text {
    const char *name; /* of the file */
    const uint8_t *begin;
    const uint8_t *at; /* the next line */
    const uint8_t *end;
    int64_t tree;    /* that is being read; GPUC_LIGHTGBM_NO_TREE: none */
    bool with_gains; /* the gains of splits are wanted */
};

struct gpuc_lightgbm_line {
    const uint8_t *text;
    size_t size; /* without the line's end */
    const uint8_t *value;
    size_t value_size;
    size_t key_size; /* bytes before the first '='; `size` where there is none */
};

struct gpuc_lightgbm_text gpuc_lightgbm_text_of(const struct gpuc_model_file *file);

/* Takes the next line; false at the end of the file. */
bool gpuc_lightgbm_next_line(struct gpuc_lightgbm_text *text,
                             struct gpuc_lightgbm_line *ret_line);

/* Whether the line is exactly `words`, or has the key `key`. */
bool gpuc_lightgbm_line_is(const struct gpuc_lightgbm_line *line, const char *words);
bool gpuc_lightgbm_key_is(const struct gpuc_lightgbm_line *line, const char *key);

/* GPUC_EMODEL: "NAME:LINE: tree N: MESSAGE", the line being that of the byte `at`. */
enum gpuc_status gpuc_lightgbm_fail(const struct gpuc_lightgbm_text *text,
                                    const uint8_t *at, struct gpuc_error *error,
                                    const char *format, ...) GPUC_PRINTF(4, 5);

/*
 * The fields of a value. `item` is what a field belongs to, in messages: "node 3:
 * threshold: ..."; NULL: to nothing that has a number.
 */
struct gpuc_lightgbm_fields {
    const struct gpuc_lightgbm_text *text;
    const uint8_t *at;
    const uint8_t *end;
    const char *key;
    const char *item;
    size_t n_read;
};

struct gpuc_lightgbm_fields gpuc_lightgbm_fields_of(const struct gpuc_lightgbm_text *text,
                                                    const struct gpuc_lightgbm_line *line,
                                                    const char *key, const char *item);

size_t gpuc_lightgbm_count_fields(const struct gpuc_lightgbm_fields *fields);

/* Takes the next field; false if there is none. */
bool gpuc_lightgbm_next_field(struct gpuc_lightgbm_fields *fields,
                              const uint8_t **ret_field, size_t *ret_size);

/* The bytes of a field of `size` that a message should repeat, for "%.*s". */
int gpuc_lightgbm_quoted_size(size_t size);

/* GPUC_EMODEL with the place of the field `field` that was read last in the message. */
enum gpuc_status gpuc_lightgbm_fail_field(const struct gpuc_lightgbm_fields *fields,
                                          const uint8_t *field, struct gpuc_error *error,
                                          const char *format, ...) GPUC_PRINTF(4, 5);

/* Takes a whole number from `min` to `max`. */
enum gpuc_status gpuc_lightgbm_next_integer(struct gpuc_lightgbm_fields *fields,
                                            int64_t min, int64_t max, int64_t *ret_value,
                                            struct gpuc_error *error) GPUC_MUST_CHECK;

/* Takes a number, which may be infinite (LightGBM writes such thresholds), not NaN. */
enum gpuc_status gpuc_lightgbm_next_number(struct gpuc_lightgbm_fields *fields,
                                           double *ret_value, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Checks that no field is left. */
enum gpuc_status gpuc_lightgbm_fields_end(struct gpuc_lightgbm_fields *fields,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/* The lines of one part of the file that matter, by key. */
struct gpuc_lightgbm_lines {
    const struct gpuc_lightgbm_text *text;
    const char *const *keys;
    size_t n_keys;
    struct gpuc_lightgbm_line *lines; /* of each key; `text` NULL: there is none */
};

/* Keeps the line if its key is one of the keys. Fails if there is one already. */
enum gpuc_status gpuc_lightgbm_keep_line(const struct gpuc_lightgbm_lines *lines,
                                         const struct gpuc_lightgbm_line *line,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/* The fields of the line of key number `key`. Fails if there is none. */
enum gpuc_status gpuc_lightgbm_open_fields(const struct gpuc_lightgbm_lines *lines,
                                           size_t key, const char *item,
                                           struct gpuc_lightgbm_fields *ret_fields,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;

/* The one whole number, from `min` to `max`, of the line of key number `key`. */
enum gpuc_status gpuc_lightgbm_read_integer(const struct gpuc_lightgbm_lines *lines,
                                            size_t key, int64_t min, int64_t max,
                                            int64_t *ret_value, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
