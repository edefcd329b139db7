/* SPDX-License-Identifier: Apache-2.0 */
#include "pandas/missing.h"

#include <string.h>

static const struct {
    uint8_t size;
    char text[GPUC_MISSING_TOKEN_SIZE_MAX];
} tokens[] = {
    {4, "#N/A"}, {8, "#N/A N/A"}, {3, "#NA"},    {7, "-1.#IND"}, {8, "-1.#QNAN"},
    {4, "-NaN"}, {4, "-nan"},     {6, "1.#IND"}, {7, "1.#QNAN"}, {4, "<NA>"},
    {3, "N/A"},  {2, "NA"},       {4, "NULL"},   {3, "NaN"},     {4, "None"},
    {3, "n/a"},  {3, "nan"},      {4, "null"},
};

bool gpuc_is_missing_token(const uint8_t *text, size_t size)
{
    /* The first byte tells nearly every other text apart; numbers begin with 1 too. */
    switch (text[0]) {
    case '1':
        if (size < 6)
            return false;
        break;
    case '#':
    case '-':
    case '<':
    case 'N':
    case 'n':
        break;
    default:
        return false;
    }
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++)
        if (tokens[i].size == size && memcmp(tokens[i].text, text, size) == 0)
            return true;
    return false;
}
