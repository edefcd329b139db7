/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of packed sources pack, and how they read it. */
#ifndef GPUC_TEST_PACKED_CONTENT_H
#define GPUC_TEST_PACKED_CONTENT_H

#include "csv/packing.h"
#include "csv/source.h"
#include "support/folder.h"

enum { PACKED_SIZE = 5000000, PACKED_SMALL = 700 };

/* Text that shrinks, but not to nothing. */
extern uint8_t packed_content[PACKED_SIZE];
/* What was read last. */
extern uint8_t packed_got[PACKED_SIZE + 1];
extern struct test_folder packed_folder;

/* For cmocka_run_group_tests(): make and remove the content and the folder. */
int packed_set_up(void **state);
int packed_tear_down(void **state);

/* Reads a source to its end in pieces; *ret_n: the bytes before the end or the error. */
enum gpuc_status packed_read_all(struct gpuc_source *source, size_t piece, size_t *ret_n,
                                 struct gpuc_error *error);

/* The same of a file in.csv with these bytes. */
enum gpuc_status packed_read(const struct packed *packed, size_t piece, size_t *ret_n,
                             struct gpuc_error *error);

/* Fails the test unless the first `size` bytes of the content come out. */
void packed_check(const struct packed *packed, size_t size, size_t piece);

#endif
