/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4) of bytes that come in pieces of any size. */
#ifndef GPUC_SHA256_STREAM_H
#define GPUC_SHA256_STREAM_H

#include <stddef.h>

#include "kernels/message.h"

enum { GPUC_SHA256_HEX_SIZE = 65 }; /* a digest in hexadecimal, with a NUL */

struct gpuc_sha256 {
    void (*add_blocks)(uint32_t state[8], const uint8_t *bytes, size_t n_blocks);
    uint32_t state[8];
    uint64_t size; /* bytes so far */
    /* The last ones, where they make no whole block yet: size % GPUC_SHA256_BLOCK. */
    uint8_t block[GPUC_SHA256_BLOCK];
};

/* Takes the CPU's instructions for SHA-256 where it has them. */
void gpuc_sha256_init(struct gpuc_sha256 *sha256);

void gpuc_sha256_update(struct gpuc_sha256 *sha256, const void *bytes, size_t size);

/* Writes the digest as 64 small letters and digits. Nothing may be added afterwards. */
void gpuc_sha256_finish(struct gpuc_sha256 *sha256, char ret_hex[GPUC_SHA256_HEX_SIZE]);

#endif
