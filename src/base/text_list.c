/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text_list.h"

#include "base/text_map.h"

enum gpuc_status gpuc_text_list_append(struct gpuc_text_list *list, const void *text,
                                       size_t size, struct gpuc_error *error)
{
    void *items = list->items;
    struct gpuc_text_item item = {.offset = list->bytes.size, .size = size};
    enum gpuc_status status = gpuc_grow(&items, &list->capacity, list->n_items + 1,
                                        sizeof item, "names", error);
    list->items = items;
    if (status == GPUC_OK)
        status = gpuc_bytes_append(&list->bytes, text, size, error);
    if (status == GPUC_OK)
        list->items[list->n_items++] = item;
    return status;
}

/* Appends the quoted item that begins behind a quote; *ret_end is behind its last quote.
 */
static enum gpuc_status read_quoted(struct gpuc_text_list *list, const char *text,
                                    const char **ret_end, const char *what,
                                    struct gpuc_error *error)
{
    enum gpuc_status status;
    GPUC_TRY(gpuc_text_list_append(list, "", 0, error));
    for (;; text++) {
        if (*text == '\0')
            return gpuc_fail(error, GPUC_EUSAGE,
                             "%s: a quote is not closed: end the item with one", what);
        if (*text == '"' && *++text != '"')
            break;
        GPUC_TRY(gpuc_bytes_append(&list->bytes, text, 1, error));
        list->items[list->n_items - 1].size++;
    }
    *ret_end = text;
out:
    return status;
}

enum gpuc_status gpuc_text_list_read(struct gpuc_text_list *list, const char *text,
                                     const char *what, struct gpuc_error *error)
{
    enum gpuc_status status;
    for (;;) {
        const char *end = text + strcspn(text, ",");
        if (*text == '"') {
            GPUC_TRY(read_quoted(list, text + 1, &end, what, error));
            if (*end != ',' && *end != '\0')
                return gpuc_fail(error, GPUC_EUSAGE,
                                 "%s: a comma must follow the quoted item, not '%s'",
                                 what, end);
        } else {
            GPUC_TRY(gpuc_text_list_append(list, text, (size_t)(end - text), error));
        }
        if (*end == '\0')
            return GPUC_OK;
        text = end + 1;
    }
out:
    return status;
}

size_t gpuc_text_list_find(const struct gpuc_text_list *list, const void *text,
                           size_t size)
{
    for (size_t i = 0; i < list->n_items; i++)
        if (list->items[i].size == size &&
            (size == 0 || memcmp(gpuc_text_list_at(list, i), text, size) == 0))
            return i;
    return SIZE_MAX;
}

enum gpuc_status gpuc_text_list_duplicate(const struct gpuc_text_list *list,
                                          size_t *ret_place, struct gpuc_error *error)
{
    struct gpuc_text_map map = {0};
    enum gpuc_status status = GPUC_OK;
    *ret_place = SIZE_MAX;
    for (size_t i = 0; i < list->n_items && *ret_place == SIZE_MAX; i++) {
        const uint8_t *text = (const uint8_t *)gpuc_text_list_at(list, i);
        struct gpuc_text_count *entry;
        GPUC_TRY(gpuc_text_map_get(&map, text, list->items[i].size, &entry, error));
        if (entry->uses++ > 0)
            *ret_place = i;
    }
out:
    gpuc_text_map_done(&map);
    return status;
}

void gpuc_text_list_done(struct gpuc_text_list *list)
{
    gpuc_bytes_done(&list->bytes);
    gpuc_free(list->items);
    *list = (struct gpuc_text_list){0};
}
