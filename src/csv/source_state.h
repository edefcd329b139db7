/* SPDX-License-Identifier: Apache-2.0 */
/* A source as its own files see it: how its bytes come (source_raw.c), how it is opened
 * and closed (source_open.c), and where it reads (source.c). */
#ifndef GPUC_SOURCE_STATE_H
#define GPUC_SOURCE_STATE_H

#include "base/bytes.h"
#include "csv/source.h"
#include "csv/unpack.h"

struct gpuc_source {
    char *name;
    int fd; /* -1: the callback gives the bytes */
    int (*read)(void *context, void *bytes, size_t size, size_t *ret_size);
    void *context;
    const uint8_t *memory; /* what is left of bytes in memory */
    size_t memory_size;
    int cancel_fd;
    int stop_pipe[2]; /* of what cannot seek: readable once a read is to end; -1: none */
    bool seekable;
    uint64_t start;    /* where a seekable file's input begins: stdin may be part read */
    uint64_t position; /* of the next read, from the start of the input */
    uint64_t size;     /* of a regular file from there on, else 0 */
    int spool_fd;      /* -1: none */
    uint64_t spool_size;  /* bytes in it: all that has been read so far */
    bool ended;           /* a descriptor that cannot seek, or a callback, has no more */
    bool spooled;         /* the spool holds all of the input */
    bool format_known;    /* whether the input is packed has been found out */
    uint64_t fd_position; /* of the next byte that the descriptor gives in order */
    uint8_t head[GPUC_UNPACK_HEAD_SIZE]; /* first bytes that a pipe gave for that */
    size_t head_begin, head_size;        /* the part of them that nobody has read */
    struct gpuc_unpacker *unpacker;      /* NULL: the input is not packed */
    uint64_t n_unpacked;                 /* bytes that it gave since its start */
    struct gpuc_bytes unread;            /* what was put back and cannot be sought */
    size_t unread_begin;                 /* the part of it that is still to be read */
};

/* Bytes that a descriptor which can seek has at an offset. */
struct gpuc_source_place {
    int fd;
    uint64_t offset;
};

/* Reads once from there; *ret_size is 0 at the end. Any thread. */
enum gpuc_status gpuc_source_read_place(const struct gpuc_source *source,
                                        struct gpuc_source_place place, void *bytes,
                                        size_t size, size_t *ret_size,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Reads on where the last call ended, in the file or pipe as it is: for an unpacker.
 * `context`: the source. */
enum gpuc_status gpuc_source_read_in_order(void *context, void *bytes, size_t size,
                                           size_t *ret_size, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/*
 * Finds out whether the input is packed. Of a pipe it reads no byte more than it needs to
 * know: a first byte that no format has is enough.
 */
enum gpuc_status gpuc_source_find_format(struct gpuc_source *source,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
