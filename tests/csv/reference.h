/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second reading of CSV, for tests: the state machine of sections 1.2 and 1.3 of
 * tests/golden/blackbox/README.md, one character after the other, with nothing shared
 * with the library.
 */
#ifndef GPUC_TEST_REFERENCE_H
#define GPUC_TEST_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REFERENCE_SIZE_MAX = 400 };

struct reference_row {
    size_t first_field; /* in `fields` */
    size_t n_fields;
    uint64_t line; /* where it begins */
};

/* A text that was read. Limits hold for texts of up to REFERENCE_SIZE_MAX bytes. */
struct reference {
    struct reference_row rows[REFERENCE_SIZE_MAX + 1]; /* records that are not blank */
    size_t n_rows;
    size_t n_records; /* blank ones too */
    struct {
        size_t offset, size;
    } fields[REFERENCE_SIZE_MAX + 1];
    size_t n_fields;
    uint8_t text[REFERENCE_SIZE_MAX]; /* of all fields */
    size_t text_size;
    const char *fault; /* how the message begins; NULL: there is no fault */
    uint64_t fault_line;
};

void reference_read(struct reference *reference, const uint8_t *bytes, size_t size,
                    size_t max_field_chars);

#endif
