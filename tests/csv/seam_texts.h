/* SPDX-License-Identifier: Apache-2.0 */
/* Small CSV files, each tricky in its own way: whatever reads them, and in whatever
 * pieces, must read the same. */
#ifndef GPUC_TEST_SEAM_TEXTS_H
#define GPUC_TEST_SEAM_TEXTS_H

#include <stddef.h>

/* A text: `head`, so many times `body`, and `tail`. */
struct seam_text {
    const char *name;
    struct seam_part {
        const char *bytes;
        size_t size;
    } head, body, tail;
    size_t n_bodies;
};

extern const struct seam_text seam_texts[];
extern const size_t n_seam_texts;

size_t seam_text_size(const struct seam_text *text);

/* Writes the text, seam_text_size() bytes. */
void seam_text_write(const struct seam_text *text, void *bytes);

#endif
