/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/parsers.h"

#include <string.h>

struct parsers_under_test parsers_here(void)
{
    struct parsers_under_test parsers = {.n_items = 0};
    const struct gpuc_scanner *scanner;
    for (size_t i = 0; (scanner = gpuc_scanner_at(i)) != NULL; i++) {
        struct parser_under_test *next = &parsers.items[parsers.n_items];
        reading_require(parsers.n_items + 1 < sizeof parsers.items / sizeof *next);
        if (scanner->usable != NULL && !scanner->usable())
            continue;
        *next = (struct parser_under_test){scanner->name, {.scanner = scanner}};
        parsers.n_items++;
    }
    struct parser_under_test *last = &parsers.items[parsers.n_items++];
    last->name = "libcsv";
    reading_require(gpuc_parser_find(last->name, &last->parser, NULL) == GPUC_OK);
    return parsers;
}

const char *parser_difference(const struct parser_under_test *parser,
                              const struct reading *reading,
                              const struct reading *expected)
{
    const struct gpuc_bytes *rows = &reading->rows;
    if (!parser->parser.use_libcsv ||
        strstr(reading->error.message, ": libcsv refuses a quote here") == NULL)
        return reading_difference(reading, expected);
    if (reading->n_rows > expected->n_rows || rows->size > expected->rows.size ||
        (rows->size > 0 && memcmp(rows->data, expected->rows.data, rows->size) != 0))
        return "other rows before a refusal";
    return NULL;
}
