/* SPDX-License-Identifier: Apache-2.0 */
/* Partial files: output that a later process can go on with. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_lock.h"
#include "base/memory.h"
#include "csv/sink_files.h"

enum { COPY_SIZE = 1 << 20 };

static enum gpuc_status open_file(struct gpuc_sink *sink, const char *path,
                                  struct gpuc_error *error)
{
    struct stat info;
    enum gpuc_status status;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: no regular file, which a job needs that can be resumed: "
                         "name one, or drop --resume",
                         path);
    GPUC_TRY(gpuc_sink_find_target(sink, path, error));
    snprintf(sink->temporary, sizeof sink->temporary, "%.*s.partial",
             PATH_MAX - GPUC_SINK_SUFFIX_SIZE, sink->target);
    GPUC_TRY(gpuc_open_locked(sink->temporary, &sink->fd, error));
out:
    return status;
}

enum gpuc_status gpuc_sink_open_partial(const char *path, uint32_t n_pack_threads,
                                        int cancel_fd, struct gpuc_sink **ret_sink,
                                        struct gpuc_error *error)
{
    struct gpuc_sink *sink = gpuc_sink_new(path);
    if (sink == NULL)
        return gpuc_fail_memory(error, sizeof *sink, "the output");
    sink->is_partial = true;
    sink->n_pack_threads = n_pack_threads;
    sink->pack_cancel_fd = cancel_fd;
    sink->format = gpuc_pack_find(path);
    enum gpuc_status status = open_file(sink, path, error);
    if (status != GPUC_OK) {
        gpuc_sink_close(sink);
        return status;
    }
    *ret_sink = sink;
    return GPUC_OK;
}

enum gpuc_status gpuc_sink_return_to(struct gpuc_sink *sink, uint64_t size,
                                     struct gpuc_error *error)
{
    struct stat info;
    if (fstat(sink->fd, &info) != 0)
        return gpuc_fail_errno(error, errno, "%s", sink->temporary);
    if ((uint64_t)info.st_size < size)
        return gpuc_fail(error, GPUC_EDATA, "%s: is shorter than it was",
                         sink->temporary);
    if (ftruncate(sink->fd, (off_t)size) != 0 ||
        lseek(sink->fd, (off_t)size, SEEK_SET) < 0)
        return gpuc_fail_errno(error, errno, "%s", sink->temporary);
    sink->size = sink->flushing = size;
    return GPUC_OK;
}

enum gpuc_status gpuc_sink_sync(struct gpuc_sink *sink, struct gpuc_error *error)
{
    /* What fails is not tried again: the kernel may have dropped the pages. */
    if (fsync(sink->fd) != 0)
        return gpuc_fail_errno(error, errno, "%s", sink->temporary);
    sink->flushing = sink->size;
    return GPUC_OK;
}

bool gpuc_sink_is_packed(const struct gpuc_sink *sink)
{
    return sink->format != NULL;
}

void gpuc_sink_discard(struct gpuc_sink *sink)
{
    sink->is_partial = false;
}

const char *gpuc_sink_partial(const struct gpuc_sink *sink)
{
    return sink->temporary;
}

const char *gpuc_sink_target(const struct gpuc_sink *sink)
{
    return sink->target;
}

/* Writes all of the partial file into another sink. */
static enum gpuc_status copy(const struct gpuc_sink *sink, struct gpuc_sink *to,
                             struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    uint8_t *bytes = gpuc_alloc(COPY_SIZE, 1);
    if (bytes == NULL)
        return gpuc_fail_memory(error, COPY_SIZE, "packing the output");
    for (uint64_t done = 0; done < sink->size;) {
        GPUC_TRY(gpuc_check_cancelled(sink->pack_cancel_fd, error));
        ssize_t n = pread(sink->fd, bytes, COPY_SIZE, (off_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            status = gpuc_fail_errno(error, n < 0 ? errno : EIO, "%s", sink->temporary);
            goto out;
        }
        GPUC_TRY(gpuc_sink_write(to, bytes, (size_t)n, error));
        done += (size_t)n;
    }
out:
    gpuc_free(bytes);
    return status;
}

enum gpuc_status gpuc_sink_pack_partial(struct gpuc_sink *sink, struct gpuc_error *error)
{
    struct gpuc_sink *packed = NULL;
    enum gpuc_status status;
    GPUC_TRY(gpuc_sink_open(sink->target, sink->n_pack_threads, -1, &packed, error));
    packed->is_only_new = sink->is_only_new;
    GPUC_TRY(copy(sink, packed, error));
    GPUC_TRY(gpuc_sink_commit(packed, error));
    unlink(sink->temporary);
    sink->temporary[0] = '\0';
    sink->size = packed->size;
out:
    gpuc_sink_close(packed);
    return status;
}
