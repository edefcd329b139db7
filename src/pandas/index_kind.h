/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The type that pandas gives an index column, found from all its texts at once, and how a
 * value of that type prints. Surveys of parts of a column can be merged in any order.
 */
#ifndef GPUC_INDEX_KIND_H
#define GPUC_INDEX_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gpuc_index_kind {
    GPUC_INDEX_INTEGER, /* decimal, canonical */
    GPUC_INDEX_FLOAT,   /* shortest repr */
    GPUC_INDEX_BOOL,    /* True or False */
    GPUC_INDEX_TEXT,    /* as written */
    GPUC_INDEX_RAW      /* as written, missing-value tokens too */
};

/* What was seen among the texts of an index column so far. */
struct gpuc_index_survey {
    bool any_value; /* a text that is not missing */
    bool any_missing;
    bool any_not_number; /* refused by the number reader */
    bool any_not_bool;   /* none of True TRUE true False FALSE false */
    bool any_float;      /* a number with a point or an exponent, or infinite */
    bool any_negative;   /* an integer below 0 */
    bool any_unsigned;   /* an integer of 2^63 or more */
};

void gpuc_index_survey_add(struct gpuc_index_survey *survey, const uint8_t *text,
                           size_t size);

void gpuc_index_survey_merge(struct gpuc_index_survey *survey,
                             const struct gpuc_index_survey *other);

enum gpuc_index_kind gpuc_index_survey_kind(const struct gpuc_index_survey *survey);

/*
 * The same for an index column that no label names. There, numbers of which no 64-bit
 * type holds all stay as written together with the missing-value tokens among them.
 */
enum gpuc_index_kind
gpuc_index_survey_kind_unnamed(const struct gpuc_index_survey *survey);

enum { GPUC_INDEX_SCRATCH_SIZE = 64 };

/*
 * The text of an index value that is not missing, before any escapes or quotes: a slice
 * of `text` itself, or of `scratch` (GPUC_INDEX_SCRATCH_SIZE bytes).
 */
const uint8_t *gpuc_index_text(enum gpuc_index_kind kind, const uint8_t *text,
                               size_t size, uint8_t *scratch, size_t *ret_size);

#endif
