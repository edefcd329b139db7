/* SPDX-License-Identifier: Apache-2.0 */
/* How sources begin and end. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv/source_state.h"

static enum gpuc_status open_spool(struct gpuc_source *source, struct gpuc_error *error)
{
    const char *folders[] = {getenv("TMPDIR"), "/var/tmp", "/tmp"};
    int reason = ENOENT;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char path[4096];
        if (folders[i] == NULL || folders[i][0] == '\0')
            continue;
        int n = snprintf(path, sizeof path, "%s/gpuclassify-XXXXXX", folders[i]);
        if (n < 0 || (size_t)n >= sizeof path)
            continue;
        source->spool_fd = mkstemp(path);
        if (source->spool_fd >= 0) {
            unlink(path);
            return GPUC_OK;
        }
        reason = errno;
    }
    return gpuc_fail_errno(error, reason,
                           "cannot make a temporary file to keep a copy of the input "
                           "(set TMPDIR to a folder with room)");
}

/* A source of nothing yet; NULL: out of memory. */
static struct gpuc_source *new_source(const char *name, int cancel_fd,
                                      struct gpuc_error *error)
{
    struct gpuc_source *source = gpuc_alloc(1, sizeof *source);
    if (source == NULL) {
        gpuc_fail_memory(error, sizeof *source, "the input");
        return NULL;
    }
    source->fd = -1;
    source->spool_fd = -1;
    source->stop_pipe[0] = source->stop_pipe[1] = -1;
    source->cancel_fd = cancel_fd;
    source->name = gpuc_alloc(strlen(name) + 1, 1);
    if (source->name == NULL) {
        gpuc_source_close(source);
        gpuc_fail_memory(error, strlen(name) + 1, "the input's name");
        return NULL;
    }
    memcpy(source->name, name, strlen(name) + 1);
    return source;
}

static enum gpuc_status open_file(struct gpuc_source *source, const char *path,
                                  struct gpuc_error *error)
{
    bool is_stdin = path == NULL;
    struct stat info;
    source->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (source->fd < 0 || fstat(source->fd, &info) != 0)
        return gpuc_fail_errno(error, errno, "%s", source->name);
    if (S_ISDIR(info.st_mode))
        return gpuc_fail(error, GPUC_EIO, "%s: is a directory, not a CSV file",
                         source->name);
    if (S_ISREG(info.st_mode)) {
        off_t start = is_stdin ? lseek(source->fd, 0, SEEK_CUR) : 0;
        source->seekable = start >= 0;
        source->start = start > 0 ? (uint64_t)start : 0;
        uint64_t size = (uint64_t)info.st_size;
        source->size = size > source->start ? size - source->start : 0;
    }
    return GPUC_OK;
}

/* Makes ready what cannot seek. */
static enum gpuc_status open_stream(struct gpuc_source *source, bool rereadable,
                                    struct gpuc_error *error)
{
    if (pipe(source->stop_pipe) != 0)
        return gpuc_fail_errno(error, errno, "%s", source->name);
    return rereadable ? open_spool(source, error) : GPUC_OK;
}

enum gpuc_status gpuc_source_open(const char *path, bool rereadable, int cancel_fd,
                                  struct gpuc_source **ret_source,
                                  struct gpuc_error *error)
{
    enum gpuc_status status;
    if (path != NULL && strcmp(path, "-") == 0)
        path = NULL;
    struct gpuc_source *source =
        new_source(path != NULL ? path : "<stdin>", cancel_fd, error);
    if (source == NULL)
        return GPUC_ENOMEM;
    GPUC_TRY(open_file(source, path, error));
    if (!source->seekable)
        GPUC_TRY(open_stream(source, rereadable, error));
    /* A pipe may have nothing to tell yet. */
    if (source->seekable)
        GPUC_TRY(gpuc_source_find_format(source, error));
out:
    if (status != GPUC_OK) {
        gpuc_source_close(source);
        return status;
    }
    *ret_source = source;
    return GPUC_OK;
}

enum gpuc_status gpuc_source_open_callback(int (*read)(void *context, void *bytes,
                                                       size_t size, size_t *ret_size),
                                           void *context, bool rereadable, int cancel_fd,
                                           struct gpuc_source **ret_source,
                                           struct gpuc_error *error)
{
    struct gpuc_source *source = new_source("<input>", cancel_fd, error);
    if (source == NULL)
        return GPUC_ENOMEM;
    source->read = read;
    source->context = context;
    enum gpuc_status status = open_stream(source, rereadable, error);
    if (status == GPUC_OK)
        *ret_source = source;
    else
        gpuc_source_close(source);
    return status;
}

void gpuc_source_stop(const struct gpuc_source *source)
{
    /* One byte always finds room in a pipe that nobody reads. */
    if (source->stop_pipe[1] >= 0 && write(source->stop_pipe[1], "", 1) != 1)
        return;
}

static int read_memory(void *context, void *bytes, size_t size, size_t *ret_size)
{
    struct gpuc_source *source = context;
    size_t n = size < source->memory_size ? size : source->memory_size;
    if (n > 0)
        memcpy(bytes, source->memory, n);
    source->memory += n;
    source->memory_size -= n;
    *ret_size = n;
    return 0;
}

enum gpuc_status gpuc_source_open_memory(const char *name, const void *bytes, size_t size,
                                         struct gpuc_source **ret_source,
                                         struct gpuc_error *error)
{
    struct gpuc_source *source = new_source(name, -1, error);
    if (source == NULL)
        return GPUC_ENOMEM;
    source->read = read_memory;
    source->context = source;
    source->memory = bytes;
    source->memory_size = size;
    *ret_source = source;
    return GPUC_OK;
}

void gpuc_source_close(struct gpuc_source *source)
{
    if (source == NULL)
        return;
    if (source->fd > STDERR_FILENO)
        close(source->fd);
    if (source->spool_fd >= 0)
        close(source->spool_fd);
    if (source->stop_pipe[0] >= 0) {
        close(source->stop_pipe[0]);
        close(source->stop_pipe[1]);
    }
    gpuc_unpacker_close(source->unpacker);
    gpuc_bytes_done(&source->unread);
    gpuc_free(source->name);
    gpuc_free(source);
}
