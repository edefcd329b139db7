/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/parser.h"

#include "csv/splitter.h"
#include "csv/utf8.h"

static const struct gpuc_parser *const parsers[] = {&gpuc_parser_native,
                                                    &gpuc_parser_libcsv};

const struct gpuc_parser *gpuc_parser_find(const char *name)
{
    if (name == NULL)
        return &gpuc_parser_native;
    for (size_t i = 0; i < sizeof parsers / sizeof parsers[0]; i++)
        if (strcmp(parsers[i]->name, name) == 0)
            return parsers[i];
    return NULL;
}

static enum gpuc_status fail_utf8(const struct gpuc_records *records, size_t valid,
                                  uint8_t byte, struct gpuc_error *error)
{
    uint64_t line = records->first_line + gpuc_count_lines(records->bytes->data, valid);
    return gpuc_fail_at(error, GPUC_EDATA, records->name, line,
                        "not UTF-8: byte 0x%02x cannot stand here (convert the file, for "
                        "instance with iconv -t UTF-8)",
                        byte);
}

enum gpuc_status gpuc_parse_records(const struct gpuc_parser *parser,
                                    const struct gpuc_dialect *dialect,
                                    const struct gpuc_records *records,
                                    const struct gpuc_table_shape *shape,
                                    struct gpuc_table *table, struct gpuc_error *error)
{
    struct gpuc_bytes *bytes = records->bytes;
    size_t size = bytes->size;
    size_t valid = gpuc_utf8_valid_prefix(bytes->data, size);
    enum gpuc_status status = gpuc_table_reset(table, shape, error);
    if (status != GPUC_OK)
        return status;
    if (valid == size)
        return parser->parse(dialect, records, table, error);

    /* Parse what is valid: a fault there comes first. Parsers write behind the text. */
    uint8_t byte = bytes->data[valid];
    struct gpuc_records prefix = *records;
    prefix.complete = false;
    bytes->size = valid;
    status = parser->parse(dialect, &prefix, table, error);
    if (status == GPUC_OK)
        status = fail_utf8(records, valid, byte, error);
    return status;
}
