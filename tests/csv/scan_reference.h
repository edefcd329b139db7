/* SPDX-License-Identifier: Apache-2.0 */
/* What a scanner must find, found by reading a text field after field. */
#ifndef GPUC_TEST_SCAN_REFERENCE_H
#define GPUC_TEST_SCAN_REFERENCE_H

#include "csv/scan.h"

/*
 * Fills an empty index, which has room for an end and a record of each byte, and the
 * state behind the text.
 */
void scan_reference(const struct gpuc_dialect *dialect, const uint8_t *bytes, size_t size,
                    struct gpuc_scan_state *ret_state, struct gpuc_index *index);

#endif
