/* SPDX-License-Identifier: Apache-2.0 */
#include "pandas/labels.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text_map.h"

enum gpuc_status gpuc_labels_append(struct gpuc_labels *labels, const uint8_t *text,
                                    size_t size, struct gpuc_error *error)
{
    void *items = labels->items;
    enum gpuc_status status = gpuc_grow(&items, &labels->capacity, labels->n_items + 1,
                                        sizeof *labels->items, "column labels", error);
    labels->items = items;
    size_t offset = labels->text.size;
    /* One byte more: there must be a text to point into, even if all labels are empty. */
    if (status == GPUC_OK)
        status = gpuc_bytes_reserve(&labels->text, size + 1, error);
    if (status != GPUC_OK)
        return status;
    gpuc_bytes_put(&labels->text, text, size);
    labels->items[labels->n_items++] =
        (struct gpuc_label){.offset = offset, .size = size};
    return GPUC_OK;
}

void gpuc_labels_drop_first(struct gpuc_labels *labels, size_t n)
{
    labels->n_items -= n;
    memmove(labels->items, labels->items + n, labels->n_items * sizeof *labels->items);
}

void gpuc_labels_done(struct gpuc_labels *labels)
{
    gpuc_bytes_done(&labels->text);
    gpuc_free(labels->items);
    *labels = (struct gpuc_labels){0};
}

/* Gives label i the text "BASE" + SEPARATOR + NUMBER; the base is a part of labels->text.
 */
static enum gpuc_status set_numbered(struct gpuc_labels *labels, size_t i,
                                     struct gpuc_label base, const char *separator,
                                     uint64_t number, struct gpuc_error *error)
{
    char suffix[32];
    int suffix_size = snprintf(suffix, sizeof suffix, "%s%" PRIu64, separator, number);
    size_t offset = labels->text.size;
    enum gpuc_status status =
        gpuc_bytes_reserve(&labels->text, base.size + sizeof suffix, error);
    if (status != GPUC_OK)
        return status;
    gpuc_bytes_put(&labels->text, labels->text.data + base.offset, base.size);
    gpuc_bytes_put(&labels->text, suffix, (size_t)suffix_size);
    labels->items[i].offset = offset;
    labels->items[i].size = labels->text.size - offset;
    return GPUC_OK;
}

static enum gpuc_status get(struct gpuc_text_map *map, const struct gpuc_labels *labels,
                            size_t i, struct gpuc_text_count **ret_entry,
                            struct gpuc_error *error)
{
    return gpuc_text_map_get(map, gpuc_label_text(labels, i), labels->items[i].size,
                             ret_entry, error);
}

/*
 * Makes label i unique. In the map, `count` is the counter of the rule and `uses` how
 * many labels have the text at this moment.
 */
static enum gpuc_status make_one_unique(struct gpuc_labels *labels, size_t i,
                                        struct gpuc_text_map *map,
                                        struct gpuc_error *error)
{
    const struct gpuc_label given = labels->items[i];
    struct gpuc_text_count *entry;
    enum gpuc_status status;
    GPUC_TRY(get(map, labels, i, &entry, error));
    uint64_t count = entry->count;
    if (count == 0) {
        entry->count = 1;
        return GPUC_OK;
    }
    entry->uses--;
    uint64_t last_tried = count;
    while (count > 0) {
        last_tried = count;
        GPUC_TRY(set_numbered(labels, i, given, ".", count, error));
        GPUC_TRY(get(map, labels, i, &entry, error));
        count = entry->uses > 0 ? count + 1 : entry->count;
    }
    entry->uses++;
    entry->count = 1;
    const uint8_t *given_text = labels->text.data + given.offset;
    GPUC_TRY(gpuc_text_map_get(map, given_text, given.size, &entry, error));
    entry->count = last_tried + 1;
out:
    return status;
}

enum gpuc_status gpuc_labels_make_unique(struct gpuc_labels *labels,
                                         struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    struct gpuc_text_map map = {0};
    struct gpuc_text_count *entry;
    for (size_t i = 0; i < labels->n_items; i++) {
        struct gpuc_label *label = &labels->items[i];
        label->unnamed = label->size == 0;
        if (label->unnamed)
            GPUC_TRY(set_numbered(labels, i, *label, "Unnamed: ", i, error));
        GPUC_TRY(get(&map, labels, i, &entry, error));
        entry->uses++;
    }
    for (int unnamed = 0; unnamed <= 1; unnamed++)
        for (size_t i = 0; i < labels->n_items; i++)
            if (labels->items[i].unnamed == (unnamed == 1))
                GPUC_TRY(make_one_unique(labels, i, &map, error));
out:
    gpuc_text_map_done(&map);
    return status;
}

/* One step of the second pass, for item i of names or labels. */
static enum gpuc_status append_counts(struct gpuc_labels *labels, size_t i,
                                      struct gpuc_text_map *map, struct gpuc_error *error)
{
    struct gpuc_text_count *entry;
    enum gpuc_status status;
    GPUC_TRY(get(map, labels, i, &entry, error));
    while (entry->count > 0) {
        uint64_t count = entry->count++;
        GPUC_TRY(set_numbered(labels, i, labels->items[i], ".", count, error));
        GPUC_TRY(get(map, labels, i, &entry, error));
    }
    entry->count = 1;
out:
    return status;
}

enum gpuc_status gpuc_labels_make_unique_after(struct gpuc_labels *labels,
                                               const struct gpuc_labels *names,
                                               struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    struct gpuc_text_map map = {0};
    struct gpuc_labels own_names = {0};
    for (size_t i = 0; i < names->n_items; i++) {
        GPUC_TRY(gpuc_labels_append(&own_names, gpuc_label_text(names, i),
                                    names->items[i].size, error));
        GPUC_TRY(append_counts(&own_names, i, &map, error));
    }
    for (size_t i = 0; i < labels->n_items; i++)
        GPUC_TRY(append_counts(labels, i, &map, error));
out:
    gpuc_labels_done(&own_names);
    gpuc_text_map_done(&map);
    return status;
}
