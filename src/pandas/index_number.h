/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader that decides whether a text of an index column is a number, and which. It
 * gives what pandas gives, which is not the nearest double: at most 17 digits count, and
 * they are scaled by one or two roundings. Any thread.
 */
#ifndef GPUC_INDEX_NUMBER_H
#define GPUC_INDEX_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gpuc_number_kind {
    GPUC_NUMBER_REFUSED, /* no number; the other members are 0 */
    GPUC_NUMBER_INTEGER, /* neither point nor exponent; -2^63 to 2^64 - 1 */
    GPUC_NUMBER_FLOAT    /* any other, infinities too */
};

struct gpuc_index_number {
    enum gpuc_number_kind kind;
    bool negative;      /* of an integer: below 0, so not for -0 */
    uint64_t magnitude; /* of an integer: its exact absolute value */
    double value;       /* as a float; -0.0 for the integer -0 */
};

/* Reads a text, which may hold any bytes. A float ends at its first NUL. */
struct gpuc_index_number gpuc_index_number_read(const uint8_t *text, size_t size);

#endif
