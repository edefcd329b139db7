/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first records of an input, read one by one, against the reference automaton; then
 * the reader and the stitcher go on, with that record or behind it: what they give is the
 * rest of the input, for every size of reads and pieces.
 */
#include "pipeline/record_reader.h"

#include "csv/record_ends.h"
#include "csv/tricky.h"
#include "pipeline/memory_source.h"
#include "pipeline/stitching.h"
#include "support/cmocka_all.h"

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;
static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};
static const size_t pieces[] = {1, 2, 3, 4, 13, 1 << 20};
enum { N_PIECES = sizeof pieces / sizeof pieces[0] };

/* How a text is read. */
struct way {
    size_t piece;       /* of each read of the record reader */
    size_t piece_bytes; /* that the reader cuts of the rest */
    bool is_anywhere;   /* the rest is read by gpuc_source_read_at() */
    bool back;          /* the record that was read is read again */
    bool has_mark;      /* a mark goes before the text */
};

static uint64_t count_lines(const uint8_t *bytes, size_t size)
{
    uint64_t n_lines = 0;
    for (size_t i = 0; i < size; i++)
        n_lines += bytes[i] == '\n' ||
                   (bytes[i] == '\r' && !(i + 1 < size && bytes[i + 1] == '\n'));
    return n_lines;
}

static struct gpuc_parser native(void)
{
    struct gpuc_parser parser;
    assert_int_equal(gpuc_parser_find(NULL, &parser, NULL), GPUC_OK);
    return parser;
}

/* What is read from now on is the text from `pos` on. */
static void check_rest(const struct gpuc_record_reader *records, const uint8_t *text,
                       size_t size, size_t pos, const struct way *way)
{
    static struct reading reading, expected;
    uint64_t offset = gpuc_record_reader_offset(records);
    const struct reading_text rest = {
        .bytes = text + pos, .size = size - pos, .line = 1 + count_lines(text, pos)};
    const struct stitching stitching = {.parser = records->parser,
                                        .dialect = records->dialect,
                                        .piece_bytes = way->piece_bytes,
                                        .offset = offset,
                                        .line = records->line};
    assert_int_equal(offset, (way->has_mark ? sizeof mark : 0) + pos);
    assert_int_equal(gpuc_record_reader_unread(records, NULL), GPUC_OK);
    reading_whole(&expected, records->parser, records->dialect, &rest);
    stitching_read(&stitching, records->source, &reading);
    const char *difference = reading_difference(&reading, &expected);
    if (difference != NULL) {
        reading_print(&rest, &reading, &expected);
        fail_msg("%s, reads of %zu, pieces of %zu", difference, way->piece,
                 way->piece_bytes);
    }
}

/* The end of the n-th record, from 1; 0: of none. */
static size_t end_of(const uint8_t *text, size_t size, size_t n)
{
    static size_t ends[REFERENCE_SIZE_MAX + 1];
    size_t n_ends = record_ends(text, size, ends);
    if (n == 0)
        return 0;
    return n <= n_ends ? ends[n - 1] : size;
}

/* Reads the first record that is not blank, and then the rest. */
static void check_way(const uint8_t *text, size_t size, const struct way *way,
                      const struct reference *expected)
{
    static uint8_t bytes[REFERENCE_SIZE_MAX + sizeof mark];
    size_t mark_size = way->has_mark ? sizeof mark : 0;
    struct memory_source source = {.bytes = bytes,
                                   .size = mark_size + size,
                                   .piece = way->piece,
                                   .fail_at = SIZE_MAX};
    struct gpuc_record_reader records;
    struct gpuc_error error;
    size_t n_fields = 77;

    const struct gpuc_parser parser = native();
    source.is_anywhere = way->is_anywhere;
    memcpy(bytes, mark, mark_size);
    memcpy(bytes + mark_size, text, size);
    gpuc_record_reader_init(&records, memory_source(&source), &parser, &pandas);
    assert_int_equal(gpuc_record_reader_skip_mark(&records, NULL), GPUC_OK);
    enum gpuc_status status = gpuc_record_reader_next(&records, &n_fields, &error);
    if (expected->n_rows == 0 && expected->fault != NULL) {
        assert_int_equal(status, GPUC_EDATA);
        assert_int_equal(error.line, expected->fault_line);
    } else {
        assert_int_equal(status, GPUC_OK);
        size_t end = end_of(text, size, (size_t)records.n_records);
        assert_int_equal(n_fields, expected->n_rows > 0 ? expected->rows[0].n_fields : 0);
        if (n_fields > 0)
            assert_int_equal(records.first_line, expected->rows[0].line);
        if (n_fields > 0 && way->back) {
            gpuc_record_reader_back(&records);
            end = end_of(text, size, (size_t)records.n_records);
        }
        check_rest(&records, text, size, end, way);
    }
    gpuc_record_reader_done(&records);
}

static void test_first_record(void **state)
{
    enum { N_TEXTS = 6000 };
    static const size_t piece_bytes[] = {1, 2, 5, 1000};
    (void)state;
    struct test_random random = {71};
    static struct reference expected;
    size_t n_rows = 0, n_faults = 0, n_blank = 0;
    for (size_t i = 0; i < N_TEXTS; i++) {
        uint8_t text[TRICKY_SIZE_MAX];
        size_t size = tricky_text(&random, text);
        reference_read(&expected, text, size, pandas.max_field_chars);
        n_rows += expected.n_rows > 0;
        n_faults += expected.n_rows == 0 && expected.fault != NULL;
        n_blank += expected.n_rows > 0 && expected.rows[0].line > 1;
        for (size_t k = 0; k < 8; k++) {
            const struct way way = {.piece = pieces[(i + k) % N_PIECES],
                                    .piece_bytes = piece_bytes[(i / 6 + k) % 4],
                                    .is_anywhere = k / 4 % 2 == 0,
                                    .back = k % 2 == 0,
                                    .has_mark = k / 2 % 2 == 0};
            check_way(text, size, &way, &expected);
        }
    }
    print_message("%zu first rows, %zu of them behind blank lines, %zu faults\n", n_rows,
                  n_blank, n_faults);
    assert_true(n_rows > 2000 && n_faults > 100 && n_blank > 100);
}

/* One record after the other, each put back and read again. */
static void test_every_record(void **state)
{
    static const char text[] = "\n \na,b\r\n\"c\nc\",\"d\"\"\"\r\r\n,\n1,2,3";
    static const struct {
        size_t n_fields;
        uint64_t line;
        const char *last;
    } rows[] = {{2, 3, "b"}, {2, 4, "d\""}, {2, 7, ""}, {3, 8, "3"}};
    enum { N_ROWS = sizeof rows / sizeof rows[0] };
    const struct gpuc_parser parser = native();
    (void)state;
    for (size_t p = 0; p < N_PIECES; p++) {
        struct memory_source source = {.bytes = (const uint8_t *)text,
                                       .size = sizeof text - 1,
                                       .piece = pieces[p],
                                       .fail_at = SIZE_MAX};
        struct gpuc_record_reader records;
        size_t n_fields;
        gpuc_record_reader_init(&records, memory_source(&source), &parser, &pandas);
        for (size_t i = 0; i < 2 * N_ROWS; i++) {
            assert_int_equal(gpuc_record_reader_next(&records, &n_fields, NULL), GPUC_OK);
            assert_int_equal(n_fields, rows[i / 2].n_fields);
            assert_int_equal(records.first_line, rows[i / 2].line);
            const struct gpuc_field *last =
                gpuc_table_field(&records.table, n_fields - 1, 0);
            assert_int_equal(last->size, strlen(rows[i / 2].last));
            assert_memory_equal(records.table.text + last->offset, rows[i / 2].last,
                                last->size);
            if (i % 2 == 0)
                gpuc_record_reader_back(&records);
        }
        assert_int_equal(gpuc_record_reader_next(&records, &n_fields, NULL), GPUC_OK);
        assert_int_equal(n_fields, 0);
        gpuc_record_reader_done(&records);
    }
}

/* Only a whole mark at the start is passed over, and only one. */
static void test_marks(void **state)
{
    static const struct {
        const char *text;
        size_t n_passed;
    } texts[] = {
        {"", 0},
        {"a", 0},
        {"\xEF", 0},
        {"\xEF\xBB", 0},
        {"\xEF\xBB\xBF", 3},
        {"\xEF\xBB\xBF"
         "a,b\n",
         3},
        {"\xEF\xBB\xBF\xEF\xBB\xBF", 3},
        {"\xEF\xBB\xBE"
         "a",
         0},
        {"a\xEF\xBB\xBF", 0},
        {"\n\xEF\xBB\xBF", 0},
    };
    const struct gpuc_parser parser = native();
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t p = 0; p < N_PIECES; p++) {
            size_t size = strlen(texts[i].text), n_passed = texts[i].n_passed;
            struct memory_source source = {.bytes = (const uint8_t *)texts[i].text,
                                           .size = size,
                                           .piece = pieces[p],
                                           .fail_at = SIZE_MAX};
            const struct way way = {.piece_bytes = 3, .has_mark = n_passed > 0};
            struct gpuc_record_reader records;
            gpuc_record_reader_init(&records, memory_source(&source), &parser, &pandas);
            assert_int_equal(gpuc_record_reader_skip_mark(&records, NULL), GPUC_OK);
            check_rest(&records, (const uint8_t *)texts[i].text + n_passed,
                       size - n_passed, 0, &way);
            gpuc_record_reader_done(&records);
        }
}

/* Reads and memory that fail end in an error, and all is freed. */
static void test_failures(void **state)
{
    static const char text[] = "\na,b\n1,2\n";
    const struct gpuc_parser parser = native();
    (void)state;
    size_t n_failures = 0;
    for (size_t i = 0; i < 60; i++) {
        bool of_memory = i >= 20;
        struct memory_source source = {.bytes = (const uint8_t *)text,
                                       .size = sizeof text - 1,
                                       .piece = 1,
                                       .fail_at = of_memory ? SIZE_MAX : i,
                                       .failure = GPUC_EIO};
        struct gpuc_record_reader records;
        size_t n_fields;
        gpuc_record_reader_init(&records, memory_source(&source), &parser, &pandas);
        if (of_memory)
            gpuc_memory_fail_after((long)i - 20, false);
        enum gpuc_status status = gpuc_record_reader_skip_mark(&records, NULL);
        if (status == GPUC_OK)
            status = gpuc_record_reader_next(&records, &n_fields, NULL);
        if (status == GPUC_OK)
            status = gpuc_record_reader_unread(&records, NULL);
        gpuc_memory_fail_after(-1, false);
        if (status != GPUC_OK)
            assert_int_equal(status, of_memory ? GPUC_ENOMEM : GPUC_EIO);
        n_failures += status != GPUC_OK;
        gpuc_record_reader_done(&records);
    }
    print_message("%zu failures\n", n_failures);
    assert_true(n_failures >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_record),
        cmocka_unit_test(test_every_record),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
