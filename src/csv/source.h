/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where input bytes come from: a regular file, or something that can be read only once (a
 * pipe, a terminal, a socket, a callback). A job that reads its input twice asks for a
 * rereadable source: then what a pipe gives is also written to a spool, a nameless
 * temporary file in $TMPDIR, else /var/tmp (which is on disk where /tmp may be memory),
 * and seeking back reads from there.
 *
 * Input that is packed by gzip or zstd (csv/unpack.h) is unpacked: bytes and offsets here
 * are always those of the CSV text. Going back in a packed file unpacks it once more from
 * the start; the spool of a packed pipe holds unpacked bytes.
 *
 * One thread at a time, but for gpuc_source_read_at(). Reads wait for data or for the
 * cancel descriptor.
 */
#ifndef GPUC_SOURCE_H
#define GPUC_SOURCE_H

#include "base/error.h"

struct gpuc_source;

/*
 * Opens `path`; "-" or NULL is standard input. `cancel_fd`: reads fail with
 * GPUC_ECANCELLED once it is readable; -1: never.
 */
enum gpuc_status gpuc_source_open(const char *path, bool rereadable, int cancel_fd,
                                  struct gpuc_source **ret_source,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

/* Opens what a callback gives in place of a file: see `read` of struct gpuc_job_options.
 * It is treated as a pipe. */
enum gpuc_status gpuc_source_open_callback(int (*read)(void *context, void *bytes,
                                                       size_t size, size_t *ret_size),
                                           void *context, bool rereadable, int cancel_fd,
                                           struct gpuc_source **ret_source,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;

/* Has a read end that waits for what a pipe gives, and all that follow of a pipe or a
 * callback fail with GPUC_ECANCELLED. Any thread. */
void gpuc_source_stop(const struct gpuc_source *source);

/* Opens bytes in memory, which are not copied and outlive the source. `name`: for
 * messages. They can be read once. */
enum gpuc_status gpuc_source_open_memory(const char *name, const void *bytes, size_t size,
                                         struct gpuc_source **ret_source,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/* Closes a source; NULL is fine. */
void gpuc_source_close(struct gpuc_source *source);

/* Reads 1 to `size` bytes; *ret_size is 0 only at the end of the input. */
enum gpuc_status gpuc_source_read(struct gpuc_source *source, void *bytes, size_t size,
                                  size_t *ret_size, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/*
 * Puts back bytes that were read last: the next reads give them once more. The position
 * moves back by `size`.
 */
enum gpuc_status gpuc_source_unread(struct gpuc_source *source, const void *bytes,
                                    size_t size, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/*
 * The size of a source that gpuc_source_read_at() can read: a file that is not packed, or
 * a pipe that has been read to its end into a spool; else 0. It is that of now: a file
 * may grow.
 */
uint64_t gpuc_source_anywhere_size(const struct gpuc_source *source);

/* Reads bytes from an offset, as gpuc_source_read(). Any number of threads at once. */
enum gpuc_status gpuc_source_read_at(const struct gpuc_source *source, uint64_t offset,
                                     void *bytes, size_t size, size_t *ret_size,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/* The next read is from `offset`, which must be of a byte that was read before, or 0. */
void gpuc_source_seek(struct gpuc_source *source, uint64_t offset);

/* The path as messages name it: "<stdin>" for standard input, "<input>" for a callback.
 */
const char *gpuc_source_name(const struct gpuc_source *source);

/* The size of the input's file, packed or not; 0 if it is none. */
uint64_t gpuc_source_size(const struct gpuc_source *source);

/* How much of that size has been read, about: of a packed file its own bytes. */
uint64_t gpuc_source_file_position(const struct gpuc_source *source);

#endif
