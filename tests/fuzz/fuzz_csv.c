/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as CSV: all scanners, any pieces, the reader of first records and, where it
 * accepts them, libcsv must read the same. The first bytes say how.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz/fuzz_target.h"
#include "pipeline/memory_source.h"
#include "pipeline/parsers.h"
#include "pipeline/record_reader.h"
#include "pipeline/stitching.h"

enum { N_SETTING_BYTES = 4, MAX_ALIGNMENT = 63 };

static const struct gpuc_dialect dialects[] = {
    GPUC_DIALECT_PANDAS,
    {.delimiter = ',', .quote = '"', .max_field_chars = 5},
    {.delimiter = ';', .quote = '\'', .max_field_chars = 60},
    {.delimiter = ',', .quote = '"', .no_quote = true, .max_field_chars = 1000},
    {.delimiter = ',', .quote = '"', .comment = '#', .max_field_chars = 1000},
    {.delimiter = '\t', .quote = '"', .comment = '/', .max_field_chars = 20},
};
enum { N_DIALECTS = sizeof dialects / sizeof dialects[0] };

/* One input, and what the portable scanner makes of it. */
struct subject {
    const struct gpuc_dialect *dialect;
    struct reading_text text;
    size_t piece_bytes;
    uint64_t seed;
    bool goes_on; /* behind faulty rows */
    struct reading expected;
};

static void check(const struct subject *subject, const struct parser_under_test *parser,
                  const struct reading *reading, const char *what)
{
    const char *difference = parser_difference(parser, reading, &subject->expected);
    if (difference == NULL)
        return;
    reading_print(&subject->text, reading, &subject->expected);
    fprintf(stderr, "%s by %s, %s\n", difference, parser->name, what);
    abort();
}

/* Record by record. */
static void read_records(const struct subject *subject, const struct gpuc_parser *parser,
                         struct reading *reading)
{
    struct memory_source source = {.bytes = subject->text.bytes,
                                   .size = subject->text.size,
                                   .piece = subject->piece_bytes,
                                   .fail_at = SIZE_MAX};
    struct gpuc_record_reader records;
    size_t n_fields = 1;
    reading_reset(reading);
    gpuc_record_reader_init(&records, memory_source(&source), parser, subject->dialect);
    while (n_fields > 0 &&
           gpuc_record_reader_next(&records, &n_fields, &reading->error) == GPUC_OK)
        if (n_fields > 0)
            reading_add(reading, subject->dialect, &records.rows, records.first_line);
    reading->n_records = records.n_records;
    gpuc_record_reader_done(&records);
}

static void check_parser(const struct subject *subject,
                         const struct parser_under_test *parser)
{
    static struct reading reading;
    static struct gpuc_batch batch;
    const struct stitching stitching = {.parser = &parser->parser,
                                        .dialect = subject->dialect,
                                        .piece_bytes = subject->piece_bytes,
                                        .seed = subject->seed,
                                        .goes_on = subject->goes_on,
                                        .batch = &batch};
    reading.goes_on = subject->goes_on;
    reading_whole(&reading, &parser->parser, subject->dialect, &subject->text);
    check(subject, parser, &reading, "in one scan");
    stitching_read_at_random(&stitching, &subject->text, &reading);
    check(subject, parser, &reading, "in pieces");
    /* The slowest by far, which leaves little to the scanner. */
    if (subject->seed % 4 == 0 && !subject->goes_on) {
        read_records(subject, &parser->parser, &reading);
        check(subject, parser, &reading, "record by record");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct parsers_under_test parsers;
    if (parsers.n_items == 0)
        parsers = parsers_here();
    if (size < N_SETTING_BYTES)
        return 0;
    struct subject subject = {.dialect = &dialects[bytes[0] % N_DIALECTS],
                              .text = {bytes + N_SETTING_BYTES, size - N_SETTING_BYTES,
                                       bytes[1] & MAX_ALIGNMENT, 1},
                              .piece_bytes = (size_t)1 + bytes[2],
                              .seed = bytes[3],
                              .goes_on = bytes[1] > 3 * MAX_ALIGNMENT};
    const struct gpuc_parser portable = {.scanner = &gpuc_scanner_portable};
    const bool has_libcsv =
        !subject.dialect->no_quote && subject.dialect->comment == 0 && !subject.goes_on;
    subject.expected.goes_on = subject.goes_on;
    reading_whole(&subject.expected, &portable, subject.dialect, &subject.text);
    for (size_t i = 0; i < parsers.n_items; i++)
        if (has_libcsv || !parsers.items[i].parser.use_libcsv)
            check_parser(&subject, &parsers.items[i]);
    reading_done(&subject.expected);
    return 0;
}
