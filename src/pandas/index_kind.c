/* SPDX-License-Identifier: Apache-2.0 */
#include "pandas/index_kind.h"

#include <string.h>

#include "csv/double_text.h"
#include "pandas/index_number.h"
#include "pandas/missing.h"

/* 1 or 0 for a word that pandas reads as a bool, else -1. */
static int bool_word(const uint8_t *text, size_t size)
{
    static const char *const words[] = {"True",  "TRUE",  "true",
                                        "False", "FALSE", "false"};
    if (size == 4 || size == 5)
        for (int i = 0; i < 6; i++)
            if (strlen(words[i]) == size && memcmp(words[i], text, size) == 0)
                return i < 3;
    return -1;
}

void gpuc_index_survey_add(struct gpuc_index_survey *survey, const uint8_t *text,
                           size_t size)
{
    if (gpuc_is_missing(text, size)) {
        survey->any_missing = true;
        return;
    }
    survey->any_value = true;
    if (!survey->any_not_bool)
        survey->any_not_bool = bool_word(text, size) < 0;
    if (survey->any_not_number)
        return;
    struct gpuc_index_number number = gpuc_index_number_read(text, size);
    switch (number.kind) {
    case GPUC_NUMBER_REFUSED:
        survey->any_not_number = true;
        break;
    case GPUC_NUMBER_FLOAT:
        survey->any_float = true;
        break;
    case GPUC_NUMBER_INTEGER:
        if (number.negative && number.magnitude > 0)
            survey->any_negative = true;
        else if (number.magnitude > INT64_MAX)
            survey->any_unsigned = true;
        break;
    }
}

void gpuc_index_survey_merge(struct gpuc_index_survey *survey,
                             const struct gpuc_index_survey *other)
{
    survey->any_value |= other->any_value;
    survey->any_missing |= other->any_missing;
    survey->any_not_number |= other->any_not_number;
    survey->any_not_bool |= other->any_not_bool;
    survey->any_float |= other->any_float;
    survey->any_negative |= other->any_negative;
    survey->any_unsigned |= other->any_unsigned;
}

enum gpuc_index_kind gpuc_index_survey_kind(const struct gpuc_index_survey *survey)
{
    /* No 64-bit integer type holds both, and a missing value would make floats of them.
     */
    bool mixed = survey->any_unsigned && (survey->any_negative || survey->any_missing);
    if (survey->any_not_number || mixed)
        return survey->any_not_bool ? GPUC_INDEX_TEXT : GPUC_INDEX_BOOL;
    if (survey->any_missing || survey->any_float || !survey->any_value)
        return GPUC_INDEX_FLOAT;
    return GPUC_INDEX_INTEGER;
}

enum gpuc_index_kind
gpuc_index_survey_kind_unnamed(const struct gpuc_index_survey *survey)
{
    enum gpuc_index_kind kind = gpuc_index_survey_kind(survey);
    return kind == GPUC_INDEX_TEXT && !survey->any_not_number ? GPUC_INDEX_RAW : kind;
}

/* Writes a sign and the decimal digits; returns their number. */
static size_t integer_text(bool negative, uint64_t magnitude, uint8_t *text)
{
    uint8_t digits[20];
    size_t n = 0, size = 0;
    do {
        digits[n++] = (uint8_t)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude > 0);
    if (negative)
        text[size++] = '-';
    while (n > 0)
        text[size++] = digits[--n];
    return size;
}

/* True for digits as integer_text() writes them, of up to 18 places, without a sign. */
static bool is_canonical(const uint8_t *text, size_t size)
{
    if (size == 0 || size > 18 || (text[0] == '0' && size > 1))
        return false;
    unsigned not_digit = 0;
    for (size_t i = 0; i < size; i++)
        not_digit |= (uint8_t)(text[i] - '0') > 9;
    return not_digit == 0;
}

const uint8_t *gpuc_index_text(enum gpuc_index_kind kind, const uint8_t *text,
                               size_t size, uint8_t *scratch, size_t *ret_size)
{
    struct gpuc_index_number number;
    *ret_size = size;
    switch (kind) {
    case GPUC_INDEX_TEXT:
    case GPUC_INDEX_RAW:
        return text;
    case GPUC_INDEX_BOOL:
        *ret_size = bool_word(text, size) == 1 ? 4 : 5;
        memcpy(scratch, *ret_size == 4 ? "True" : "False", *ret_size);
        return scratch;
    case GPUC_INDEX_INTEGER:
        if (is_canonical(text, size))
            return text;
        number = gpuc_index_number_read(text, size);
        *ret_size = integer_text(number.negative && number.magnitude > 0,
                                 number.magnitude, scratch);
        return scratch;
    case GPUC_INDEX_FLOAT:
        number = gpuc_index_number_read(text, size);
        *ret_size = gpuc_double_text(number.value, (char *)scratch);
        return scratch;
    }
    return text;
}
