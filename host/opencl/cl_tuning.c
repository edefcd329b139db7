/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_tuning.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 1 << 30 };

const struct gpuc_cl_shape *gpuc_cl_shape_named(const char *name, size_t size)
{
    for (size_t i = 0; gpuc_cl_shapes[i] != NULL; i++)
        if (strlen(gpuc_cl_shapes[i]->name) == size &&
            memcmp(gpuc_cl_shapes[i]->name, name, size) == 0)
            return gpuc_cl_shapes[i];
    return NULL;
}

static enum gpuc_status refuse(const char *word, size_t size, struct gpuc_error *error)
{
    char names[64] = "";
    size_t used = 0;

    for (size_t i = 0; gpuc_cl_shapes[i] != NULL && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
                                 i > 0 ? "|" : "", gpuc_cl_shapes[i]->name);
    return gpuc_fail(error, GPUC_EUSAGE,
                     "GPUCLASSIFY_TUNING: '%.*s' is none of off, measure, shape=%s, "
                     "group=N, tile=BYTES (N and BYTES from 1 to %d; commas between)",
                     size < 40 ? (int)size : 40, word, names, NUMBER_MAX);
}

/* A number from 1 to NUMBER_MAX, and nothing else. */
static bool read_number(const char *text, size_t size, uint32_t *ret_number)
{
    uint32_t number = 0;

    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9' || number > NUMBER_MAX / 10)
            return false;
        number = number * 10 + (uint32_t)(text[i] - '0');
    }
    *ret_number = number;
    return number > 0 && number <= NUMBER_MAX;
}

/* The value of a word that begins with `key`; NULL: it does not. */
static const char *value_of(const char *word, size_t size, const char *key)
{
    size_t key_size = strlen(key);
    return size > key_size && memcmp(word, key, key_size) == 0 ? word + key_size : NULL;
}

static bool read_word(const char *word, size_t size, struct gpuc_cl_wanted *wanted)
{
    const char *end = word + size;
    const char *value;

    wanted->measuring = GPUC_CL_MEASURE_NEVER;
    if (size == 3 && memcmp(word, "off", 3) == 0)
        return true;
    if (size == 7 && memcmp(word, "measure", 7) == 0) {
        wanted->measuring = GPUC_CL_MEASURE_ALL;
        return true;
    }
    if ((value = value_of(word, size, "shape=")) != NULL) {
        wanted->shape = gpuc_cl_shape_named(value, (size_t)(end - value));
        wanted->must_suit = true;
        return wanted->shape != NULL;
    }
    if ((value = value_of(word, size, "group=")) != NULL)
        return read_number(value, (size_t)(end - value), &wanted->tuning.group_size);
    if ((value = value_of(word, size, "tile=")) != NULL)
        return read_number(value, (size_t)(end - value), &wanted->tuning.tile_bytes);
    return false;
}

enum gpuc_status gpuc_cl_tuning_read(const char *value, struct gpuc_cl_wanted *ret_wanted,
                                     struct gpuc_error *error)
{
    struct gpuc_cl_wanted wanted = {0};
    const char *at = value != NULL ? value : "";

    while (*at != '\0') {
        size_t size = strcspn(at, ",");
        if (!read_word(at, size, &wanted))
            return refuse(at, size, error);
        at += size;
        /* A comma has a word behind it. */
        if (*at == ',' && *++at == '\0')
            return refuse("", 0, error);
    }
    *ret_wanted = wanted;
    return GPUC_OK;
}

void gpuc_cl_tuning_describe(const struct gpuc_cl_shape *shape,
                             const struct gpuc_cl_tuning *tuning, char *text, size_t size)
{
    if (tuning->tile_bytes == 0)
        snprintf(text, size, "%s", shape->name);
    else
        snprintf(text, size, "%s, groups of %u, %u bytes of trees", shape->name,
                 (unsigned)tuning->group_size, (unsigned)tuning->tile_bytes);
}
