/* SPDX-License-Identifier: Apache-2.0 */
/* Packs bytes by the libraries' own packers. Every function fails the test on trouble. */
#ifndef GPUC_TEST_PACKING_H
#define GPUC_TEST_PACKING_H

#include <stddef.h>
#include <stdint.h>

struct packed {
    uint8_t *bytes; /* grows by what is appended; free() */
    size_t size;
};

enum packing { PACKING_GZIP, PACKING_ZSTD, N_PACKINGS };

extern const char *const packing_names[N_PACKINGS];

/* Appends bytes as they are. */
void packed_append(struct packed *packed, const void *bytes, size_t size);

/* Appends one gzip member, or one zstd frame with a checksum. */
void packed_add(struct packed *packed, enum packing packing, const void *bytes,
                size_t size);

/* Appends one zstd frame whose window is 2^window_log bytes, however little is in it. */
void packed_add_wide(struct packed *packed, int window_log, const void *bytes,
                     size_t size);

#endif
