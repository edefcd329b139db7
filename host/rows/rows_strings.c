/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>

#include "host/rows/random.h"
#include "host/rows/row_kinds.h"

enum {
    N_TEXTS = 19,
    MAX_WORDS = 4,
    N_PLAIN_WORDS = 10, /* the first of them need no quotes */
    QUOTED_OF_8 = 5
};

/* No number and no text that stands for a missing value, alone or joined. */
static const char *const words[] = {
    "steel",
    "valve",
    "No. 7",
    "semi;colon",
    "M\xc3\xbcller",
    "\xe6\xbc\xa2\xe5\xad\x97",
    "back\\slash",
    "a considerably longer piece of text",
    "x-ray",
    "\xf0\x9f\x94\xa9",
    "Cologne, Germany",
    "the \"\"best\"\" of it",
    "two\nlines",
};

static void put_field(struct gpuc_row_writer *writer, uint64_t *random)
{
    const bool quoted = gpuc_random_below(random, 8) < QUOTED_OF_8;
    const unsigned n_kinds = quoted ? sizeof words / sizeof words[0] : N_PLAIN_WORDS;
    const unsigned n_words = gpuc_random_below(random, MAX_WORDS) + 1;

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

void gpuc_put_string_rows(struct gpuc_row_writer *writer, uint64_t n_rows, uint64_t seed)
{
    gpuc_begin_row(writer);
    gpuc_put_text(writer, "id");
    for (uint64_t i = 1; i <= N_TEXTS; i++) {
        gpuc_put_text(writer, ",t");
        gpuc_put_number(writer, i);
    }
    gpuc_put_char(writer, '\n');
    for (uint64_t id = 0; id < n_rows && writer->errno_value == 0; id++) {
        gpuc_begin_row(writer);
        gpuc_put_number(writer, id);
        for (int i = 0; i < N_TEXTS; i++) {
            gpuc_put_char(writer, ',');
            put_field(writer, &seed);
        }
        gpuc_put_char(writer, '\n');
    }
}
