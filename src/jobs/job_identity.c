/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/job_identity.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cpu/sha256_stream.h"

/* Of an input's beginning, and of its end, are looked at: a file that has other bytes
 * between them, but the same size and time, is taken for the same. */
enum { LOOKED_AT = 1 << 16 };

enum { DESCRIBED = 200 }; /* bytes of a line that a message shows */

GPUC_PRINTF(3, 4)
static enum gpuc_status append(struct gpuc_bytes *text, struct gpuc_error *error,
                               const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    enum gpuc_status status = gpuc_bytes_reserve(text, (size_t)size + 1, error);
    if (status == GPUC_OK) {
        vsnprintf((char *)text->data + text->size, (size_t)size + 1, format, again);
        text->size += (size_t)size;
    }
    va_end(again);
    return status;
}

static enum gpuc_status hash_part(struct gpuc_sha256 *sha256, int fd, uint64_t offset,
                                  const char *path, struct gpuc_error *error)
{
    uint8_t bytes[4096];
    for (size_t done = 0; done < LOOKED_AT;) {
        ssize_t n = pread(fd, bytes, sizeof bytes, (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return gpuc_fail_errno(error, errno, "%s", path);
        if (n == 0)
            break;
        gpuc_sha256_update(sha256, bytes, (size_t)n);
        done += (size_t)n;
    }
    return GPUC_OK;
}

static enum gpuc_status append_open_input(struct gpuc_bytes *text, const char *path,
                                          int fd, struct gpuc_error *error)
{
    char hex[GPUC_SHA256_HEX_SIZE];
    struct gpuc_sha256 sha256;
    struct stat info;
    enum gpuc_status status;
    if (fstat(fd, &info) != 0)
        return gpuc_fail_errno(error, errno, "%s", path);
    uint64_t size = (uint64_t)info.st_size;
    if (!S_ISREG(info.st_mode))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: no regular file, so that it cannot be read again from the "
                         "middle: name a file, or drop --resume",
                         path);
    gpuc_sha256_init(&sha256);
    GPUC_TRY(hash_part(&sha256, fd, 0, path, error));
    GPUC_TRY(
        hash_part(&sha256, fd, size > LOOKED_AT ? size - LOOKED_AT : 0, path, error));
    gpuc_sha256_finish(&sha256, hex);
    status =
        append(text, error, "input %s\t%" PRIu64 " bytes, of %lld.%09ld, %s\n", path,
               size, (long long)info.st_mtim.tv_sec, (long)info.st_mtim.tv_nsec, hex);
out:
    return status;
}

static enum gpuc_status append_input(struct gpuc_bytes *text, const char *path,
                                     struct gpuc_error *error)
{
    if (path == NULL)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "what is no file cannot be read again from the middle: name an "
                         "input file, or drop --resume");
    /* Not to wait for who writes a pipe. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return gpuc_fail_errno(error, errno, "%s", path);
    enum gpuc_status status = append_open_input(text, path, fd, error);
    close(fd);
    return status;
}

enum gpuc_status gpuc_job_identity(const struct gpuc_job *job,
                                   struct gpuc_bytes *ret_text, struct gpuc_error *error)
{
    const char *key = job->options->resume_key;
    struct gpuc_bytes text = {0};
    enum gpuc_status status;
    GPUC_TRY(append(&text, error, "gpuclassify\t%s\n", gpuc_version()));
    for (size_t i = 0; i < gpuc_job_n_inputs(job); i++)
        GPUC_TRY(append_input(&text, gpuc_job_input_path(job, i), error));
    GPUC_TRY(append(&text, error, "%s", key != NULL ? key : ""));
out:
    if (status == GPUC_OK)
        *ret_text = text;
    else
        gpuc_bytes_done(&text);
    return status;
}

/* A line of a text; empty behind the last. */
struct line {
    const char *text;
    size_t size;
    size_t name_size; /* the part before the tab */
};

static struct line line_at(const struct gpuc_bytes *text, size_t begin)
{
    if (begin >= text->size)
        return (struct line){.text = ""};
    const char *at = (const char *)text->data + begin;
    const char *end = memchr(at, '\n', text->size - begin);
    size_t size = end != NULL ? (size_t)(end - at) : text->size - begin;
    const char *tab = memchr(at, '\t', size);
    return (struct line){at, size, tab != NULL ? (size_t)(tab - at) : size};
}

static bool is_same(const char *a, size_t a_size, const char *b, size_t b_size)
{
    return a_size == b_size && memcmp(a, b, a_size) == 0;
}

/* Only names that are of a file, as "input a.csv", have a space. */
static bool is_file(struct line line)
{
    return memchr(line.text, ' ', line.name_size) != NULL;
}

/* "NAME 'VALUE'", as far as there is room. The values of files are hashes and times. */
static void describe(struct line line, char *text, size_t size)
{
    int name_size = line.name_size < size ? (int)line.name_size : (int)size;
    size_t value_size = line.size - line.name_size;
    if (value_size <= 1 || is_file(line))
        snprintf(text, size, "%.*s", name_size, line.text);
    else
        snprintf(text, size, "%.*s '%.*s'", name_size, line.text,
                 (int)(value_size < size ? value_size : size) - 1,
                 line.text + line.name_size + 1);
}

static enum gpuc_status fail_line(struct line then, struct line now, const char *journal,
                                  struct gpuc_error *error)
{
    char had[DESCRIBED], has[DESCRIBED], what[2 * DESCRIBED + 64];
    describe(then, had, sizeof had);
    describe(now, has, sizeof has);
    if (is_same(then.text, then.name_size, now.text, now.name_size) && is_file(now))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%.300s: %s has changed since; delete the journal to begin anew",
                         journal, has);
    if (then.size == 0)
        snprintf(what, sizeof what, "it was without %s", has);
    else if (now.size == 0)
        snprintf(what, sizeof what, "it was with %s", had);
    else
        snprintf(what, sizeof what, "it was with %s, not with %s", had, has);
    return gpuc_fail(error, GPUC_EUSAGE,
                     "%.300s is of another job: %s; run that one again, or delete the "
                     "journal to begin anew",
                     journal, what);
}

enum gpuc_status gpuc_job_identity_check(const struct gpuc_bytes *then,
                                         const struct gpuc_bytes *now,
                                         const char *journal, struct gpuc_error *error)
{
    for (size_t at = 0; at < then->size || at < now->size;) {
        struct line a = line_at(then, at), b = line_at(now, at);
        if (!is_same(a.text, a.size, b.text, b.size))
            return fail_line(a, b, journal, error);
        at += a.size + 1;
    }
    return GPUC_OK;
}
