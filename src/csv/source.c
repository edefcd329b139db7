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

#include "base/bytes.h"
#include "base/file.h"
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

/* Bytes that a descriptor which can seek has at an offset. */
struct place {
    int fd;
    uint64_t offset;
};

static enum gpuc_status read_at(const struct gpuc_source *source, struct place place,
                                void *bytes, size_t size, size_t *ret_size,
                                struct gpuc_error *error)
{
    for (;;) {
        ssize_t n = pread(place.fd, bytes, size, (off_t)place.offset);
        if (n >= 0) {
            *ret_size = (size_t)n;
            return GPUC_OK;
        }
        if (errno != EINTR)
            return gpuc_fail_errno(error, errno, "%s", source->name);
    }
}

static enum gpuc_status read_callback(struct gpuc_source *source, void *bytes,
                                      size_t size, size_t *ret_size,
                                      struct gpuc_error *error)
{
    enum gpuc_status status = gpuc_check_cancelled(source->cancel_fd, error);
    size_t n = 0;
    if (status == GPUC_OK)
        status = gpuc_check_cancelled(source->stop_pipe[0], error);
    if (status != GPUC_OK)
        return status;
    int errno_value = source->read(source->context, bytes, size, &n);
    if (errno_value != 0)
        return gpuc_fail_errno(error, errno_value, "%s", source->name);
    if (n > size)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: `read` gave %zu bytes where it was asked for %zu",
                         source->name, n, size);
    *ret_size = n;
    source->ended = n == 0;
    return GPUC_OK;
}

/* Reads what cannot seek; not beyond its end, for a terminal would go on there. */
static enum gpuc_status read_pipe(struct gpuc_source *source, void *bytes, size_t size,
                                  size_t *ret_size, struct gpuc_error *error)
{
    *ret_size = 0;
    if (source->read != NULL && !source->ended)
        return read_callback(source, bytes, size, ret_size, error);
    while (!source->ended) {
        const int ends[] = {source->cancel_fd, source->stop_pipe[0]};
        enum gpuc_status status =
            gpuc_wait_fd_or(source->fd, POLLIN, ends, source->name, error);
        if (status != GPUC_OK)
            return status;
        ssize_t n = read(source->fd, bytes, size);
        if (n >= 0) {
            *ret_size = (size_t)n;
            source->ended = n == 0;
            return GPUC_OK;
        }
        if (errno != EINTR && errno != EAGAIN)
            return gpuc_fail_errno(error, errno, "%s", source->name);
    }
    return GPUC_OK;
}

/* Reads on where the last call ended, in the file or pipe as it is: for an unpacker. */
static enum gpuc_status read_in_order(void *context, void *bytes, size_t size,
                                      size_t *ret_size, struct gpuc_error *error)
{
    struct gpuc_source *source = context;
    enum gpuc_status status = gpuc_check_cancelled(source->cancel_fd, error);
    size_t n = source->head_size;
    if (status != GPUC_OK)
        return status;
    if (n > 0) {
        n = n < size ? n : size;
        memcpy(bytes, source->head + source->head_begin, n);
        source->head_begin += n;
        source->head_size -= n;
    } else if (source->seekable) {
        struct place place = {source->fd, source->start + source->fd_position};
        status = read_at(source, place, bytes, size, &n, error);
    } else {
        status = read_pipe(source, bytes, size, &n, error);
    }
    if (status != GPUC_OK)
        return status;
    source->fd_position += n;
    *ret_size = n;
    return GPUC_OK;
}

/*
 * Finds out whether the input is packed. Of a pipe it reads no byte more than it needs to
 * know: a first byte that no format has is enough.
 */
static enum gpuc_status find_format(struct gpuc_source *source, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    const struct gpuc_unpack_format *format = NULL;
    for (;;) {
        bool undecided = false;
        uint8_t *next = source->head + source->head_size;
        size_t room = sizeof source->head - source->head_size, n = 0;
        format = gpuc_unpack_find(source->head, source->head_size, &undecided);
        if (format != NULL || !undecided)
            break;
        if (source->seekable)
            GPUC_TRY(read_at(
                source, (struct place){source->fd, source->start + source->head_size},
                next, room, &n, error));
        else
            GPUC_TRY(read_pipe(source, next, 1, &n, error));
        if (n == 0)
            break;
        source->head_size += n;
    }
    /* A file is read again from its first byte. */
    if (source->seekable)
        source->head_size = 0;
    if (format != NULL) {
        struct gpuc_unpack_input input = {read_in_order, source, source->name};
        GPUC_TRY(gpuc_unpacker_open(format, &input, &source->unpacker, error));
    }
    source->format_known = true;
out:
    return status;
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
        GPUC_TRY(find_format(source, error));
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

/* Reads what an unpacker or else the descriptor gives next. */
static enum gpuc_status read_next(struct gpuc_source *source, void *bytes, size_t size,
                                  size_t *ret_size, struct gpuc_error *error)
{
    if (source->unpacker == NULL)
        return read_in_order(source, bytes, size, ret_size, error);
    enum gpuc_status status =
        gpuc_unpacker_read(source->unpacker, bytes, size, ret_size, error);
    if (status == GPUC_OK)
        source->n_unpacked += *ret_size;
    return status;
}

/* Reads from a packed file: to go back is to unpack it once more up to the position. */
static enum gpuc_status read_packed(struct gpuc_source *source, void *bytes, size_t size,
                                    size_t *ret_size, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    if (source->position < source->n_unpacked) {
        gpuc_unpacker_restart(source->unpacker);
        source->fd_position = 0;
        source->n_unpacked = 0;
    }
    while (source->n_unpacked < source->position) {
        uint64_t left = source->position - source->n_unpacked;
        size_t piece = left < size ? (size_t)left : size;
        GPUC_TRY(gpuc_check_cancelled(source->cancel_fd, error));
        GPUC_TRY(read_next(source, bytes, piece, ret_size, error));
        if (*ret_size == 0)
            return GPUC_OK;
    }
    GPUC_TRY(read_next(source, bytes, size, ret_size, error));
out:
    return status;
}

/* Reads from a descriptor that cannot seek, and spools what came. */
static enum gpuc_status read_once(struct gpuc_source *source, void *bytes, size_t size,
                                  size_t *ret_size, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    if (!source->format_known)
        GPUC_TRY(find_format(source, error));
    GPUC_TRY(read_next(source, bytes, size, ret_size, error));
    if (source->spool_fd < 0)
        return GPUC_OK;
    source->spooled = *ret_size == 0;
    source->spool_size += *ret_size;
    return gpuc_write_all(
        source->spool_fd, bytes, *ret_size, -1,
        "cannot keep a temporary copy of the input (set TMPDIR to a folder "
        "with room)",
        error);
out:
    return status;
}

enum gpuc_status gpuc_source_read(struct gpuc_source *source, void *bytes, size_t size,
                                  size_t *ret_size, struct gpuc_error *error)
{
    size_t n = 0;
    enum gpuc_status status = gpuc_check_cancelled(source->cancel_fd, error);
    if (status != GPUC_OK)
        return status;
    if (source->unread.size > source->unread_begin) {
        size_t left = source->unread.size - source->unread_begin;
        n = left < size ? left : size;
        memcpy(bytes, source->unread.data + source->unread_begin, n);
        source->unread_begin += n;
    } else if (source->seekable && source->unpacker != NULL) {
        status = read_packed(source, bytes, size, &n, error);
    } else if (source->seekable) {
        struct place place = {source->fd, source->start + source->position};
        status = read_at(source, place, bytes, size, &n, error);
    } else if (source->position < source->spool_size) {
        uint64_t left = source->spool_size - source->position;
        struct place place = {source->spool_fd, source->position};
        status =
            read_at(source, place, bytes, size < left ? size : (size_t)left, &n, error);
    } else {
        status = read_once(source, bytes, size, &n, error);
    }
    if (status != GPUC_OK)
        return status;
    source->position += n;
    *ret_size = n;
    return GPUC_OK;
}

enum gpuc_status gpuc_source_unread(struct gpuc_source *source, const void *bytes,
                                    size_t size, struct gpuc_error *error)
{
    source->position -= size;
    if ((source->seekable && source->unpacker == NULL) || source->spool_fd >= 0)
        return GPUC_OK;
    source->unread.size = 0;
    source->unread_begin = 0;
    return gpuc_bytes_append(&source->unread, bytes, size, error);
}

uint64_t gpuc_source_anywhere_size(const struct gpuc_source *source)
{
    struct stat info;
    if (!source->seekable)
        return source->spooled ? source->spool_size : 0;
    if (source->unpacker != NULL || fstat(source->fd, &info) != 0)
        return 0;
    uint64_t size = (uint64_t)info.st_size;
    return size > source->start ? size - source->start : 0;
}

enum gpuc_status gpuc_source_read_at(const struct gpuc_source *source, uint64_t offset,
                                     void *bytes, size_t size, size_t *ret_size,
                                     struct gpuc_error *error)
{
    enum gpuc_status status = gpuc_check_cancelled(source->cancel_fd, error);
    if (status != GPUC_OK)
        return status;
    struct place place = {source->spool_fd, offset};
    if (source->seekable)
        place = (struct place){source->fd, source->start + offset};
    return read_at(source, place, bytes, size, ret_size, error);
}

void gpuc_source_seek(struct gpuc_source *source, uint64_t offset)
{
    source->unread.size = source->unread_begin = 0;
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

uint64_t gpuc_source_file_position(const struct gpuc_source *source)
{
    bool is_packed_file = source->seekable && source->unpacker != NULL;
    return is_packed_file ? source->fd_position : source->position;
}
