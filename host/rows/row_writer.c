/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include "host/rows/row_writer.h"

#include <errno.h>
#include <fcntl.h>

enum { PIPE_SIZE = 1 << 20 };

void gpuc_row_writer_init(struct gpuc_row_writer *writer, FILE *file)
{
    writer->file = file;
    writer->at = writer->buffer;
    writer->errno_value = 0;
    setvbuf(file, NULL, _IONBF, 0);
    /* Fewer turns between writer and reader; no matter if it is refused or no pipe. */
    (void)fcntl(fileno(file), F_SETPIPE_SZ, PIPE_SIZE);
}

void gpuc_row_writer_flush(struct gpuc_row_writer *writer)
{
    const size_t size = (size_t)(writer->at - writer->buffer);
    errno = EIO;
    if (writer->errno_value == 0 && fwrite(writer->buffer, 1, size, writer->file) != size)
        writer->errno_value = errno;
    writer->at = writer->buffer;
}
