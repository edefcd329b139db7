/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where output bytes go. A regular file is written under a temporary name beside the
 * target, flushed to disk and renamed on commit, so the target is either the old file or
 * the complete new one. Standard output, devices and pipes are written as they are.
 * What goes to a name that ends in .gz or .zst is packed on the way (csv/pack.h).
 *
 * One thread.
 */
#ifndef GPUC_SINK_H
#define GPUC_SINK_H

#include "base/error.h"

struct gpuc_sink;

/*
 * Opens `path`; "-" or NULL is standard output. `n_pack_threads`: at least 1; so many
 * threads pack, if any do. `cancel_fd` as for sources.
 */
enum gpuc_status gpuc_sink_open(const char *path, uint32_t n_pack_threads, int cancel_fd,
                                struct gpuc_sink **ret_sink, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/*
 * As gpuc_sink_open() for a regular file, but what is written lies under a name that
 * stays, the target's with ".partial" behind it, and it stays there when the sink is
 * closed: who opens it again goes on with it. It is locked meanwhile: GPUC_EIO where
 * another process or sink has it. It holds text that is packed on commit only, if at
 * all, for a packer cannot go on where another one was stopped.
 *
 * Nothing may be written before gpuc_sink_return_to().
 */
enum gpuc_status gpuc_sink_open_partial(const char *path, uint32_t n_pack_threads,
                                        int cancel_fd, struct gpuc_sink **ret_sink,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Drops what a partial file has behind its first `size` bytes. GPUC_EDATA: there are not
 * so many. */
enum gpuc_status gpuc_sink_return_to(struct gpuc_sink *sink, uint64_t size,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/* Sees to it that all that was written outlives a power cut. */
enum gpuc_status gpuc_sink_sync(struct gpuc_sink *sink, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Whether the output is packed, on the way or on commit. */
bool gpuc_sink_is_packed(const struct gpuc_sink *sink);

/* The partial file is not to stay. */
void gpuc_sink_discard(struct gpuc_sink *sink);

/* The path of the partial file. */
const char *gpuc_sink_partial(const struct gpuc_sink *sink);

/* The file that appears on commit: where the path led when the sink was opened; empty:
 * there is none. */
const char *gpuc_sink_target(const struct gpuc_sink *sink);

/* A sink that hands all bytes to `write`, which returns 0 or an errno value. */
enum gpuc_status gpuc_sink_open_callback(int (*write)(void *context, const void *bytes,
                                                      size_t size),
                                         void *context, struct gpuc_sink **ret_sink,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * The file must be a new one: fails with GPUC_EIO if it is there already, and so does the
 * commit if it has come meanwhile, which leaves that file alone. Of no account for what
 * is no regular file.
 */
enum gpuc_status gpuc_sink_only_new(struct gpuc_sink *sink, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Fails as gpuc_sink_only_new() does for a file that is there. */
enum gpuc_status gpuc_sink_check_new(const char *path, struct gpuc_error *error)
    GPUC_MUST_CHECK;

enum gpuc_status gpuc_sink_write(struct gpuc_sink *sink, const void *bytes, size_t size,
                                 struct gpuc_error *error) GPUC_MUST_CHECK;

/* Makes the output appear. Nothing may be written afterwards. */
enum gpuc_status gpuc_sink_commit(struct gpuc_sink *sink, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Closes a sink; what was not committed is removed. NULL is fine. */
void gpuc_sink_close(struct gpuc_sink *sink);

/* Bytes written so far, packed ones if they are packed. */
uint64_t gpuc_sink_size(const struct gpuc_sink *sink);

#endif
