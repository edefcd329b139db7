/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs output as gzip (RFC 1952) or zstd (RFC 8878) while it is written: one member or
 * frame, since not every reader goes on behind the first. The format is known by the
 * file's name.
 *
 * Packing takes longer than making the text, so threads share it: the text is cut into
 * blocks of a fixed size. The packed bytes therefore depend on the text and on the
 * version of the library that packs, never on the number of threads, on how the text
 * came in pieces, or on timing.
 *
 * A packer is used by one thread; the threads that it starts end with it.
 */
#ifndef GPUC_PACK_H
#define GPUC_PACK_H

#include "base/error.h"

/* Where packed bytes go, in order, on the thread that uses the packer; size > 0. */
struct gpuc_pack_output {
    enum gpuc_status (*write)(void *context, const void *bytes, size_t size,
                              struct gpuc_error *error);
    void *context;
};

/* A packer of one format. */
struct gpuc_pack_format {
    const char *suffix; /* of a file's name, with the dot */
    /* `n_threads`: at least 1; so many threads pack. */
    enum gpuc_status (*open)(uint32_t n_threads, const struct gpuc_pack_output *output,
                             void **ret_packer, struct gpuc_error *error);
    /* Stops the threads and frees the packer, finished or not. */
    void (*close)(void *packer);
    enum gpuc_status (*write)(void *packer, const void *text, size_t size,
                              struct gpuc_error *error);
    /* Puts out all that is left and the end of the format. Nothing may follow. */
    enum gpuc_status (*finish)(void *packer, struct gpuc_error *error);
};

extern const struct gpuc_pack_format gpuc_pack_gzip;
extern const struct gpuc_pack_format gpuc_pack_zstd;

/* The format of a file that has this name; NULL: it is not packed. */
const struct gpuc_pack_format *gpuc_pack_find(const char *path);

#endif
