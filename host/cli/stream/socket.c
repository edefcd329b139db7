/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/stream/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static enum gpuc_status open_socket(const struct gpuc_address *address, int *ret_fd,
                                    struct gpuc_error *error)
{
    int fd = socket(address->socket.any.sa_family,
                    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return gpuc_fail_errno(error, errno, "%s", address->text);
    *ret_fd = fd;
    return GPUC_OK;
}

/* Waits until a connection is made or not. */
static enum gpuc_status end_connect(int fd, const struct gpuc_address *address,
                                    int cancel_fd, struct gpuc_error *error)
{
    int failure = 0;
    socklen_t size = sizeof failure;
    enum gpuc_status status = gpuc_wait_fd(fd, POLLOUT, cancel_fd, address->text, error);
    if (status != GPUC_OK)
        return status;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size) != 0)
        failure = errno;
    if (failure != 0)
        return gpuc_fail_errno(error, failure, "%s", address->text);
    return GPUC_OK;
}

enum gpuc_status gpuc_socket_connect(const struct gpuc_address *address, int cancel_fd,
                                     int *ret_fd, struct gpuc_error *error)
{
    static const int on = 1;
    int fd = -1;
    enum gpuc_status status;
    GPUC_TRY(open_socket(address, &fd, error));
    if (connect(fd, &address->socket.any, address->size) != 0) {
        if (errno != EINPROGRESS && errno != EINTR) {
            status = gpuc_fail_errno(error, errno, "%s", address->text);
            goto out;
        }
        GPUC_TRY(end_connect(fd, address, cancel_fd, error));
    }
    if (address->socket.any.sa_family != AF_UNIX)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    *ret_fd = fd;
    fd = -1;
out:
    if (fd >= 0)
        close(fd);
    return status;
}

enum gpuc_status gpuc_socket_clear_path(const struct gpuc_address *address,
                                        struct gpuc_error *error)
{
    const char *path = address->socket.local.sun_path;
    struct stat info;
    int fd = -1;
    if (lstat(path, &info) != 0)
        return GPUC_OK;
    if (!S_ISSOCK(info.st_mode))
        return gpuc_fail(error, GPUC_EIO, "%s: is there already, and is no socket", path);
    enum gpuc_status status = open_socket(address, &fd, error);
    if (status != GPUC_OK)
        return status;
    bool is_left_over =
        connect(fd, &address->socket.any, address->size) != 0 && errno == ECONNREFUSED;
    close(fd);
    if (!is_left_over)
        return gpuc_fail(error, GPUC_EIO, "%s: another program listens there", path);
    if (unlink(path) != 0)
        return gpuc_fail_errno(error, errno, "%s", path);
    return GPUC_OK;
}

enum gpuc_status gpuc_socket_listen(const struct gpuc_address *address, int *ret_fd,
                                    struct gpuc_error *error)
{
    static const int on = 1;
    bool is_local = address->socket.any.sa_family == AF_UNIX;
    int fd = -1;
    enum gpuc_status status;
    if (is_local)
        GPUC_TRY(gpuc_socket_clear_path(address, error));
    GPUC_TRY(open_socket(address, &fd, error));
    if (!is_local)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, &address->socket.any, address->size) != 0 || listen(fd, 16) != 0) {
        status = gpuc_fail_errno(error, errno, "%s: cannot listen", address->text);
        goto out;
    }
    *ret_fd = fd;
    fd = -1;
out:
    if (fd >= 0)
        close(fd);
    return status;
}

enum gpuc_status gpuc_socket_accept(int listen_fd, const char *name, int cancel_fd,
                                    int *ret_fd, struct gpuc_error *error)
{
    for (;;) {
        enum gpuc_status status = gpuc_wait_fd(listen_fd, POLLIN, cancel_fd, name, error);
        if (status != GPUC_OK)
            return status;
        int fd = accept(listen_fd, NULL, NULL);
        if (fd >= 0) {
            fcntl(fd, F_SETFD, FD_CLOEXEC);
            fcntl(fd, F_SETFL, O_NONBLOCK);
            *ret_fd = fd;
            return GPUC_OK;
        }
        /* Who connected may have gone again. */
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
            return gpuc_fail_errno(error, errno, "%s", name);
    }
}

enum gpuc_status gpuc_socket_fail_broken(const char *name, struct gpuc_error *error)
{
    return gpuc_fail(error, GPUC_EIO,
                     "%s: the service broke the stream off; its log says why", name);
}

enum gpuc_status gpuc_socket_read(int fd, const char *name, int cancel_fd, void *bytes,
                                  size_t size, size_t *ret_size, struct gpuc_error *error)
{
    for (;;) {
        ssize_t n = read(fd, bytes, size);
        if (n >= 0) {
            *ret_size = (size_t)n;
            return GPUC_OK;
        }
        if (errno == ECONNRESET)
            return gpuc_socket_fail_broken(name, error);
        if (errno != EAGAIN && errno != EINTR)
            return gpuc_fail_errno(error, errno, "%s", name);
        enum gpuc_status status = gpuc_wait_fd(fd, POLLIN, cancel_fd, name, error);
        if (status != GPUC_OK)
            return status;
    }
}
