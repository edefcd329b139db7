/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The output of one run, as it is made: hashed, and kept as the reference or compared
 * with it, so that memory stays small for any input.
 */
#ifndef GPUC_VERIFY_OUTPUT_H
#define GPUC_VERIFY_OUTPUT_H

#include "base/error.h"
#include "cpu/sha256_stream.h"

enum {
    /* Bytes of a line that are shown before the first difference, and from it on. */
    GPUC_VERIFY_SHOWN_BEFORE = 24,
    GPUC_VERIFY_SHOWN_AFTER = 40,
    /* Each may become an escape as \x0d; "..." stands for what is cut off. */
    GPUC_VERIFY_SHOWN_SIZE =
        4 * (GPUC_VERIFY_SHOWN_BEFORE + GPUC_VERIFY_SHOWN_AFTER) + 2 * 3 + 16
};

/* Where an output first differs from the reference, or ends before it. */
struct gpuc_verify_difference {
    uint64_t byte; /* from 0 */
    uint64_t line; /* of the output, from 1 */
    /* That line around the byte, in printable ASCII. */
    char expected[GPUC_VERIFY_SHOWN_SIZE];
    char got[GPUC_VERIFY_SHOWN_SIZE];
};

struct gpuc_verify_output {
    int reference_fd; /* of the file with the reference's bytes */
    bool is_reference;
    uint64_t size;
    struct gpuc_sha256 sha256;
    bool differs;
    uint64_t first_difference;
    /* Where it differs: what came from there on. */
    char got[GPUC_VERIFY_SHOWN_AFTER + 1];
    size_t n_got;
};

/* What came out of a run. */
struct gpuc_verify_result {
    uint64_t n_bytes;
    char sha256[GPUC_SHA256_HEX_SIZE];
    bool differs;
    struct gpuc_verify_difference difference; /* if it does */
};

/* `is_reference`: the bytes are written to the file rather than compared with it. */
void gpuc_verify_output_init(struct gpuc_verify_output *output, int reference_fd,
                             bool is_reference);

/* Takes the next bytes, for `write` of a job; `context` is the output. */
int gpuc_verify_output_take(void *context, const void *bytes, size_t size);

/* What the run gave, now that it is over. `reference_size`: of the complete reference.
 * GPUC_EIO if that cannot be read. */
enum gpuc_status gpuc_verify_output_end(struct gpuc_verify_output *output,
                                        uint64_t reference_size,
                                        struct gpuc_verify_result *ret_result,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
