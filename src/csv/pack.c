/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/pack.h"

#include <string.h>

static const struct gpuc_pack_format *const formats[] = {&gpuc_pack_gzip,
                                                         &gpuc_pack_zstd};

const struct gpuc_pack_format *gpuc_pack_find(const char *path)
{
    size_t size = strlen(path);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        size_t suffix_size = strlen(formats[i]->suffix);
        if (size >= suffix_size &&
            strcmp(path + size - suffix_size, formats[i]->suffix) == 0)
            return formats[i];
    }
    return NULL;
}
