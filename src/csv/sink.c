/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/sink_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/rename_new.h"
#include "base/writeback.h"

/* Large enough for long writes to disk, small enough to leave fsync() little to do. */
enum { WRITEBACK_SIZE = 8 << 20 };

struct gpuc_sink *gpuc_sink_new(const char *name)
{
    struct gpuc_sink *sink = gpuc_alloc(1, sizeof *sink);
    if (sink == NULL)
        return NULL;
    sink->fd = -1;
    sink->cancel_fd = -1;
    snprintf(sink->name, sizeof sink->name, "%s", name);
    return sink;
}

/* The mode that the new file gets: the old file's, else what open() would give. */
static mode_t target_mode(const char *target)
{
    struct stat info;
    if (stat(target, &info) == 0)
        return info.st_mode & 07777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

enum gpuc_status gpuc_sink_find_target(struct gpuc_sink *sink, const char *path,
                                       struct gpuc_error *error)
{
    /* A symbolic link stays: the file behind it is replaced. */
    char resolved[PATH_MAX];
    struct stat info;
    const char *target = realpath(path, resolved) != NULL ? resolved : path;
    if (target == path && lstat(path, &info) == 0)
        return gpuc_fail(error, GPUC_EIO, "%s: is a link to nothing; name a file", path);
    if (strlen(target) >= PATH_MAX - GPUC_SINK_SUFFIX_SIZE)
        return gpuc_fail_errno(error, ENAMETOOLONG, "%s", path);
    snprintf(sink->target, sizeof sink->target, "%s", target);
    return GPUC_OK;
}

enum gpuc_status gpuc_sink_take_mode(const struct gpuc_sink *sink,
                                     struct gpuc_error *error)
{
    if (fchmod(sink->fd, target_mode(sink->target)) != 0)
        return gpuc_fail_errno(error, errno, "%s", sink->name);
    return GPUC_OK;
}

/* Opens the temporary file that stands for a regular target, which may not exist yet. */
static enum gpuc_status open_temporary(struct gpuc_sink *sink, const char *path,
                                       struct gpuc_error *error)
{
    char folder[PATH_MAX - GPUC_SINK_SUFFIX_SIZE];
    enum gpuc_status status = gpuc_sink_find_target(sink, path, error);
    if (status != GPUC_OK)
        return status;
    gpuc_folder_of(sink->target, folder, sizeof folder);
    snprintf(sink->temporary, sizeof sink->temporary, "%s/.gpuclassify-XXXXXX", folder);
    sink->fd = mkstemp(sink->temporary);
    if (sink->fd < 0) {
        sink->temporary[0] = '\0';
        return gpuc_fail_errno(error, errno, "%s: cannot write to folder %s", path,
                               folder);
    }
    return gpuc_sink_take_mode(sink, error);
}

/*
 * Hands on bytes that need no more packing, each batch's in a write() of its own, so that
 * who reads a pipe has a row as soon as it is made. Collecting them in aligned pieces of
 * 1 or 4 MiB, or writev() of four, takes the same 0.1 CPU seconds for 320 MB in batches
 * of 0.3 to 1.3 MB. In batches of 40 KB it would save 0.1 s, which is a 300th of what
 * rows so short take to be classified.
 */
static enum gpuc_status write_out(void *context, const void *bytes, size_t size,
                                  struct gpuc_error *error)
{
    struct gpuc_sink *sink = context;
    sink->size += size;
    if (sink->write != NULL) {
        int errno_value = sink->write(sink->context, bytes, size);
        return errno_value == 0 ? GPUC_OK
                                : gpuc_fail_errno(error, errno_value, "%s", sink->name);
    }
    enum gpuc_status status =
        gpuc_write_all(sink->fd, bytes, size, sink->cancel_fd, sink->name, error);
    if (status == GPUC_OK && sink->target[0] != '\0' &&
        sink->size - sink->flushing >= WRITEBACK_SIZE) {
        gpuc_start_writeback(sink->fd, sink->flushing, sink->size - sink->flushing);
        sink->flushing = sink->size;
    }
    return status;
}

/* Begins to pack what is written, if the file's name says so. */
static enum gpuc_status open_packer(struct gpuc_sink *sink, const char *path,
                                    uint32_t n_threads, struct gpuc_error *error)
{
    struct gpuc_pack_output output = {.write = write_out, .context = sink};
    sink->format = gpuc_pack_find(path);
    if (sink->format == NULL)
        return GPUC_OK;
    return sink->format->open(n_threads, &output, &sink->packer, error);
}

enum gpuc_status gpuc_sink_open(const char *path, uint32_t n_pack_threads, int cancel_fd,
                                struct gpuc_sink **ret_sink, struct gpuc_error *error)
{
    bool is_stdout = path == NULL || strcmp(path, "-") == 0;
    enum gpuc_status status = GPUC_OK;
    struct stat info;
    struct gpuc_sink *sink = gpuc_sink_new(is_stdout ? "<stdout>" : path);
    if (sink == NULL)
        return gpuc_fail_memory(error, sizeof *sink, "the output");
    if (is_stdout) {
        bool is_regular = fstat(STDOUT_FILENO, &info) == 0 && S_ISREG(info.st_mode);
        sink->fd = STDOUT_FILENO;
        sink->cancel_fd = is_regular ? -1 : cancel_fd;
    } else if (stat(path, &info) != 0 && errno != ENOENT) {
        status = gpuc_fail_errno(error, errno, "%s", path);
    } else if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        status = gpuc_fail(error, GPUC_EIO, "%s: is a directory; name a file", path);
    } else if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        sink->fd = open(path, O_WRONLY | O_CLOEXEC);
        sink->cancel_fd = cancel_fd;
        if (sink->fd < 0)
            status = gpuc_fail_errno(error, errno, "%s", path);
    } else {
        status = open_temporary(sink, path, error);
    }
    if (status == GPUC_OK && !is_stdout)
        status = open_packer(sink, path, n_pack_threads, error);
    if (status != GPUC_OK) {
        gpuc_sink_close(sink);
        return status;
    }
    *ret_sink = sink;
    return GPUC_OK;
}

enum gpuc_status gpuc_sink_open_callback(int (*write)(void *context, const void *bytes,
                                                      size_t size),
                                         void *context, struct gpuc_sink **ret_sink,
                                         struct gpuc_error *error)
{
    struct gpuc_sink *sink = gpuc_sink_new("<output>");
    if (sink == NULL)
        return gpuc_fail_memory(error, sizeof *sink, "the output");
    sink->write = write;
    sink->context = context;
    *ret_sink = sink;
    return GPUC_OK;
}

static enum gpuc_status fail_there(const char *path, struct gpuc_error *error)
{
    return gpuc_fail(error, GPUC_EIO,
                     "%s: is there already, and --no-clobber keeps it: name another "
                     "file, remove it, or give --force",
                     path);
}

enum gpuc_status gpuc_sink_check_new(const char *path, struct gpuc_error *error)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return GPUC_OK;
    return fail_there(path, error);
}

enum gpuc_status gpuc_sink_only_new(struct gpuc_sink *sink, struct gpuc_error *error)
{
    if (sink->target[0] == '\0')
        return GPUC_OK;
    sink->is_only_new = true;
    return gpuc_sink_check_new(sink->name, error);
}

enum gpuc_status gpuc_sink_write(struct gpuc_sink *sink, const void *bytes, size_t size,
                                 struct gpuc_error *error)
{
    if (size == 0)
        return GPUC_OK;
    return sink->packer != NULL ? sink->format->write(sink->packer, bytes, size, error)
                                : write_out(sink, bytes, size, error);
}

/* Gives the file the target's name. */
static enum gpuc_status take_name(struct gpuc_sink *sink, struct gpuc_error *error)
{
    int errno_value = sink->is_only_new
                          ? gpuc_rename_new(sink->temporary, sink->target)
                          : (rename(sink->temporary, sink->target) == 0 ? 0 : errno);
    if (errno_value == EEXIST && sink->is_only_new)
        return fail_there(sink->name, error);
    if (errno_value != 0)
        return gpuc_fail_errno(error, errno_value, "%s", sink->name);
    sink->temporary[0] = '\0';
    gpuc_sync_folder(sink->target);
    return GPUC_OK;
}

/* A partial file stays open, and so locked, until the sink is closed. */
static enum gpuc_status commit_partial(struct gpuc_sink *sink, struct gpuc_error *error)
{
    enum gpuc_status status;
    if (sink->format != NULL)
        return gpuc_sink_pack_partial(sink, error);
    GPUC_TRY(gpuc_sink_take_mode(sink, error));
    GPUC_TRY(gpuc_sink_sync(sink, error));
    status = take_name(sink, error);
out:
    return status;
}

enum gpuc_status gpuc_sink_commit(struct gpuc_sink *sink, struct gpuc_error *error)
{
    if (sink->fd < 0)
        return GPUC_OK;
    if (sink->is_partial)
        return commit_partial(sink, error);
    if (sink->packer != NULL) {
        enum gpuc_status status = sink->format->finish(sink->packer, error);
        if (status != GPUC_OK)
            return status;
    }
    int fd = sink->fd;
    if (sink->target[0] == '\0') {
        /* Only close() can still report what a network file system could not write. */
        if (fd == STDOUT_FILENO)
            return GPUC_OK;
        sink->fd = -1;
        return close(fd) == 0 ? GPUC_OK : gpuc_fail_errno(error, errno, "%s", sink->name);
    }
    /* A failed fsync must not be tried again: the kernel may have dropped the pages. */
    if (fsync(fd) != 0)
        return gpuc_fail_errno(error, errno, "%s", sink->name);
    sink->fd = -1;
    if (close(fd) != 0)
        return gpuc_fail_errno(error, errno, "%s", sink->name);
    return take_name(sink, error);
}

void gpuc_sink_close(struct gpuc_sink *sink)
{
    if (sink == NULL)
        return;
    if (sink->packer != NULL)
        sink->format->close(sink->packer);
    if (sink->fd > STDERR_FILENO)
        close(sink->fd);
    if (sink->temporary[0] != '\0' && !sink->is_partial)
        unlink(sink->temporary);
    gpuc_free(sink);
}

uint64_t gpuc_sink_size(const struct gpuc_sink *sink)
{
    return sink->size;
}
