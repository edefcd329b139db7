/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads texts, one a line, in hexadecimal; prints what the native parser makes of each:
 * fields in hexadecimal with a comma behind each, rows with a semicolon behind each; or
 * "!" and the message. check_csv.py compares that with Python's csv module.
 */
#include <stdio.h>
#include <stdlib.h>

#include "csv/parsing.h"

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
    static char line[LINE_SIZE];
    static uint8_t text[LINE_SIZE];
    const struct gpuc_parser parser = parsing_parser(NULL);
    struct parsing parsing = {0};
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t size = 0;
        for (const char *digits = line; digits[0] != '\n'; digits += 2) {
            const char pair[3] = {digits[0], digits[1]};
            text[size++] = (uint8_t)strtoul(pair, NULL, 16);
        }
        parsing_run(&parsing, &parser, text, size, N_COLUMNS, N_COLUMNS);
        if (parsing.status == GPUC_OK)
            print_table(&parsing.table);
        else
            printf("!%s\n", parsing.error.message);
    }
    parsing_done(&parsing);
    return EXIT_SUCCESS;
}
