/* SPDX-License-Identifier: Apache-2.0 */
#include "base/closest_name.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* From so many bytes on, the beginning of a name stands for it. */
enum { PREFIX_LEAST = 3 };

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static char folded(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static void trim(const char **text, size_t *size)
{
    while (*size > 0 && is_blank(**text)) {
        (*text)++;
        (*size)--;
    }
    while (*size > 0 && is_blank((*text)[*size - 1]))
        (*size)--;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool begins_with(const char *text, size_t size, const char *start,
                        size_t start_size)
{
    if (start_size > size)
        return false;
    for (size_t i = 0; i < start_size; i++)
        if (folded(text[i]) != folded(start[i]))
            return false;
    return true;
}

/*
 * How many bytes must be added, dropped, replaced or swapped with their neighbour;
 * SIZE_MAX for more than the limit. Three rows of the usual table are enough: a swap
 * looks two back.
 */
static size_t count_changes(const char *a, size_t a_size, const char *b, size_t b_size,
                            size_t limit)
{
    size_t rows[3][GPUC_CLOSEST_NAME_MAX + 1];
    for (size_t k = 0; k <= b_size; k++)
        rows[0][k] = k;
    for (size_t i = 1; i <= a_size; i++) {
        const size_t *before = rows[(i - 1) % 3], *two_before = rows[(i + 1) % 3];
        size_t *row = rows[i % 3];
        size_t row_least = i;
        row[0] = i;
        for (size_t k = 1; k <= b_size; k++) {
            char x = folded(a[i - 1]), y = folded(b[k - 1]);
            row[k] = least(least(before[k], row[k - 1]) + 1, before[k - 1] + (x != y));
            if (i > 1 && k > 1 && x == folded(b[k - 2]) && folded(a[i - 2]) == y)
                row[k] = least(row[k], two_before[k - 2] + 1);
            row_least = least(row_least, row[k]);
        }
        if (row_least > limit)
            return SIZE_MAX;
    }
    return rows[a_size % 3][b_size] <= limit ? rows[a_size % 3][b_size] : SIZE_MAX;
}

void gpuc_closest_name_init(struct gpuc_closest_name *closest, const char *wanted,
                            size_t size)
{
    trim(&wanted, &size);
    *closest = (struct gpuc_closest_name){
        .wanted = wanted, .wanted_size = size, .distance = size / 3 + 1};
}

void gpuc_closest_name_offer(struct gpuc_closest_name *closest, const char *name,
                             size_t size)
{
    const char *text = name, *wanted = closest->wanted;
    size_t text_size = size, wanted_size = closest->wanted_size, distance;

    trim(&text, &text_size);
    if (closest->distance == 0 || text_size > GPUC_CLOSEST_NAME_MAX ||
        wanted_size > GPUC_CLOSEST_NAME_MAX)
        return;
    distance = count_changes(wanted, wanted_size, text, text_size, closest->distance - 1);
    if (wanted_size >= PREFIX_LEAST && distance > wanted_size / 3 &&
        begins_with(text, text_size, wanted, wanted_size))
        distance = wanted_size / 3;
    if (distance < closest->distance) {
        closest->distance = distance;
        closest->name = name;
        closest->name_size = size;
    }
}

const char *gpuc_closest_name_hint(const struct gpuc_closest_name *closest, char *hint)
{
    const char *text = closest->name;
    size_t size = closest->name_size;

    hint[0] = '\0';
    if (text == NULL)
        return hint;
    if (closest->distance > 0) {
        snprintf(hint, GPUC_CLOSEST_HINT_SIZE, "; did you mean '%.*s'?", (int)size, text);
        return hint;
    }
    trim(&text, &size);
    bool differs_by_case = memcmp(text, closest->wanted, size) != 0;
    snprintf(hint, GPUC_CLOSEST_HINT_SIZE, "; '%.*s' differs only by %s",
             (int)closest->name_size, closest->name,
             !differs_by_case             ? "blanks"
             : size == closest->name_size ? "case"
                                          : "blanks and case");
    return hint;
}

const char *gpuc_closest_item_hint(const struct gpuc_text_list *list, const char *wanted,
                                   size_t size, char *hint)
{
    struct gpuc_closest_name closest;
    gpuc_closest_name_init(&closest, wanted, size);
    for (size_t i = 0; i < list->n_items; i++)
        gpuc_closest_name_offer(&closest, gpuc_text_list_at(list, i),
                                list->items[i].size);
    return gpuc_closest_name_hint(&closest, hint);
}
