/* SPDX-License-Identifier: Apache-2.0 */
/* Column labels as pandas makes them from a header: never empty, never twice the same. */
#ifndef GPUC_LABELS_H
#define GPUC_LABELS_H

#include "base/bytes.h"

struct gpuc_label {
    size_t offset; /* in the labels' text */
    size_t size;
    bool unnamed; /* it was empty: "Unnamed: 3" */
};

struct gpuc_labels {
    struct gpuc_bytes text;
    struct gpuc_label *items;
    size_t n_items;
    size_t capacity;
};

enum gpuc_status gpuc_labels_append(struct gpuc_labels *labels, const uint8_t *text,
                                    size_t size, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/*
 * What pandas.read_csv does to a header: an empty label at position i becomes
 * "Unnamed: i"; of repeated labels the later ones get ".1", ".2" and so on, those that
 * were given before those that were empty, skipping texts that are there already.
 */
enum gpuc_status gpuc_labels_make_unique(struct gpuc_labels *labels,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * The second pass that pandas makes where a row of index names follows the header: names,
 * then labels, from left to right; whatever is there already gets ".1" (and then that
 * again), never looking ahead. Changes the labels only.
 */
enum gpuc_status gpuc_labels_make_unique_after(struct gpuc_labels *labels,
                                               const struct gpuc_labels *names,
                                               struct gpuc_error *error) GPUC_MUST_CHECK;

/* Removes the first n labels. */
void gpuc_labels_drop_first(struct gpuc_labels *labels, size_t n);

void gpuc_labels_done(struct gpuc_labels *labels);

static inline const uint8_t *gpuc_label_text(const struct gpuc_labels *labels, size_t i)
{
    return labels->text.data + labels->items[i].offset;
}

#endif
