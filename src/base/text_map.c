/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text_map.h"

/* FNV-1a, 64 bits (Fowler, Noll, Vo): offset basis and prime as published. */
static uint64_t hash_of(const uint8_t *key, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ key[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* The place of the key, or the free place where it belongs. */
static struct gpuc_text_count *find(const struct gpuc_text_map *map, const uint8_t *key,
                                    size_t size, uint64_t hash)
{
    size_t mask = map->n_places - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct gpuc_text_count *place = &map->places[i];
        if (!place->used)
            return place;
        if (place->hash == hash && place->key_size == size &&
            (size == 0 || memcmp(map->keys.data + place->key_offset, key, size) == 0))
            return place;
    }
}

static enum gpuc_status make_room(struct gpuc_text_map *map, struct gpuc_error *error)
{
    if (map->n_used * 2 < map->n_places)
        return GPUC_OK;
    size_t n_places = map->n_places > 0 ? map->n_places * 2 : 64;
    struct gpuc_text_count *places = gpuc_alloc(n_places, sizeof *places);
    if (places == NULL)
        return gpuc_fail_memory(error, n_places * sizeof *places, "column labels");
    for (size_t i = 0; i < map->n_places; i++) {
        if (!map->places[i].used)
            continue;
        size_t to = (size_t)map->places[i].hash & (n_places - 1);
        while (places[to].used)
            to = (to + 1) & (n_places - 1);
        places[to] = map->places[i];
    }
    gpuc_free(map->places);
    map->places = places;
    map->n_places = n_places;
    return GPUC_OK;
}

enum gpuc_status gpuc_text_map_get(struct gpuc_text_map *map, const uint8_t *key,
                                   size_t key_size, struct gpuc_text_count **ret_entry,
                                   struct gpuc_error *error)
{
    uint64_t hash = hash_of(key, key_size);
    enum gpuc_status status = make_room(map, error);
    if (status != GPUC_OK)
        return status;
    struct gpuc_text_count *place = find(map, key, key_size, hash);
    if (!place->used) {
        size_t offset = map->keys.size;
        status = gpuc_bytes_append(&map->keys, key, key_size, error);
        if (status != GPUC_OK)
            return status;
        *place = (struct gpuc_text_count){
            .key_offset = offset, .key_size = key_size, .hash = hash, .used = true};
        map->n_used++;
    }
    *ret_entry = place;
    return GPUC_OK;
}

const struct gpuc_text_count *gpuc_text_map_find(const struct gpuc_text_map *map,
                                                 const uint8_t *key, size_t key_size)
{
    if (map->n_places == 0)
        return NULL;
    const struct gpuc_text_count *place =
        find(map, key, key_size, hash_of(key, key_size));
    return place->used ? place : NULL;
}

void gpuc_text_map_done(struct gpuc_text_map *map)
{
    gpuc_free(map->places);
    gpuc_bytes_done(&map->keys);
    *map = (struct gpuc_text_map){0};
}
