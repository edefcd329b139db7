/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: print_formatted FORMAT < NUMBERS
 * Prints each number, of which there is one a line as the hex digits of a float64's bits,
 * in a format as "%.4f".
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "csv/number_format.h"

int main(int argc, char **argv)
{
    struct gpuc_number_format format;
    struct gpuc_error error;
    uint64_t bits;
    char text[512];
    if (argc != 2) {
        fprintf(stderr, "usage: print_formatted FORMAT\n");
        return 2;
    }
    if (gpuc_number_format_read(&format, argv[1], &error) != GPUC_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 2;
    }
    while (scanf("%" SCNx64, &bits) == 1) {
        double value;
        memcpy(&value, &bits, sizeof value);
        memset(text, '#', sizeof text);
        size_t size = gpuc_number_text(&format, value, text);
        if (size > format.size_max || text[format.size_max] != '#') {
            fprintf(stderr, "%" PRIx64 ": more than %zu bytes\n", bits, format.size_max);
            return 1;
        }
        printf("%.*s\n", (int)size, text);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
