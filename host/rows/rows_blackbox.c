/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>

#include "csv/double_text.h"
#include "host/rows/random.h"
#include "host/rows/row_kinds.h"

/* 16 hex digits. */
static void put_hex(struct gpuc_row_writer *writer, uint64_t bits)
{
    for (int i = 0; i < 16; i++)
        gpuc_put_char(writer, "0123456789abcdef"[bits >> (4 * i) & 15]);
}

static void put_uniform(struct gpuc_row_writer *writer, uint64_t *random)
{
    writer->at += gpuc_double_text(gpuc_random_uniform(random), writer->at);
}

static void put_plain_row(struct gpuc_row_writer *writer, uint64_t id, uint64_t *random)
{
    gpuc_put_number(writer, id);
    gpuc_put_char(writer, ',');
    gpuc_put_number(writer, gpuc_random_below(random, 100000));
    gpuc_put_char(writer, ',');
    put_uniform(writer, random);
    gpuc_put_char(writer, ',');
    for (int i = 0; i < 2; i++)
        put_hex(writer, gpuc_random_next(random));
    gpuc_put_char(writer, ',');
    for (int i = 0; i < 4; i++)
        put_hex(writer, gpuc_random_next(random));
    gpuc_put_text(writer, "\r\n");
}

/* Words of all kinds; quoted where the text needs it, and sometimes where it does not. */
static void put_words(struct gpuc_row_writer *writer, uint64_t *random,
                      unsigned max_words)
{
    static const char *const words[] = {"steel",
                                        "valve",
                                        "No. 7",
                                        "1e5",
                                        "  two spaces",
                                        "M\xc3\xbcller",
                                        "\xe6\xbc\xa2\xe5\xad\x97",
                                        "\xf0\x9f\x94\xa9",
                                        "e\xcc\x81",
                                        "tab\there",
                                        "back\\slash",
                                        "NA",
                                        "semi;colon",
                                        "x",
                                        ", comma",
                                        "\"\"quoted\"\"",
                                        "line\nend",
                                        "two\r\nlines"};
    const unsigned n_words = gpuc_random_below(random, max_words) + 1;
    const bool quoted = gpuc_random_below(random, 2) == 0;
    const unsigned n_kinds = sizeof words / sizeof words[0] - (quoted ? 0 : 4);
    if (quoted)
        gpuc_put_char(writer, '"');
    for (unsigned i = 0; i < n_words; i++) {
        if (i > 0)
            gpuc_put_char(writer, ' ');
        gpuc_put_text(writer, words[gpuc_random_below(random, n_kinds)]);
    }
    if (quoted)
        gpuc_put_char(writer, '"');
}

static void put_missing(struct gpuc_row_writer *writer, uint64_t *random)
{
    static const char *const tokens[] = {"", "", "NA", "NaN", "null", "\"\"", "#N/A"};
    gpuc_put_text(writer,
                  tokens[gpuc_random_below(random, sizeof tokens / sizeof tokens[0])]);
}

static void put_mixed_row(struct gpuc_row_writer *writer, uint64_t id, uint64_t *random)
{
    static const char *const line_ends[] = {"\r\n", "\r\n", "\n"};
    if (gpuc_random_below(random, 4) == 0)
        gpuc_put_text(writer, "item ");
    gpuc_put_number(writer, id);
    gpuc_put_char(writer, ',');
    /* Two fields at least: a row of one field could be blank. */
    const unsigned n_fields =
        gpuc_random_below(random, 10) == 0 ? 2 + gpuc_random_below(random, 3) : 5;
    for (unsigned field = 1; field < n_fields; field++) {
        if (field > 1)
            gpuc_put_char(writer, ',');
        if (gpuc_random_below(random, 8) == 0)
            put_missing(writer, random);
        else if (field == 1)
            gpuc_put_number(writer, gpuc_random_below(random, 100000));
        else if (field == 2)
            put_uniform(writer, random);
        else
            put_words(writer, random, field == 3 ? 3 : 30);
    }
    gpuc_put_text(writer, line_ends[gpuc_random_below(random, 3)]);
}

typedef void put_row(struct gpuc_row_writer *writer, uint64_t id, uint64_t *random);

static void put_rows_of(struct gpuc_row_writer *writer, uint64_t n_rows, uint64_t seed,
                        put_row *put)
{
    gpuc_begin_row(writer);
    gpuc_put_text(writer, "ID,SKU,FLUX,MANUFACTURER_NAME,DESCRIPTION\r\n");
    for (uint64_t id = 1; id <= n_rows && writer->errno_value == 0; id++) {
        gpuc_begin_row(writer);
        put(writer, id, &seed);
    }
}

void gpuc_put_plain_rows(struct gpuc_row_writer *writer, uint64_t n_rows, uint64_t seed)
{
    put_rows_of(writer, n_rows, seed, put_plain_row);
}

void gpuc_put_mixed_rows(struct gpuc_row_writer *writer, uint64_t n_rows, uint64_t seed)
{
    put_rows_of(writer, n_rows, seed, put_mixed_row);
}
