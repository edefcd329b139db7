/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads texts, one a line, in hexadecimal; prints the fields that a scanner finds in
 * each, as they stand in the text, in hexadecimal with a comma behind each, records with
 * a semicolon behind each. check_scan.py compares that with Python's csv module.
 *
 *     print_index SCANNER
 */
#include <stdio.h>
#include <stdlib.h>

#include "csv/scan.h"

enum { LINE_SIZE = 8192 };

/* Prints the field that ends at `end`; returns where the next one begins. */
static size_t print_field(const struct gpuc_scan_text *text, size_t begin, size_t end)
{
    const uint8_t *bytes = text->bytes;
    for (size_t i = begin; i < end; i++)
        printf("%02x", bytes[i]);
    putchar(',');
    bool is_crlf = end + 1 < text->end && bytes[end] == '\r' && bytes[end + 1] == '\n';
    return end + (is_crlf ? 2 : 1);
}

static void print_index(const struct gpuc_scan_text *text,
                        const struct gpuc_scan_state *state,
                        const struct gpuc_index *index)
{
    size_t begin = 0, field = 0;
    for (size_t record = 0; record < index->n_records; record++) {
        while (field < index->record_ends[record])
            begin = print_field(text, begin, index->ends[field++]);
        putchar(';');
    }
    while (field < index->n_ends)
        begin = print_field(text, begin, index->ends[field++]);
    if (state->in_record) {
        print_field(text, begin, text->end);
        putchar(';');
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;
    static char line[LINE_SIZE];
    static uint8_t bytes[LINE_SIZE / 2 + 64];
    const struct gpuc_scanner *scanner = gpuc_scanner_find(argc > 1 ? argv[1] : NULL);
    struct gpuc_index index = {0};
    if (scanner == NULL)
        return EXIT_FAILURE;
    while (fgets(line, sizeof line, stdin) != NULL) {
        struct gpuc_scan_text text = {bytes, 0, 0};
        struct gpuc_scan_state state = GPUC_SCAN_STATE_INIT;
        for (const char *digits = line; digits[0] != '\n'; digits += 2) {
            const char pair[3] = {digits[0], digits[1]};
            bytes[text.end++] = (uint8_t)strtoul(pair, NULL, 16);
        }
        gpuc_index_reset(&index);
        if (gpuc_scan(scanner, &pandas, &text, &state, &index, NULL) != GPUC_OK)
            return EXIT_FAILURE;
        print_index(&text, &state, &index);
    }
    gpuc_index_done(&index);
    return EXIT_SUCCESS;
}
