/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A source that gives bytes of memory in pieces, and fails or waits where a test wants
 * it to. A program with memory_source.c is linked so that the library's calls of
 * gpuc_source_read(), gpuc_source_seek() and gpuc_source_name() come here.
 */
#ifndef GPUC_TEST_MEMORY_SOURCE_H
#define GPUC_TEST_MEMORY_SOURCE_H

#include "csv/source.h"

struct memory_source {
    const uint8_t *bytes; /* NULL: `size` times the byte ',' */
    size_t size;
    size_t piece; /* bytes that a read gives at most */

    size_t fail_at; /* the read that fails, from 0; SIZE_MAX: none does */
    enum gpuc_status failure;
    unsigned delay_us; /* before each read */

    size_t pos;
    size_t n_reads;
};

/* The source as the library takes it. */
static inline struct gpuc_source *memory_source(struct memory_source *source)
{
    return (struct gpuc_source *)(void *)source;
}

#endif
