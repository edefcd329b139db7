/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: print_numbers float32|float64 COUNT
 * Prints COUNT pseudo-random numbers, a line each: the bits as hex digits, the text. A
 * third has random bits, a third is uniform in [0, 1), a third has few decimals.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/double_text.h"
#include "csv/float_text.h"
#include "support/random.h"

static void print_double(int kind, uint64_t random)
{
    char text[GPUC_DOUBLE_TEXT_SIZE];
    uint64_t bits = random;
    double value = (double)(random >> 11) * 0x1p-53;
    if (kind == 1)
        value = (double)(random >> 44) / 1000;
    if (kind == 2)
        memcpy(&value, &bits, sizeof value);
    memcpy(&bits, &value, sizeof bits);
    printf("%016" PRIx64 " %.*s\n", bits, (int)gpuc_double_text(value, text), text);
}

static void print_float(int kind, uint64_t random)
{
    char text[GPUC_FLOAT_TEXT_SIZE];
    uint32_t bits = (uint32_t)random;
    float value = (float)(random >> 40) * 0x1p-24F;
    if (kind == 1)
        value = (float)(random >> 50) / 100;
    if (kind == 2)
        memcpy(&value, &bits, sizeof value);
    memcpy(&bits, &value, sizeof bits);
    printf("%08" PRIx32 " %.*s\n", bits, (int)gpuc_float_text(value, text), text);
}

int main(int argc, char **argv)
{
    const bool is_float = argc == 3 && strcmp(argv[1], "float32") == 0;
    const long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    if (count <= 0 || (!is_float && strcmp(argv[1], "float64") != 0)) {
        fprintf(stderr, "usage: print_numbers float32|float64 COUNT\n");
        return 2;
    }
    struct test_random random = {4};
    for (long i = 0; i < count; i++) {
        if (is_float)
            print_float((int)(i % 3), test_random_next(&random));
        else
            print_double((int)(i % 3), test_random_next(&random));
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
