/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/not_csv.h"

#include <string.h>

/* Bytes from the start that are looked at for the zeros of wide characters. */
enum { WIDE_LOOK_AT = 16 };

/* How a format begins; none of it can be the start of a text. */
struct start {
    const char *bytes; /* a question mark stands for any byte */
    size_t size;
    const char *what;
    const char *advice;
};

#define AS_CSV "export it as CSV"
#define UNPACK(command) "unpack it, as in: " command " FILE | gpuclassify ... -"

static const struct start formats[] = {
    {"PAR1\x15", 5, "a Parquet file", AS_CSV},
    {"PK\x03\x04", 4, "an Excel or zip file", AS_CSV " or unpack it"},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, "an Excel file", AS_CSV},
    {"ARROW1\0", 7, "an Arrow or Feather file", AS_CSV},
    {"Obj\x01", 4, "an Avro file", AS_CSV},
    {"SQLite format 3\0", 16, "an SQLite database", AS_CSV},
    {"BZh?1AY&SY", 10, "packed by bzip2", UNPACK("bzip2 -dc")},
    {"\xFD"
     "7zXZ\0",
     6, "packed by xz", UNPACK("xz -dc")},
    {"\x04\x22\x4D\x18", 4, "packed by lz4", UNPACK("lz4 -dc")},
    {"7z\xBC\xAF\x27\x1C", 6, "a 7z archive", "unpack it"},
};

/* Marks at the start of a text; the longer ones first. */
static const struct start marks[] = {
    {"\xFF\xFE\0\0", 4, "UTF-32", ""},
    {"\0\0\xFE\xFF", 4, "UTF-32", ""},
    {"\xFF\xFE", 2, "UTF-16", ""},
    {"\xFE\xFF", 2, "UTF-16", ""},
};

static bool begins_with(const uint8_t *bytes, size_t size, const struct start *start)
{
    if (size < start->size)
        return false;
    for (size_t i = 0; i < start->size; i++)
        if (start->bytes[i] != '?' && bytes[i] != (uint8_t)start->bytes[i])
            return false;
    return true;
}

static const struct start *find_start(const struct start *starts, size_t n_starts,
                                      const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < n_starts; i++)
        if (begins_with(bytes, size, &starts[i]))
            return &starts[i];
    return NULL;
}

/*
 * Whether bytes are characters of `width` bytes of which all but number `low` are zero,
 * as ASCII is in UTF-16 and UTF-32.
 */
static bool is_wide(const uint8_t *bytes, size_t size, size_t width, size_t low)
{
    if (size < width)
        return false;
    for (size_t i = 0; i < size; i++)
        if ((bytes[i] != 0) != (i % width == low))
            return false;
    return true;
}

/* The encoding of a text that has no mark but zeros; NULL if it is none of these. */
static const char *find_wide(const uint8_t *bytes, size_t size)
{
    size = size < WIDE_LOOK_AT ? size : WIDE_LOOK_AT;
    if (is_wide(bytes, size, 4, 0))
        return "UTF-32LE";
    if (is_wide(bytes, size, 4, 3))
        return "UTF-32BE";
    if (is_wide(bytes, size, 2, 0))
        return "UTF-16LE";
    return is_wide(bytes, size, 2, 1) ? "UTF-16BE" : NULL;
}

enum gpuc_status gpuc_not_csv_check(const char *name, const uint8_t *bytes, size_t size,
                                    struct gpuc_error *error)
{
    const struct start *mark =
        find_start(marks, sizeof marks / sizeof *marks, bytes, size);
    const char *encoding = mark != NULL ? mark->what : find_wide(bytes, size);
    if (encoding != NULL)
        return gpuc_fail(error, GPUC_EDATA,
                         "%s: is %s, not UTF-8: convert it, as in: iconv -f %s -t UTF-8 "
                         "FILE | gpuclassify ... -",
                         name, encoding, encoding);
    const struct start *format =
        find_start(formats, sizeof formats / sizeof *formats, bytes, size);
    if (format != NULL)
        return gpuc_fail(error, GPUC_EDATA, "%s: is %s, not a CSV file: %s", name,
                         format->what, format->advice);
    if (size > 0 && memchr(bytes, 0, size) != NULL)
        return gpuc_fail(error, GPUC_EDATA,
                         "%s: is a binary file, not CSV: there is a NUL in its first "
                         "line",
                         name);
    return GPUC_OK;
}
