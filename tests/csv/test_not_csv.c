/* SPDX-License-Identifier: Apache-2.0 */
/* First lines of files that are no CSV, and of those that are. */
#include "csv/not_csv.h"

#include <stdio.h>
#include <string.h>

#include "support/cmocka_all.h"

#define BYTES(text) text, sizeof(text) - 1

static const struct {
    const char *bytes;
    size_t size;
    const char *said; /* behind the name; NULL: it may be CSV */
} starts[] = {
    {BYTES(""), NULL},
    {BYTES("a"), NULL},
    {BYTES("id,x0,x1"), NULL},
    {BYTES("\xEF\xBB\xBFid,x0"), NULL},
    {BYTES("\xC3\xA9,x"), NULL},
    {BYTES("PAR1,PAR2"), NULL},
    {BYTES("PK,x"), NULL},
    {BYTES("Obj,x"), NULL},
    {BYTES("BZh9,x"), NULL},
    {BYTES("BZh91AY&SX"), NULL},
    {BYTES("SQLite format 3"), NULL},
    {BYTES("ARROW1,x"), NULL},
    {BYTES("\xFF"), NULL}, /* is refused as what it is, no UTF-8 */
    {BYTES("\xFD"
           "7z"),
     NULL},
    {BYTES("\xFF\xFEi\0d\0"),
     ": is UTF-16, not UTF-8: convert it, as in: iconv -f UTF-16 "},
    {BYTES("\xFE\xFF\0i\0d"),
     ": is UTF-16, not UTF-8: convert it, as in: iconv -f UTF-16 "},
    {BYTES("\xFF\xFE"), ": is UTF-16, not"},
    {BYTES("\xFF\xFE\0\0i\0\0\0"),
     ": is UTF-32, not UTF-8: convert it, as in: iconv -f UTF-32 "},
    {BYTES("\0\0\xFE\xFF\0\0\0i"), ": is UTF-32, not UTF-8"},
    {BYTES("i\0d\0,\0"), ": is UTF-16LE, not UTF-8"},
    {BYTES("\0i\0d\0,"), ": is UTF-16BE, not UTF-8"},
    {BYTES("i\0\0\0d\0\0\0"), ": is UTF-32LE, not UTF-8"},
    {BYTES("\0\0\0i\0\0\0d"), ": is UTF-32BE, not UTF-8"},
    {BYTES("\n\0i\0"), ": is UTF-16LE, not UTF-8"},
    {BYTES("PAR1\x15\4"), ": is a Parquet file, not a CSV file: export it as CSV"},
    {BYTES("PK\3\4\x14\0"),
     ": is an Excel or zip file, not a CSV file: export it as CSV or unpack"},
    {BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), ": is an Excel file, not a CSV file"},
    {BYTES("ARROW1\0\0"), ": is an Arrow or Feather file, not"},
    {BYTES("Obj\1\2"), ": is an Avro file, not a CSV file"},
    {BYTES("SQLite format 3\0"), ": is an SQLite database, not a CSV file"},
    {BYTES("BZh11AY&SY"),
     ": is packed by bzip2, not a CSV file: unpack it, as in: bzip2 -dc FILE | "},
    {BYTES("BZh91AY&SYx"), ": is packed by bzip2, not a CSV file"},
    {BYTES("\xFD"
           "7zXZ\0\0"),
     ": is packed by xz, not a CSV file: unpack it, as in: xz -dc FILE | "},
    {BYTES("\x04\x22\x4D\x18"), ": is packed by lz4, not a CSV file"},
    {BYTES("7z\xBC\xAF\x27\x1C"), ": is a 7z archive, not a CSV file: unpack it"},
    {BYTES("\0"), ": is a binary file, not CSV: there is a NUL"},
    {BYTES("id,x0\0"), ": is a binary file, not CSV: there is a NUL"},
    {BYTES("\0i\0d,"), ": is a binary file, not CSV: there is a NUL"},
    {BYTES("\x7F"
           "ELF\2\1\1\0"),
     ": is a binary file, not CSV: there is a NUL"},
    {BYTES("0123456789abcdef0\0"), ": is a binary file, not CSV: there is a NUL"},
};

static void starts_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        struct gpuc_error error = {0};
        char expected[200];
        enum gpuc_status status = gpuc_not_csv_check(
            "in.csv", (const uint8_t *)starts[i].bytes, starts[i].size, &error);
        assert_int_equal(status, starts[i].said != NULL ? GPUC_EDATA : GPUC_OK);
        if (starts[i].said == NULL)
            continue;
        int size = snprintf(expected, sizeof expected, "in.csv%s", starts[i].said);
        if (strncmp(error.message, expected, (size_t)size) != 0)
            fail_msg("'%s' instead of '%s'", error.message, expected);
        /* Nobody needs the words. */
        assert_int_equal(gpuc_not_csv_check("in.csv", (const uint8_t *)starts[i].bytes,
                                            starts[i].size, NULL),
                         GPUC_EDATA);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
