/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: print_doubles COUNT
 * Prints COUNT pseudo-random doubles, a line each: the bits as 16 hex digits, the text. A
 * third has random bits, a third is uniform in [0, 1), a third has few decimals.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/double_text.h"

static uint64_t next_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

int main(int argc, char **argv)
{
    const long count = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
    if (count <= 0) {
        fprintf(stderr, "usage: print_doubles COUNT\n");
        return 2;
    }
    uint64_t random = 4;
    for (long i = 0; i < count; i++) {
        uint64_t bits = next_random(&random);
        double value = (double)(bits >> 11) * 0x1p-53;
        if (i % 3 == 1)
            value = (double)(bits >> 44) / 1000;
        if (i % 3 == 2)
            memcpy(&value, &bits, sizeof value);
        memcpy(&bits, &value, sizeof bits);
        char text[GPUC_DOUBLE_TEXT_SIZE];
        printf("%016" PRIx64 " %.*s\n", bits, (int)gpuc_double_text(value, text), text);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
