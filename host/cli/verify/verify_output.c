/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/verify/verify_output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_SIZE = 1 << 16 };

void gpuc_verify_output_init(struct gpuc_verify_output *output, int reference_fd,
                             bool is_reference)
{
    *output = (struct gpuc_verify_output){.reference_fd = reference_fd,
                                          .is_reference = is_reference};
    gpuc_sha256_init(&output->sha256);
}

/* Keeps the start of what came where the reference has something else. */
static void keep_got(struct gpuc_verify_output *output, const char *bytes, size_t size)
{
    size_t room = sizeof output->got - output->n_got;
    size_t n = size < room ? size : room;
    memcpy(output->got + output->n_got, bytes, n);
    output->n_got += n;
}

static size_t count_same(const char *a, const char *b, size_t size)
{
    size_t n_same = 0;
    if (memcmp(a, b, size) == 0)
        return size;
    while (a[n_same] == b[n_same])
        n_same++;
    return n_same;
}

/* Reads up to `size` bytes of the reference; fewer only at its end. -1: errno says why.
 */
static ssize_t read_reference(int fd, char *bytes, size_t size, uint64_t position)
{
    size_t n_read = 0;
    while (n_read < size) {
        ssize_t n = pread(fd, bytes + n_read, size - n_read, (off_t)(position + n_read));
        if (n < 0 && errno != EINTR)
            return -1;
        if (n == 0)
            break;
        n_read += n > 0 ? (size_t)n : 0;
    }
    return (ssize_t)n_read;
}

/* Compares bytes whose place in the output is `position` with the reference. */
static int compare(struct gpuc_verify_output *output, const char *bytes, size_t size,
                   uint64_t position)
{
    char expected[PIECE_SIZE];
    while (size > 0 && !output->differs) {
        size_t piece = size < sizeof expected ? size : sizeof expected;
        ssize_t n = read_reference(output->reference_fd, expected, piece, position);
        if (n < 0)
            return errno;
        size_t n_same = count_same(expected, bytes, (size_t)n);
        output->differs = n_same < piece;
        output->first_difference = position + n_same;
        bytes += n_same;
        size -= n_same;
        position += n_same;
    }
    keep_got(output, bytes, size);
    return 0;
}

static int write_reference(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno != EINTR)
            return errno;
        bytes += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

int gpuc_verify_output_take(void *context, const void *bytes, size_t size)
{
    struct gpuc_verify_output *output = context;
    uint64_t position = output->size;
    output->size += size;
    gpuc_sha256_update(&output->sha256, bytes, size);
    return output->is_reference ? write_reference(output->reference_fd, bytes, size)
                                : compare(output, bytes, size, position);
}

/* Finds the line that a byte of the reference is on, and where that line begins. */
static enum gpuc_status find_line(int fd, uint64_t position, uint64_t *ret_line,
                                  uint64_t *ret_begin, struct gpuc_error *error)
{
    char bytes[PIECE_SIZE];
    *ret_line = 1;
    *ret_begin = 0;
    for (uint64_t at = 0; at < position;) {
        uint64_t n_left = position - at;
        size_t wanted = n_left < sizeof bytes ? (size_t)n_left : sizeof bytes;
        ssize_t n = read_reference(fd, bytes, wanted, at);
        if (n <= 0)
            return gpuc_fail_errno(error, n < 0 ? errno : EIO, "the reference's output");
        const char *end = bytes + n, *lf = bytes;
        while ((lf = memchr(lf, '\n', (size_t)(end - lf))) != NULL) {
            lf++;
            ++*ret_line;
            *ret_begin = at + (uint64_t)(lf - bytes);
        }
        at += (uint64_t)n;
    }
    return GPUC_OK;
}

/* A part of a line, to be shown. */
struct line_part {
    char before[GPUC_VERIFY_SHOWN_BEFORE]; /* of both outputs */
    size_t n_before;
    bool is_cut; /* the line begins before it */
};

/* Writes a line's part, and what an output has from the difference on, as text. */
static void show(const struct line_part *part, const char *from, size_t n_from,
                 char text[GPUC_VERIFY_SHOWN_SIZE])
{
    char bytes[GPUC_VERIFY_SHOWN_BEFORE + GPUC_VERIFY_SHOWN_AFTER];
    const char *lf = memchr(from, '\n', n_from);
    size_t n_after = lf != NULL ? (size_t)(lf - from) : n_from;
    const char *end = n_from == 0 ? "<end of output>" : "";
    if (n_after > GPUC_VERIFY_SHOWN_AFTER) {
        n_after = GPUC_VERIFY_SHOWN_AFTER;
        end = "...";
    }
    memcpy(bytes, part->before, part->n_before);
    memcpy(bytes + part->n_before, from, n_after);
    char *to = stpcpy(text, part->is_cut ? "..." : "");
    for (size_t i = 0; i < part->n_before + n_after; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        to += snprintf(to, 5, byte >= 0x20 && byte < 0x7f ? "%c" : "\\x%02x", byte);
    }
    memcpy(to, end, strlen(end) + 1);
}

/* Looks the first difference up in the reference, of which the output has all before. */
static enum gpuc_status describe(const struct gpuc_verify_output *output,
                                 struct gpuc_verify_difference *ret_difference,
                                 struct gpuc_error *error)
{
    struct line_part part;
    char expected[sizeof output->got];
    uint64_t begin, byte = output->first_difference;
    int fd = output->reference_fd;
    enum gpuc_status status = find_line(fd, byte, &ret_difference->line, &begin, error);
    if (status != GPUC_OK)
        return status;
    part.is_cut = byte - begin > sizeof part.before;
    part.n_before = part.is_cut ? sizeof part.before : (size_t)(byte - begin);
    ssize_t n_before =
        read_reference(fd, part.before, part.n_before, byte - part.n_before);
    ssize_t n_expected = read_reference(fd, expected, sizeof expected, byte);
    if (n_before < 0 || n_expected < 0)
        return gpuc_fail_errno(error, errno, "the reference's output");
    ret_difference->byte = byte;
    show(&part, expected, (size_t)n_expected, ret_difference->expected);
    show(&part, output->got, output->n_got, ret_difference->got);
    return GPUC_OK;
}

enum gpuc_status gpuc_verify_output_end(struct gpuc_verify_output *output,
                                        uint64_t reference_size,
                                        struct gpuc_verify_result *ret_result,
                                        struct gpuc_error *error)
{
    struct gpuc_verify_result result = {.n_bytes = output->size};
    if (!output->differs && output->size < reference_size) {
        output->differs = true;
        output->first_difference = output->size;
    }
    result.differs = output->differs;
    if (output->differs) {
        enum gpuc_status status = describe(output, &result.difference, error);
        if (status != GPUC_OK)
            return status;
    }
    gpuc_sha256_finish(&output->sha256, result.sha256);
    *ret_result = result;
    return GPUC_OK;
}
