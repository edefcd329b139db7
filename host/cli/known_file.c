/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/known_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"

enum { PIECE_SIZE = 1 << 16 };

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

enum gpuc_status gpuc_known_file_find(const char *path, struct gpuc_known_file *ret_file,
                                      struct gpuc_error *error)
{
    struct gpuc_known_file file = {.path = path};
    if (stat(path, &file.info) != 0)
        return gpuc_fail_errno(error, errno, "%s", path);
    if (!S_ISREG(file.info.st_mode))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: is no file that can be read again, for its SHA-256", path);
    *ret_file = file;
    return GPUC_OK;
}

static enum gpuc_status hash_open(int fd, struct gpuc_known_file *file, int cancel_fd,
                                  struct gpuc_error *error)
{
    struct gpuc_sha256 sha256;
    char bytes[PIECE_SIZE];
    ssize_t n;
    gpuc_sha256_init(&sha256);
    while ((n = read(fd, bytes, sizeof bytes)) != 0) {
        if (n < 0 && errno != EINTR)
            return gpuc_fail_errno(error, errno, "%s", file->path);
        if (n > 0)
            gpuc_sha256_update(&sha256, bytes, (size_t)n);
        enum gpuc_status status = gpuc_check_cancelled(cancel_fd, error);
        if (status != GPUC_OK)
            return status;
    }
    gpuc_sha256_finish(&sha256, file->sha256);
    return GPUC_OK;
}

enum gpuc_status gpuc_known_file_hash(struct gpuc_known_file *file, int cancel_fd,
                                      struct gpuc_error *error)
{
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return gpuc_fail_errno(error, errno, "%s", file->path);
    enum gpuc_status status = hash_open(fd, file, cancel_fd, error);
    close(fd);
    return status;
}

enum gpuc_status gpuc_known_file_check(const struct gpuc_known_file *file,
                                       struct gpuc_error *error)
{
    const struct stat *then = &file->info;
    struct stat now;
    if (stat(file->path, &now) != 0)
        return gpuc_fail_errno(error, errno, "%s", file->path);
    if (!is_same_file(&now, then) || now.st_size != then->st_size ||
        now.st_mtim.tv_sec != then->st_mtim.tv_sec ||
        now.st_mtim.tv_nsec != then->st_mtim.tv_nsec)
        return gpuc_fail(
            error, GPUC_EDATA,
            "%s: changed while it was read, so a report would not be true of it",
            file->path);
    return GPUC_OK;
}

enum gpuc_status gpuc_known_file_spare(const struct gpuc_known_file *file,
                                       const char *path, struct gpuc_error *error)
{
    struct stat info;
    if (stat(path, &info) == 0 && is_same_file(&info, &file->info))
        return gpuc_fail(
            error, GPUC_EUSAGE,
            "%s: what is read and the report are the same file; name another "
            "report",
            path);
    return GPUC_OK;
}
