/* SPDX-License-Identifier: Apache-2.0 */
#include "csv_text.h"

#include <errno.h>
#include <stdio.h>

enum { PIECE_SIZE = 1 << 20 };

/* Replaces a text by what is left of a file, which `name` stands for in messages. */
static enum gpuc_status read_all(struct gpuc_bytes *text, FILE *file, const char *name,
                                 struct gpuc_error *error)
{
    text->size = 0;
    for (size_t n_read = PIECE_SIZE; n_read == PIECE_SIZE;) {
        enum gpuc_status status =
            gpuc_bytes_reserve(text, PIECE_SIZE + CSV_TEXT_SLACK, error);
        if (status != GPUC_OK)
            return status;
        n_read = fread(text->data + text->size, 1, PIECE_SIZE, file);
        text->size += n_read;
    }
    if (ferror(file))
        return gpuc_fail(error, GPUC_EIO, "%s: cannot be read", name);
    return GPUC_OK;
}

enum gpuc_status csv_text_read(struct gpuc_bytes *text, const char *path,
                               struct gpuc_error *error)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return gpuc_fail_errno(error, errno, "%s", path);
    enum gpuc_status status = read_all(text, file, path, error);
    fclose(file);
    return status;
}

enum gpuc_status csv_text_make(struct gpuc_bytes *text, gpuc_put_rows *put,
                               uint64_t n_rows, struct gpuc_error *error)
{
    FILE *file = tmpfile();
    if (file == NULL)
        return gpuc_fail_errno(error, errno, "a temporary file");
    enum gpuc_status status = GPUC_OK;
    struct gpuc_row_writer *writer = gpuc_alloc(1, sizeof *writer);
    if (writer == NULL) {
        status = gpuc_fail_memory(error, sizeof *writer, "generated rows");
        goto out;
    }
    gpuc_row_writer_init(writer, file);
    put(writer, n_rows, 1);
    gpuc_row_writer_flush(writer);
    if (writer->errno_value != 0) {
        status = gpuc_fail_errno(error, writer->errno_value, "a temporary file");
        goto out;
    }
    rewind(file);
    GPUC_TRY(read_all(text, file, "a temporary file", error));
out:
    fclose(file);
    gpuc_free(writer);
    return status;
}
