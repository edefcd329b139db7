/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal is a head, the identity, the counts, and the SHA-256 of all that in
 * hexadecimal. Numbers are as this machine has them.
 */
#include "jobs/journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cpu/sha256_stream.h"

struct head {
    char magic[16];
    uint64_t head_size;
    uint64_t identity_size;
    uint64_t counts_size;
    struct gpuc_checkpoint checkpoint;
};

static const char magic[16] = "gpuc journal 1\n";

enum { HASH_SIZE = GPUC_SHA256_HEX_SIZE - 1, SIZE_MAX_READ = 1 << 28 };

void gpuc_journal_path(const char *target, char *ret_path)
{
    snprintf(ret_path, PATH_MAX, "%.*s.journal", PATH_MAX - GPUC_JOURNAL_SUFFIX_SIZE,
             target);
}

/* Where the next journal is written before it has its name. */
static void next_path(const char *path, char *ret_path)
{
    snprintf(ret_path, PATH_MAX, "%.*s.new", PATH_MAX - GPUC_JOURNAL_SUFFIX_SIZE, path);
}

static void hash(const struct gpuc_bytes *bytes, char ret_hex[GPUC_SHA256_HEX_SIZE])
{
    struct gpuc_sha256 sha256;
    gpuc_sha256_init(&sha256);
    gpuc_sha256_update(&sha256, bytes->data, bytes->size);
    gpuc_sha256_finish(&sha256, ret_hex);
}

static enum gpuc_status read_all(int fd, const char *path, struct gpuc_bytes *bytes,
                                 struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    while (status == GPUC_OK && bytes->size < SIZE_MAX_READ) {
        enum { PIECE_SIZE = 1 << 16 };
        status = gpuc_bytes_reserve(bytes, PIECE_SIZE, error);
        if (status != GPUC_OK)
            break;
        ssize_t n = read(fd, bytes->data + bytes->size, PIECE_SIZE);
        if (n == 0)
            break;
        if (n > 0)
            bytes->size += (size_t)n;
        else if (errno != EINTR)
            status = gpuc_fail_errno(error, errno, "%s", path);
    }
    return status;
}

/* Whether the bytes are those of a journal, as they were written. */
static bool is_true(const struct gpuc_bytes *bytes, struct head *ret_head)
{
    char hex[GPUC_SHA256_HEX_SIZE];
    struct gpuc_bytes hashed = *bytes;
    if (bytes->size < sizeof *ret_head + HASH_SIZE)
        return false;
    hashed.size -= HASH_SIZE;
    memcpy(ret_head, bytes->data, sizeof *ret_head);
    hash(&hashed, hex);
    uint64_t rest = hashed.size - sizeof *ret_head;
    return memcmp(hex, bytes->data + hashed.size, HASH_SIZE) == 0 &&
           memcmp(ret_head->magic, magic, sizeof magic) == 0 &&
           ret_head->head_size == sizeof *ret_head && ret_head->identity_size <= rest &&
           ret_head->counts_size == rest - ret_head->identity_size;
}

enum gpuc_status gpuc_journal_file_read(const char *path,
                                        struct gpuc_journal_file *ret_file,
                                        enum gpuc_journal_state *ret_state,
                                        struct gpuc_error *error)
{
    struct gpuc_bytes bytes = {0};
    struct gpuc_journal_file file = {0};
    struct head head;
    enum gpuc_status status;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        *ret_state = GPUC_JOURNAL_ABSENT;
        return GPUC_OK;
    }
    if (fd < 0)
        return gpuc_fail_errno(error, errno, "%s", path);
    GPUC_TRY(read_all(fd, path, &bytes, error));
    *ret_state = GPUC_JOURNAL_DAMAGED;
    if (!is_true(&bytes, &head))
        goto out;
    const uint8_t *identity = bytes.data + sizeof head;
    file.checkpoint = head.checkpoint;
    GPUC_TRY(gpuc_bytes_append(&file.identity, identity, head.identity_size, error));
    GPUC_TRY(gpuc_bytes_append(&file.counts, identity + head.identity_size,
                               head.counts_size, error));
    *ret_file = file;
    file = (struct gpuc_journal_file){0};
    *ret_state = GPUC_JOURNAL_TRUE;
out:
    close(fd);
    gpuc_journal_file_done(&file);
    gpuc_bytes_done(&bytes);
    return status;
}

static enum gpuc_status make_bytes(const struct gpuc_journal_file *file,
                                   struct gpuc_bytes *bytes, struct gpuc_error *error)
{
    struct head head = {.head_size = sizeof head,
                        .identity_size = file->identity.size,
                        .counts_size = file->counts.size,
                        .checkpoint = file->checkpoint};
    char hex[GPUC_SHA256_HEX_SIZE];
    enum gpuc_status status;
    memcpy(head.magic, magic, sizeof magic);
    GPUC_TRY(gpuc_bytes_append(bytes, &head, sizeof head, error));
    GPUC_TRY(gpuc_bytes_append(bytes, file->identity.data, file->identity.size, error));
    GPUC_TRY(gpuc_bytes_append(bytes, file->counts.data, file->counts.size, error));
    hash(bytes, hex);
    GPUC_TRY(gpuc_bytes_append(bytes, hex, HASH_SIZE, error));
out:
    return status;
}

/* Writes a file, and makes it durable. */
static enum gpuc_status write_file(const char *path, const struct gpuc_bytes *bytes,
                                   struct gpuc_error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0)
        return gpuc_fail_errno(error, errno, "%s", path);
    enum gpuc_status status =
        gpuc_write_all(fd, bytes->data, bytes->size, -1, path, error);
    if (status == GPUC_OK && fsync(fd) != 0)
        status = gpuc_fail_errno(error, errno, "%s", path);
    if (close(fd) != 0 && status == GPUC_OK)
        status = gpuc_fail_errno(error, errno, "%s", path);
    return status;
}

enum gpuc_status gpuc_journal_file_write(const char *path,
                                         const struct gpuc_journal_file *file,
                                         struct gpuc_error *error)
{
    char next[PATH_MAX];
    struct gpuc_bytes bytes = {0};
    enum gpuc_status status;
    next_path(path, next);
    GPUC_TRY(make_bytes(file, &bytes, error));
    GPUC_TRY(write_file(next, &bytes, error));
    if (rename(next, path) != 0)
        status = gpuc_fail_errno(error, errno, "%s", path);
out:
    gpuc_bytes_done(&bytes);
    return status;
}

void gpuc_journal_file_remove(const char *path)
{
    char next[PATH_MAX];
    next_path(path, next);
    unlink(next);
    unlink(path);
}

void gpuc_journal_file_done(struct gpuc_journal_file *file)
{
    gpuc_bytes_done(&file->identity);
    gpuc_bytes_done(&file->counts);
}
