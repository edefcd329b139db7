/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

struct gpuc_source {
    char *name;
    int fd;
    int cancel_fd;
    bool seekable;
    uint64_t start;    /* where a seekable file's input begins: stdin may be part read */
    uint64_t position; /* of the next read, from the start of the input */
    uint64_t size;     /* of a regular file, else 0 */
    int spool_fd;      /* -1: none */
    uint64_t spool_size; /* bytes in it: all that the descriptor has given so far */
    bool ended;          /* the descriptor has no more */
};

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

enum gpuc_status gpuc_source_open(const char *path, bool rereadable, int cancel_fd,
                                  struct gpuc_source **ret_source,
                                  struct gpuc_error *error)
{
    bool is_stdin = path == NULL || strcmp(path, "-") == 0;
    const char *name = is_stdin ? "<stdin>" : path;
    enum gpuc_status status = GPUC_OK;
    struct stat info;
    struct gpuc_source *source = gpuc_alloc(1, sizeof *source);
    if (source == NULL)
        return gpuc_fail_memory(error, sizeof *source, "the input");
    source->fd = -1;
    source->spool_fd = -1;
    source->cancel_fd = cancel_fd;
    source->name = gpuc_alloc(strlen(name) + 1, 1);
    if (source->name == NULL) {
        status = gpuc_fail_memory(error, strlen(name) + 1, "the input's name");
        goto out;
    }
    memcpy(source->name, name, strlen(name) + 1);

    source->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (source->fd < 0 || fstat(source->fd, &info) != 0) {
        status = gpuc_fail_errno(error, errno, "%s", name);
        goto out;
    }
    if (S_ISDIR(info.st_mode)) {
        status = gpuc_fail(error, GPUC_EIO, "%s: is a directory, not a CSV file", name);
        goto out;
    }
    if (S_ISREG(info.st_mode)) {
        off_t start = is_stdin ? lseek(source->fd, 0, SEEK_CUR) : 0;
        source->seekable = start >= 0;
        source->start = start > 0 ? (uint64_t)start : 0;
        uint64_t size = (uint64_t)info.st_size;
        source->size = size > source->start ? size - source->start : 0;
    }
    if (!source->seekable && rereadable)
        GPUC_TRY(open_spool(source, error));
out:
    if (status != GPUC_OK) {
        gpuc_source_close(source);
        return status;
    }
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
    gpuc_free(source->name);
    gpuc_free(source);
}

/* Reads at the source's position, from the file itself or from the spool. */
static enum gpuc_status read_again(const struct gpuc_source *source, void *bytes,
                                   size_t size, size_t *ret_size,
                                   struct gpuc_error *error)
{
    int fd = source->seekable ? source->fd : source->spool_fd;
    uint64_t offset =
        source->seekable ? source->start + source->position : source->position;
    for (;;) {
        ssize_t n = pread(fd, bytes, size, (off_t)offset);
        if (n >= 0) {
            *ret_size = (size_t)n;
            return GPUC_OK;
        }
        if (errno != EINTR)
            return gpuc_fail_errno(error, errno, "%s", source->name);
    }
}

/* Reads from a descriptor that cannot seek, and spools what came. */
static enum gpuc_status read_once(struct gpuc_source *source, void *bytes, size_t size,
                                  size_t *ret_size, struct gpuc_error *error)
{
    ssize_t n;
    for (;;) {
        enum gpuc_status status =
            gpuc_wait_fd(source->fd, POLLIN, source->cancel_fd, source->name, error);
        if (status != GPUC_OK)
            return status;
        n = read(source->fd, bytes, size);
        if (n >= 0)
            break;
        if (errno != EINTR && errno != EAGAIN)
            return gpuc_fail_errno(error, errno, "%s", source->name);
    }
    source->ended = n == 0;
    *ret_size = (size_t)n;
    if (source->spool_fd < 0)
        return GPUC_OK;
    source->spool_size += (size_t)n;
    return gpuc_write_all(
        source->spool_fd, bytes, (size_t)n, -1,
        "cannot keep a temporary copy of the input (set TMPDIR to a folder "
        "with room)",
        error);
}

enum gpuc_status gpuc_source_read(struct gpuc_source *source, void *bytes, size_t size,
                                  size_t *ret_size, struct gpuc_error *error)
{
    size_t n = 0;
    enum gpuc_status status = gpuc_check_cancelled(source->cancel_fd, error);
    if (status != GPUC_OK)
        return status;
    if (source->seekable) {
        status = read_again(source, bytes, size, &n, error);
    } else if (source->position < source->spool_size) {
        uint64_t left = source->spool_size - source->position;
        status = read_again(source, bytes, size < left ? size : (size_t)left, &n, error);
    } else if (!source->ended) {
        status = read_once(source, bytes, size, &n, error);
    }
    if (status != GPUC_OK)
        return status;
    source->position += n;
    *ret_size = n;
    return GPUC_OK;
}

void gpuc_source_seek(struct gpuc_source *source, uint64_t offset)
{
    source->position = offset;
}

const char *gpuc_source_name(const struct gpuc_source *source)
{
    return source->name;
}

uint64_t gpuc_source_size(const struct gpuc_source *source)
{
    return source->size;
}

bool gpuc_source_is_file(const struct gpuc_source *source, const char *path)
{
    struct stat mine, other;
    return fstat(source->fd, &mine) == 0 && stat(path, &other) == 0 &&
           S_ISREG(mine.st_mode) && mine.st_dev == other.st_dev &&
           mine.st_ino == other.st_ino;
}
