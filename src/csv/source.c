/* SPDX-License-Identifier: Apache-2.0 */
/* Where a source reads: on, at a place, again, and what was put back. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "csv/source_state.h"

/* Reads what an unpacker or else the descriptor gives next. */
static enum gpuc_status read_next(struct gpuc_source *source, void *bytes, size_t size,
                                  size_t *ret_size, struct gpuc_error *error)
{
    if (source->unpacker == NULL)
        return gpuc_source_read_in_order(source, bytes, size, ret_size, error);
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
        GPUC_TRY(gpuc_source_find_format(source, error));
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
        struct gpuc_source_place place = {source->fd, source->start + source->position};
        status = gpuc_source_read_place(source, place, bytes, size, &n, error);
    } else if (source->position < source->spool_size) {
        uint64_t left = source->spool_size - source->position;
        struct gpuc_source_place place = {source->spool_fd, source->position};
        status = gpuc_source_read_place(source, place, bytes,
                                        size < left ? size : (size_t)left, &n, error);
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
    struct gpuc_source_place place = {source->spool_fd, offset};
    if (source->seekable)
        place = (struct gpuc_source_place){source->fd, source->start + offset};
    return gpuc_source_read_place(source, place, bytes, size, ret_size, error);
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
