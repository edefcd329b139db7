/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/comparisons.h"

#include <math.h>
#include <string.h>

#include "csv/float_text.h"
#include "csv/number.h"

enum { BELOW = 1, EQUAL = 2, ABOVE = 4, NO_NUMBER = 8 };

/* The longer ones first, so that they are found. */
static const struct operation {
    const char *text;
    unsigned takes;
} operations[] = {
    {"<=", BELOW | EQUAL}, {">=", ABOVE | EQUAL},
    {"==", EQUAL},         {"!=", BELOW | ABOVE | NO_NUMBER},
    {"<", BELOW},          {">", ABOVE},
};

static enum gpuc_status fail_part(const char *part, size_t size, const char *what,
                                  struct gpuc_error *error)
{
    return gpuc_fail(error, GPUC_EUSAGE,
                     "--filter: %s in '%.*s'; it takes COLUMN OP NUMBER, OP one of < <= "
                     "> >= == !=, and ' and ' between several, as in 'proba>0.9 and "
                     "label==1'",
                     what, (int)size, part);
}

static void trim(const char **text, size_t *size)
{
    while (*size > 0 && **text == ' ') {
        ++*text;
        --*size;
    }
    while (*size > 0 && (*text)[*size - 1] == ' ')
        --*size;
}

/* Reads one comparison: all of `part`. */
static enum gpuc_status read_part(const char *part, size_t size,
                                  struct gpuc_comparison *ret_comparison,
                                  struct gpuc_error *error)
{
    enum { N_OPERATIONS = sizeof operations / sizeof *operations };
    struct gpuc_comparison comparison = {.name = part};
    size_t k = 0, place = 0;
    while (place < size && memchr("<>=!", part[place], 4) == NULL)
        place++;
    comparison.name_size = place;
    trim(&comparison.name, &comparison.name_size);
    while (k < N_OPERATIONS &&
           (size - place < strlen(operations[k].text) ||
            memcmp(part + place, operations[k].text, strlen(operations[k].text)) != 0))
        k++;
    if (k == N_OPERATIONS)
        return fail_part(part, size,
                         place < size ? "no known comparison" : "nothing is compared",
                         error);
    place += strlen(operations[k].text);
    comparison.takes = operations[k].takes;
    comparison.value = part + place;
    comparison.value_size = size - place;
    trim(&comparison.value, &comparison.value_size);
    if (comparison.name_size == 0)
        return fail_part(part, size, "no column before the comparison", error);
    comparison.is_number = gpuc_number_read((const uint8_t *)comparison.value,
                                            comparison.value_size, &comparison.number) &&
                           !isnan(comparison.number);
    comparison.is_equality =
        comparison.takes == EQUAL || (comparison.takes & NO_NUMBER) != 0;
    if (!comparison.is_number && (!comparison.is_equality || comparison.value_size == 0))
        return fail_part(part, size, "no number behind the comparison", error);
    *ret_comparison = comparison;
    return GPUC_OK;
}

enum gpuc_status gpuc_comparisons_read(const char *filter,
                                       struct gpuc_comparisons *ret_comparisons,
                                       struct gpuc_error *error)
{
    static const char between[] = " and ";
    struct gpuc_comparisons comparisons = {.n_items = 0};
    enum gpuc_status status = GPUC_OK;
    for (const char *part = filter; part != NULL;) {
        const char *end = strstr(part, between);
        if (comparisons.n_items == GPUC_COMPARISONS_MAX)
            return gpuc_fail(error, GPUC_EUSAGE, "--filter takes %d comparisons at most",
                             GPUC_COMPARISONS_MAX);
        GPUC_TRY(read_part(part, end != NULL ? (size_t)(end - part) : strlen(part),
                           &comparisons.items[comparisons.n_items++], error));
        part = end != NULL ? end + strlen(between) : NULL;
    }
    *ret_comparisons = comparisons;
out:
    return status;
}

/*
 * The float32 nearest to the number is the only one whose text may say a number on the
 * other side of it, or just that number: texts of floats are in the order of the floats,
 * and each reads back to its float, as this number does to that one.
 */
void gpuc_comparison_fit(struct gpuc_comparison *comparison, enum gpuc_number number)
{
    char text[GPUC_FLOAT_TEXT_SIZE];
    double wanted = comparison->number, shown = wanted;
    if (number != GPUC_FLOAT32)
        return;
    float nearest = (float)wanted;
    size_t size = gpuc_float_text(nearest, text);
    (void)gpuc_number_read((const uint8_t *)text, size, &shown);
    comparison->number = (double)nearest;
    if (shown == wanted)
        return;
    bool takes = (comparison->takes & (shown < wanted ? BELOW : ABOVE)) != 0;
    comparison->takes = (comparison->takes & ~(unsigned)EQUAL) | (takes ? EQUAL : 0);
}
