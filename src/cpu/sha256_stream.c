/* SPDX-License-Identifier: Apache-2.0 */
#include "cpu/sha256_stream.h"

#include <stdio.h>
#include <string.h>

#include "cpu/kernels.h"
#include "disabled.h"
#include "kernels/sha256_row.h"

static void add_blocks(uint32_t state[8], const uint8_t *bytes, size_t n_blocks)
{
    for (size_t block = 0; block < n_blocks; block++) {
        uint32_t words[16];
        for (size_t i = 0; i < 16; i++, bytes += 4)
            words[i] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
                       (uint32_t)bytes[2] << 8 | bytes[3];
        gpuc_sha256_compress(state, words);
    }
}

void gpuc_sha256_init(struct gpuc_sha256 *sha256)
{
    sha256->add_blocks = add_blocks;
#ifdef GPUC_HAVE_SIMD
    if (gpuc_cpu_has_sha() && !gpuc_disabled("sha"))
        sha256->add_blocks = gpuc_cpu_sha256_sha.blocks;
#endif
    memcpy(sha256->state, gpuc_sha256_initial, sizeof sha256->state);
    sha256->size = 0;
}

void gpuc_sha256_update(struct gpuc_sha256 *sha256, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    size_t n_waiting = sha256->size % GPUC_SHA256_BLOCK;
    sha256->size += size;
    if (n_waiting > 0) {
        size_t room = GPUC_SHA256_BLOCK - n_waiting;
        size_t n = size < room ? size : room;
        memcpy(sha256->block + n_waiting, from, n);
        if (n < room)
            return;
        sha256->add_blocks(sha256->state, sha256->block, 1);
        from += n;
        size -= n;
    }
    size_t n_blocks = size / GPUC_SHA256_BLOCK, n_rest = size % GPUC_SHA256_BLOCK;
    sha256->add_blocks(sha256->state, from, n_blocks);
    if (n_rest > 0)
        memcpy(sha256->block, from + n_blocks * GPUC_SHA256_BLOCK, n_rest);
}

void gpuc_sha256_finish(struct gpuc_sha256 *sha256, char ret_hex[GPUC_SHA256_HEX_SIZE])
{
    /* A byte 0x80, zeros, and the size in bits as 8 bytes that end a block. */
    uint8_t padding[GPUC_SHA256_BLOCK + 8] = {0x80};
    uint64_t n_bits = sha256->size * 8;
    size_t n_padding = GPUC_SHA256_BLOCK - (sha256->size + 8) % GPUC_SHA256_BLOCK;
    for (size_t i = 0; i < 8; i++)
        padding[n_padding + i] = (uint8_t)(n_bits >> (56 - 8 * i));
    gpuc_sha256_update(sha256, padding, n_padding + 8);
    for (size_t i = 0; i < 8; i++)
        snprintf(ret_hex + 8 * i, 9, "%08x", (unsigned)sha256->state[i]);
}
