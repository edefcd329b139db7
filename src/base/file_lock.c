/* SPDX-License-Identifier: Apache-2.0 */
/* flock() is not in POSIX, whose own locks do not hold between two jobs of a process. */
#define _GNU_SOURCE
#include "base/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether the path still leads to the open file: whoever had it locked before may have
 * renamed it since it was opened. */
static bool is_still_there(const char *path, int fd)
{
    struct stat named, opened;
    return stat(path, &named) == 0 && fstat(fd, &opened) == 0 &&
           named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

enum gpuc_status gpuc_open_locked(const char *path, int *ret_fd, struct gpuc_error *error)
{
    for (;;) {
        struct stat info;
        int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0)
            return gpuc_fail_errno(error, errno, "%s", path);
        if (fstat(fd, &info) == 0 && !S_ISREG(info.st_mode)) {
            close(fd);
            return gpuc_fail(error, GPUC_EIO, "%s: is no regular file", path);
        }
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            int errno_value = errno;
            close(fd);
            if (errno_value == EWOULDBLOCK)
                return gpuc_fail(error, GPUC_EIO,
                                 "%s: another job is writing it; wait for its end, or "
                                 "name another output",
                                 path);
            return gpuc_fail_errno(error, errno_value, "%s: cannot lock it", path);
        }
        if (is_still_there(path, fd)) {
            *ret_fd = fd;
            return GPUC_OK;
        }
        close(fd);
    }
}
