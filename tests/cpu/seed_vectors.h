/* SPDX-License-Identifier: Apache-2.0 */
/* What CPython makes of some texts as seeds: golden/blackbox/seed_vectors.json. */
#ifndef GPUC_TEST_SEED_VECTORS_H
#define GPUC_TEST_SEED_VECTORS_H

#include <stddef.h>
#include <stdint.h>

enum { SEED_TEXT_MAX = 8192, SEED_VECTORS_MAX = 32 };

/* The generator after seeding in one of the two ways. */
struct seed_state {
    uint32_t words[3];   /* words 0, 1 and 623 */
    uint32_t outputs[4]; /* the first four */
    double uniform;      /* the first double */
};

struct seed_vector {
    uint8_t text[SEED_TEXT_MAX]; /* UTF-8 */
    size_t text_size;
    uint64_t python2_hash;
    struct seed_state python2;
    struct seed_state python3;
};

/* Reads the file into `vectors` and returns their number. Fails the test on any trouble.
 */
size_t seed_vectors_read(struct seed_vector vectors[SEED_VECTORS_MAX]);

#endif
