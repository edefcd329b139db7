/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A map from texts to counters, for names that must be unique. Open addressing, linear
 * probing, at most half full. Keys are copied.
 */
#ifndef GPUC_TEXT_MAP_H
#define GPUC_TEXT_MAP_H

#include "base/bytes.h"

struct gpuc_text_count {
    size_t key_offset;
    size_t key_size;
    uint64_t hash;
    uint64_t uses;  /* free for the user; 0 at first */
    uint64_t count; /* likewise */
    bool used;      /* the place holds a key */
};

struct gpuc_text_map {
    struct gpuc_text_count *places;
    size_t n_places; /* a power of two, or 0 */
    size_t n_used;
    struct gpuc_bytes keys;
};

/*
 * Finds a key, or adds it with both counters 0. *ret_entry is valid until the next call.
 */
enum gpuc_status gpuc_text_map_get(struct gpuc_text_map *map, const uint8_t *key,
                                   size_t key_size, struct gpuc_text_count **ret_entry,
                                   struct gpuc_error *error) GPUC_MUST_CHECK;

/* The entry of a key; NULL if it is not there. Any number of threads at once. */
const struct gpuc_text_count *gpuc_text_map_find(const struct gpuc_text_map *map,
                                                 const uint8_t *key, size_t key_size);

void gpuc_text_map_done(struct gpuc_text_map *map);

#endif
