/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text of generated rows on its way to a file. begin_row() makes room for a row of
 * MAX_ROW_SIZE bytes at most; what is put after it is not checked.
 */
#ifndef GPUC_BENCH_ROW_WRITER_H
#define GPUC_BENCH_ROW_WRITER_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { BUFFER_SIZE = 1 << 18, MAX_ROW_SIZE = 4096 };

struct row_writer {
    FILE *file;
    char *at;        /* where the next byte of `buffer` goes */
    int errno_value; /* the first error; 0: none, and rows are worth making */
    char buffer[BUFFER_SIZE];
};

/* Unbuffered `file` stays the caller's to close. */
void row_writer_init(struct row_writer *writer, FILE *file);

/* Hands what is buffered to the file. */
void row_writer_flush(struct row_writer *writer);

static inline void begin_row(struct row_writer *writer)
{
    if (writer->at > writer->buffer + BUFFER_SIZE - MAX_ROW_SIZE)
        row_writer_flush(writer);
}

static inline void put_bytes(struct row_writer *writer, const char *bytes, size_t size)
{
    memcpy(writer->at, bytes, size);
    writer->at += size;
}

static inline void put_text(struct row_writer *writer, const char *text)
{
    put_bytes(writer, text, strlen(text));
}

static inline void put_char(struct row_writer *writer, char c)
{
    *writer->at++ = c;
}

static inline void put_number(struct row_writer *writer, uint64_t number)
{
    char digits[20];
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    put_bytes(writer, digits + first, sizeof digits - first);
}

#endif
