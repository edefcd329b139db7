/* SPDX-License-Identifier: Apache-2.0 */
/* A growable list of texts that own their bytes: names of columns, tokens, lists of an
 * option.
 */
#ifndef GPUC_TEXT_LIST_H
#define GPUC_TEXT_LIST_H

#include "base/bytes.h"

struct gpuc_text_item {
    size_t offset; /* in the list's bytes */
    size_t size;
};

struct gpuc_text_list {
    struct gpuc_bytes bytes;
    struct gpuc_text_item *items;
    size_t n_items;
    size_t capacity;
};

/* Appends a copy of a text. */
enum gpuc_status gpuc_text_list_append(struct gpuc_text_list *list, const void *text,
                                       size_t size, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/*
 * Appends the items of a comma-separated list. An item that begins with a quote ends at
 * the next single quote and may hold commas and doubled quotes, as in CSV. `what` names
 * the list in messages. GPUC_EUSAGE for a quote that is not closed.
 */
enum gpuc_status gpuc_text_list_read(struct gpuc_text_list *list, const char *text,
                                     const char *what, struct gpuc_error *error)
    GPUC_MUST_CHECK;

static inline const char *gpuc_text_list_at(const struct gpuc_text_list *list, size_t i)
{
    return list->items[i].size > 0
               ? (const char *)list->bytes.data + list->items[i].offset
               : "";
}

/* The place of a text in the list; SIZE_MAX: it is not there. */
size_t gpuc_text_list_find(const struct gpuc_text_list *list, const void *text,
                           size_t size);

/* Finds the first text that stands in the list before; *ret_place is SIZE_MAX if all
 * differ. */
enum gpuc_status gpuc_text_list_duplicate(const struct gpuc_text_list *list,
                                          size_t *ret_place, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_text_list_done(struct gpuc_text_list *list);

#endif
