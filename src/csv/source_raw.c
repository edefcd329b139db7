/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a source as they come: from a file, a pipe or a callback. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "csv/source_state.h"

enum gpuc_status gpuc_source_read_place(const struct gpuc_source *source,
                                        struct gpuc_source_place place, void *bytes,
                                        size_t size, size_t *ret_size,
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

enum gpuc_status gpuc_source_read_in_order(void *context, void *bytes, size_t size,
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
        struct gpuc_source_place place = {source->fd,
                                          source->start + source->fd_position};
        status = gpuc_source_read_place(source, place, bytes, size, &n, error);
    } else {
        status = read_pipe(source, bytes, size, &n, error);
    }
    if (status != GPUC_OK)
        return status;
    source->fd_position += n;
    *ret_size = n;
    return GPUC_OK;
}

enum gpuc_status gpuc_source_find_format(struct gpuc_source *source,
                                         struct gpuc_error *error)
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
            GPUC_TRY(gpuc_source_read_place(
                source,
                (struct gpuc_source_place){source->fd, source->start + source->head_size},
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
        struct gpuc_unpack_input input = {gpuc_source_read_in_order, source,
                                          source->name};
        GPUC_TRY(gpuc_unpacker_open(format, &input, &source->unpacker, error));
    }
    source->format_known = true;
out:
    return status;
}
