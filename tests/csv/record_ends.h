/* SPDX-License-Identifier: Apache-2.0 */
/* Where records end, found byte after byte: an independent reading of whole records. */
#ifndef GPUC_TEST_RECORD_ENDS_H
#define GPUC_TEST_RECORD_ENDS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes the offsets behind the records that end in the text, line ends included, at most
 * `size` of them; returns how many there are.
 */
size_t record_ends(const uint8_t *bytes, size_t size, size_t *ends);

#endif
