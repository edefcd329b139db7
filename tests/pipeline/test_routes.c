/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tricky files by every route: as a file, whose pieces are read anywhere, as a pipe, and
 * packed as both; a pipe also a second time from its spool. The first record is read by
 * itself. One reading, whatever the parser and the size of pieces.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "csv/packing.h"
#include "csv/seam_texts.h"
#include "pipeline/parsers.h"
#include "pipeline/record_reader.h"
#include "pipeline/stitching.h"
#include "support/cmocka_all.h"
#include "support/folder.h"
#include "support/stdin_pipe.h"

enum { ROOM = 4096, N_ROUTES = 6 };

static const char *const route_names[N_ROUTES] = {"file", "gzip file", "zstd file",
                                                  "pipe", "gzip pipe", "zstd pipe"};
static const struct gpuc_dialect dialect = {
    .delimiter = ',', .quote = '"', .max_field_chars = 230};

/* How the text is read, and into what. */
struct route {
    const struct parser_under_test *parser;
    size_t piece_bytes;
    bool back; /* the first record is read again with the others */
    struct reading reading;
    struct gpuc_batch batch;
};

/* Reads the first record, and then the rest, from a source at its start. */
static void read_all(struct route *route, struct gpuc_source *source)
{
    const struct gpuc_parser *parser = &route->parser->parser;
    struct gpuc_record_reader records;
    struct reading *reading = &route->reading;
    static struct reading rest;
    size_t n_fields;
    reading_reset(reading);
    gpuc_record_reader_init(&records, source, parser, &dialect);
    records.name = "memory";
    assert_int_equal(gpuc_record_reader_skip_mark(&records, NULL), GPUC_OK);
    enum gpuc_status status =
        gpuc_record_reader_next(&records, &n_fields, &reading->error);
    if (status == GPUC_OK && n_fields > 0 && route->back)
        gpuc_record_reader_back(&records);
    else if (status == GPUC_OK && n_fields > 0)
        reading_add(reading, &dialect, &records.rows, records.first_line);
    reading->n_records = records.n_records;
    if (status == GPUC_OK) {
        const struct stitching stitching = {.parser = parser,
                                            .dialect = &dialect,
                                            .piece_bytes = route->piece_bytes,
                                            .n_threads = route->piece_bytes == 7 ? 2 : 0,
                                            .offset = gpuc_record_reader_offset(&records),
                                            .line = records.line,
                                            .batch = &route->batch};
        assert_int_equal(gpuc_record_reader_unread(&records, NULL), GPUC_OK);
        stitching_read(&stitching, source, &rest);
        reading_append(reading, &rest);
    }
    gpuc_record_reader_done(&records);
}

/* What must be read: the text behind a byte order mark, in one scan. */
static void expect(struct reading *expected, const char *bytes, size_t size)
{
    const struct gpuc_parser portable = {.scanner = &gpuc_scanner_portable};
    size_t mark_size = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    const struct reading_text text = {bytes + mark_size, size - mark_size, 0, 1};
    reading_whole(expected, &portable, &dialect, &text);
}

/* Reads the source once, or twice if it can be read again. */
static void check_source(struct route *route, struct gpuc_source *source, bool twice,
                         const struct reading *expected, const char *what)
{
    for (int i = 0; i < 1 + twice; i++) {
        read_all(route, source);
        const char *difference =
            parser_difference(route->parser, &route->reading, expected);
        /* What ends early may leave the source unread, which is then no spool yet. */
        if (difference != NULL)
            fail_msg("%s: %s by %s in pieces of %zu, reading %d: '%s', not '%s'", what,
                     difference, route->parser->name, route->piece_bytes, i,
                     route->reading.error.message, expected->error.message);
    }
}

static void check_route(struct route *route, int number, const struct packed *packed,
                        const char *path, const struct reading *expected,
                        const char *name)
{
    char what[100];
    struct gpuc_source *source = NULL;
    bool is_pipe = number >= N_ROUTES / 2;
    struct test_file file = {packed->bytes, packed->size};
    int saved = is_pipe ? test_stdin_pipe(&file) : -1;
    snprintf(what, sizeof what, "%s as %s", name, route_names[number]);
    assert_int_equal(
        gpuc_source_open(is_pipe ? "-" : path, is_pipe && route->back, -1, &source, NULL),
        GPUC_OK);
    check_source(route, source, !is_pipe || route->back, expected, what);
    gpuc_source_close(source);
    if (is_pipe)
        test_stdin_restore(saved);
}

static void check_text(struct route *route, const struct seam_text *text,
                       struct test_folder *folder)
{
    static const size_t pieces[] = {1, 2, 7, 64, 0};
    const struct parsers_under_test parsers = parsers_here();
    static char bytes[ROOM];
    static struct reading expected;
    size_t size = seam_text_size(text);
    assert_true(size <= sizeof bytes);
    seam_text_write(text, bytes);
    expect(&expected, bytes, size);
    for (int number = 0; number < N_ROUTES; number++) {
        struct packed packed = {.bytes = NULL};
        int packing = number % 3 - 1;
        if (packing < 0)
            packed_append(&packed, bytes, size);
        else
            packed_add(&packed, (enum packing)packing, bytes, size);
        const char *path = test_folder_write(folder, "in.csv", packed.bytes, packed.size);
        for (size_t i = 0; i < 2 * 5 * parsers.n_items; i++) {
            route->back = i % 2 == 0;
            route->piece_bytes = pieces[i / 2 % 5];
            route->parser = &parsers.items[i / 10];
            check_route(route, number, &packed, path, &expected, text->name);
        }
        free(packed.bytes);
    }
}

static void test_every_route(void **state)
{
    (void)state;
    struct test_folder folder = test_folder_new();
    struct route route = {.parser = NULL};
    for (size_t t = 0; t < n_seam_texts; t++)
        check_text(&route, &seam_texts[t], &folder);
    unlink(test_folder_file(&folder, "in.csv"));
    test_folder_free(&folder);
    reading_done(&route.reading);
    gpuc_batch_done(&route.batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_route)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
