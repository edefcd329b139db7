/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads texts in hex, one a line, and prints what gpuc_index_number_read() makes of each:
 * "refused", "float BITS" or "integer [-]MAGNITUDE BITS", BITS being the double's in hex.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pandas/index_number.h"

enum { MAX_TEXT = 4096 };

static int hex_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

int main(void)
{
    static char line[2 * MAX_TEXT + 2];
    while (fgets(line, sizeof line, stdin) != NULL) {
        const size_t size = strcspn(line, "\n") / 2;
        /* A block of the exact size, so that a sanitizer sees every read past the end. */
        uint8_t *text = malloc(size + (size == 0));
        if (text == NULL)
            return 1;
        for (size_t i = 0; i < size; i++)
            text[i] = (uint8_t)(hex_digit(line[2 * i]) << 4 | hex_digit(line[2 * i + 1]));
        const struct gpuc_index_number number = gpuc_index_number_read(text, size);
        free(text);

        uint64_t bits;
        memcpy(&bits, &number.value, sizeof bits);
        switch (number.kind) {
        case GPUC_NUMBER_REFUSED:
            puts("refused");
            break;
        case GPUC_NUMBER_INTEGER:
            printf("integer %s%" PRIu64 " %016" PRIx64 "\n", number.negative ? "-" : "",
                   number.magnitude, bits);
            break;
        case GPUC_NUMBER_FLOAT:
            printf("float %016" PRIx64 "\n", bits);
            break;
        }
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
