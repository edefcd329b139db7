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
