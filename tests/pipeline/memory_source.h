/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A source that gives bytes of memory in pieces, and fails or waits where a test wants
 * it to. A program with memory_source.c is linked with the flags of memory_source.cmake,
 * so that the library's calls of gpuc_source_...() come here.
 */
#ifndef GPUC_TEST_MEMORY_SOURCE_H
#define GPUC_TEST_MEMORY_SOURCE_H

#include <stdatomic.h>

#include "csv/source.h"

struct memory_source {
    const uint8_t *bytes;
    size_t size;
    size_t period; /* above 0: `bytes` has only so many, which repeat */
    size_t piece;  /* bytes that a read gives at most */

    bool is_anywhere;  /* gpuc_source_read_at() may read it */
    size_t n_gone;     /* bytes at its end that are gone */
    size_t fail_at;    /* the read that fails, from 0; SIZE_MAX: none does. Of a source
                          that is read anywhere: the byte whose reading fails */
    unsigned delay_us; /* before each read */
    enum gpuc_status failure;

    size_t pos; /* of the next read in order */
    atomic_size_t n_reads;
    atomic_size_t n_bytes_read;
};

/* The source as the library takes it. */
static inline struct gpuc_source *memory_source(struct memory_source *source)
{
    return (struct gpuc_source *)(void *)source;
}

#endif
