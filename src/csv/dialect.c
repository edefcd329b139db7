/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/dialect.h"

#include <string.h>

/* Numbers and the names of results must mean what they say without quotes. */
static bool is_of_results(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != 0 && strchr("+-._", c) != NULL);
}

static enum gpuc_status check_character(const char *what, uint8_t c,
                                        struct gpuc_error *error)
{
    if (c == 0 || c >= 0x80)
        return gpuc_fail(error, GPUC_EUSAGE, "the %s must be one ASCII character", what);
    if (c == '\n' || c == '\r')
        return gpuc_fail(error, GPUC_EUSAGE,
                         "the %s cannot be a line end: name another character", what);
    if (is_of_results(c))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "the %s cannot be '%c': letters, digits and + - . _ are what "
                         "results are written with",
                         what, c);
    return GPUC_OK;
}

static enum gpuc_status fail_same(const char *what, const char *other, uint8_t c,
                                  const char *advice, struct gpuc_error *error)
{
    return gpuc_fail(error, GPUC_EUSAGE, "the %s and the %s are both '%c': %s", what,
                     other, c, advice);
}

enum gpuc_status gpuc_dialect_check(const struct gpuc_dialect *dialect,
                                    struct gpuc_error *error)
{
    enum gpuc_status status;
    GPUC_TRY(check_character("delimiter", dialect->delimiter, error));
    if (!dialect->no_quote)
        GPUC_TRY(check_character("quote", dialect->quote, error));
    if (dialect->comment != 0)
        GPUC_TRY(check_character("comment", dialect->comment, error));
    if (!dialect->no_quote && dialect->quote == dialect->delimiter)
        return fail_same("quote", "delimiter", dialect->quote,
                         "name another --quote, or give --no-quote", error);
    if (dialect->comment != 0 && dialect->comment == dialect->delimiter)
        return fail_same("comment", "delimiter", dialect->comment,
                         "name another --comment", error);
    if (dialect->comment != 0 && dialect->comment == dialect->quote && !dialect->no_quote)
        return fail_same("comment", "quote", dialect->comment, "name another --comment",
                         error);
out:
    return status;
}
