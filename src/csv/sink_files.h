/* SPDX-License-Identifier: Apache-2.0 */
/* The insides of sinks, for the two files that they are made in. */
#ifndef GPUC_SINK_FILES_H
#define GPUC_SINK_FILES_H

#include <limits.h>

#include "csv/pack.h"
#include "csv/sink.h"

/* Room behind a target's path for what temporary names end in. */
enum { GPUC_SINK_SUFFIX_SIZE = 32 };

struct gpuc_sink {
    char name[PATH_MAX];      /* as messages name it */
    char target[PATH_MAX];    /* what commit renames to; empty: written directly */
    char temporary[PATH_MAX]; /* empty once it is gone */
    bool is_only_new;         /* no file may be replaced */
    int fd;                   /* -1: the callback takes the bytes */
    int cancel_fd;            /* -1 too for regular files, which never block for long */
    uint64_t size;
    uint64_t flushing; /* bytes of a regular file that are on their way to the disk */
    int (*write)(void *context, const void *bytes, size_t size);
    void *context;
    const struct gpuc_pack_format *format; /* NULL: what is written is not packed */
    void *packer;                          /* NULL too while a partial file is written */

    /* For a partial file: */
    bool is_partial;         /* `temporary` stays when the sink is closed */
    uint32_t n_pack_threads; /* for packing it in the end, */
    int pack_cancel_fd;      /* which can be cancelled */
};

/* A sink that has nothing open yet; NULL: out of memory. `name`: as messages name it. */
struct gpuc_sink *gpuc_sink_new(const char *name);

/* Finds the file that is to appear in the end, which need not be there yet. */
enum gpuc_status gpuc_sink_find_target(struct gpuc_sink *sink, const char *path,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Gives the open file the mode that the target has, or would get. */
enum gpuc_status gpuc_sink_take_mode(const struct gpuc_sink *sink,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/* Commits a partial file whose target is packed. */
enum gpuc_status gpuc_sink_pack_partial(struct gpuc_sink *sink, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
