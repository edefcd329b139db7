/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads texts, one a line, in hexadecimal; prints what the native parser makes of each:
 * fields in hexadecimal with a comma behind each, rows with a semicolon behind each; or
 * "!" and the message. check_csv.py compares that with Python's csv module.
 */
#include <stdio.h>
#include <stdlib.h>

#include "csv/parser.h"

enum { LINE_SIZE = 8192, N_COLUMNS = 400 };

static void print_table(const struct gpuc_table *table)
{
    for (size_t row = 0; row < table->n_rows; row++) {
        for (size_t column = 0; column < N_COLUMNS; column++) {
            const struct gpuc_field *field = gpuc_table_field(table, column, row);
            if (field->absent)
                break;
            for (size_t i = 0; i < field->size; i++)
                printf("%02x", table->text[field->offset + i]);
            putchar(',');
        }
        putchar(';');
    }
    putchar('\n');
}

int main(void)
{
    static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;
    static char line[LINE_SIZE];
    struct gpuc_bytes bytes = {0};
    struct gpuc_table table = {0};
    while (fgets(line, sizeof line, stdin) != NULL) {
        struct gpuc_error error;
        bytes.size = 0;
        if (gpuc_bytes_reserve(&bytes, sizeof line, &error) != GPUC_OK)
            return EXIT_FAILURE;
        for (const char *digits = line; digits[0] != '\n'; digits += 2) {
            const char pair[3] = {digits[0], digits[1]};
            gpuc_bytes_put_byte(&bytes, (uint8_t)strtoul(pair, NULL, 16));
        }
        const struct gpuc_records records = {"in.csv", 1, &bytes, true};
        const struct gpuc_table_shape shape = {N_COLUMNS, N_COLUMNS, bytes.size + 1};
        if (gpuc_parse_records(gpuc_parser_find(NULL), &pandas, &records, &shape, &table,
                               &error) == GPUC_OK)
            print_table(&table);
        else
            printf("!%s\n", error.message);
    }
    gpuc_table_done(&table);
    gpuc_bytes_done(&bytes);
    return EXIT_SUCCESS;
}
