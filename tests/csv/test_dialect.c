/* SPDX-License-Identifier: Apache-2.0 */
/* Which characters may do the work of a dialect, and with which others. */
#include "csv/dialect.h"

#include <ctype.h>
#include <string.h>

#include "csv/parser.h"
#include "support/cmocka_all.h"

static bool is_good(const struct gpuc_dialect *dialect)
{
    enum gpuc_status status = gpuc_dialect_check(dialect, NULL);
    assert_true(status == GPUC_OK || status == GPUC_EUSAGE);
    return status == GPUC_OK;
}

/* Every byte in every role, the others being what they are by default. */
static void every_byte(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        uint8_t c = (uint8_t)byte;
        bool usable = c > 0 && c < 0x80 && c != '\n' && c != '\r' && !isalnum(c) &&
                      strchr("+-._", c) == NULL;
        struct gpuc_dialect dialect = GPUC_DIALECT_PANDAS;
        dialect.delimiter = c;
        assert_int_equal(is_good(&dialect), usable && c != '"');
        dialect.no_quote = true;
        assert_int_equal(is_good(&dialect), usable);
        dialect = (struct gpuc_dialect)GPUC_DIALECT_PANDAS;
        dialect.quote = c;
        assert_int_equal(is_good(&dialect), usable && c != ',');
        dialect.no_quote = true; /* then it is no quote */
        assert_true(is_good(&dialect));
        dialect = (struct gpuc_dialect)GPUC_DIALECT_PANDAS;
        dialect.comment = c;
        assert_int_equal(is_good(&dialect), c == 0 || (usable && c != ',' && c != '"'));
        dialect.no_quote = true;
        assert_int_equal(is_good(&dialect), c == 0 || (usable && c != ','));
    }
}

static void libcsv_has_limits(void **state)
{
    static const struct gpuc_parser native = {.use_libcsv = false};
    static const struct gpuc_parser libcsv = {.use_libcsv = true};
    struct gpuc_dialect dialect = {.delimiter = ';', .quote = '\''};
    struct gpuc_error error;
    (void)state;
    assert_int_equal(gpuc_parser_check(&libcsv, &dialect, NULL), GPUC_OK);
    dialect.comment = '#';
    assert_int_equal(gpuc_parser_check(&native, &dialect, NULL), GPUC_OK);
    assert_int_equal(gpuc_parser_check(&libcsv, &dialect, &error), GPUC_EUSAGE);
    assert_string_equal(error.message, "libcsv cannot read comments: leave --csv-parser "
                                       "libcsv out");
    dialect.comment = 0;
    dialect.no_quote = true;
    assert_int_equal(gpuc_parser_check(&native, &dialect, NULL), GPUC_OK);
    assert_int_equal(gpuc_parser_check(&libcsv, &dialect, &error), GPUC_EUSAGE);
    assert_string_equal(error.message, "libcsv cannot read text without quotes: leave "
                                       "--csv-parser libcsv out");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte),
        cmocka_unit_test(libcsv_has_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
