/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text of generated rows on its way to a file. gpuc_begin_row() makes room for a row of
 * GPUC_ROW_SIZE_MAX bytes at most; what is put after it is not checked.
 */
#ifndef GPUC_ROW_WRITER_H
#define GPUC_ROW_WRITER_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { GPUC_ROW_BUFFER_SIZE = 1 << 18, GPUC_ROW_SIZE_MAX = 4096 };

struct gpuc_row_writer {
    FILE *file;
    char *at;        /* where the next byte of `buffer` goes */
    int errno_value; /* the first error; 0: none, and rows are worth making */
    char buffer[GPUC_ROW_BUFFER_SIZE];
};

/* Unbuffered `file` stays the caller's to close. */
void gpuc_row_writer_init(struct gpuc_row_writer *writer, FILE *file);

/* Hands what is buffered to the file. */
void gpuc_row_writer_flush(struct gpuc_row_writer *writer);

static inline void gpuc_begin_row(struct gpuc_row_writer *writer)
{
    if (writer->at > writer->buffer + GPUC_ROW_BUFFER_SIZE - GPUC_ROW_SIZE_MAX)
        gpuc_row_writer_flush(writer);
}

static inline void gpuc_put_bytes(struct gpuc_row_writer *writer, const char *bytes,
                                  size_t size)
{
    memcpy(writer->at, bytes, size);
    writer->at += size;
}

static inline void gpuc_put_text(struct gpuc_row_writer *writer, const char *text)
{
    gpuc_put_bytes(writer, text, strlen(text));
}

static inline void gpuc_put_char(struct gpuc_row_writer *writer, char c)
{
    *writer->at++ = c;
}

static inline void gpuc_put_number(struct gpuc_row_writer *writer, uint64_t number)
{
    char digits[20];
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    gpuc_put_bytes(writer, digits + first, sizeof digits - first);
}

#endif
