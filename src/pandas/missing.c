/* SPDX-License-Identifier: Apache-2.0 */
#include "pandas/missing.h"

#include <string.h>

enum { LONGEST = 8 };

static const char *const tokens[] = {
    "",     "#N/A",   "#N/A N/A", "#NA",  "-1.#IND", "-1.#QNAN", "-NaN",
    "-nan", "1.#IND", "1.#QNAN",  "<NA>", "N/A",     "NA",       "NULL",
    "NaN",  "None",   "n/a",      "nan",  "null",
};

bool gpuc_is_missing(const uint8_t *text, size_t size)
{
    if (size == 0)
        return true;
    if (size > LONGEST)
        return false;
    /* The first byte tells nearly every other text apart. */
    switch (text[0]) {
    case '#':
    case '-':
    case '1':
    case '<':
    case 'N':
    case 'n':
        break;
    default:
        return false;
    }
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++)
        if (strlen(tokens[i]) == size && memcmp(tokens[i], text, size) == 0)
            return true;
    return false;
}
