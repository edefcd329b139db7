/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

void gpuc_folder_of(const char *path, char *folder, size_t size)
{
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    snprintf(folder, size, "%s", dirname(copy));
}

void gpuc_sync_folder(const char *path)
{
    char folder[PATH_MAX];
    gpuc_folder_of(path, folder, sizeof folder);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

static enum gpuc_status fail_cancelled(struct gpuc_error *error)
{
    return gpuc_fail(error, GPUC_ECANCELLED, "cancelled");
}

enum gpuc_status gpuc_check_cancelled(int cancel_fd, struct gpuc_error *error)
{
    struct pollfd wait = {.fd = cancel_fd, .events = POLLIN};
    if (cancel_fd >= 0 && poll(&wait, 1, 0) > 0)
        return fail_cancelled(error);
    return GPUC_OK;
}

enum gpuc_status gpuc_wait_fd_or(int fd, short events, const int cancel_fds[2],
                                 const char *name, struct gpuc_error *error)
{
    /* poll() passes over negative descriptors, so no cancel_fd needs no case. */
    struct pollfd waits[3] = {{.fd = fd, .events = events},
                              {.fd = cancel_fds[0], .events = POLLIN},
                              {.fd = cancel_fds[1], .events = POLLIN}};
    while (poll(waits, 3, -1) < 0)
        if (errno != EINTR)
            return gpuc_fail_errno(error, errno, "%s", name);
    if (waits[1].revents != 0 || waits[2].revents != 0)
        return fail_cancelled(error);
    return GPUC_OK;
}

enum gpuc_status gpuc_wait_fd(int fd, short events, int cancel_fd, const char *name,
                              struct gpuc_error *error)
{
    return gpuc_wait_fd_or(fd, events, (const int[]){cancel_fd, -1}, name, error);
}

enum gpuc_status gpuc_write_all(int fd, const void *bytes, size_t size, int cancel_fd,
                                const char *name, struct gpuc_error *error)
{
    const char *next = bytes;
    while (size > 0) {
        if (cancel_fd >= 0) {
            enum gpuc_status status = gpuc_wait_fd(fd, POLLOUT, cancel_fd, name, error);
            if (status != GPUC_OK)
                return status;
        }
        /* A blocking pipe takes what fits only if the piece is small: a larger write
         * would block until all is taken, and could not be cancelled. */
        size_t piece = cancel_fd >= 0 && size > 4096 ? 4096 : size;
        ssize_t n = write(fd, next, piece);
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return gpuc_fail_errno(error, errno, "%s", name);
        if (n > 0) {
            next += n;
            size -= (size_t)n;
        }
    }
    return GPUC_OK;
}
