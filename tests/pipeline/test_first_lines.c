/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands before the header: a byte order mark, lines that are skipped whatever is in
 * them, and what tells that an input is no CSV; for every size of reads, and without
 * reading further than that takes.
 */
#include "pipeline/record_reader.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/memory_source.h"
#include "support/cmocka_all.h"

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;
static const size_t pieces[] = {1, 2, 3, 5, 1 << 20};
enum { N_PIECES = sizeof pieces / sizeof pieces[0] };

/* A reader of a text that gives so many bytes at a time. */
struct first_lines {
    struct memory_source source;
    struct gpuc_parser parser;
    struct gpuc_record_reader records;
};

static void begin(struct first_lines *first, const char *text, size_t size, size_t piece)
{
    *first = (struct first_lines){.source = {.bytes = (const uint8_t *)text,
                                             .size = size,
                                             .piece = piece,
                                             .fail_at = SIZE_MAX}};
    assert_int_equal(gpuc_parser_find(NULL, &first->parser, NULL), GPUC_OK);
    gpuc_record_reader_init(&first->records, memory_source(&first->source),
                            &first->parser, &pandas);
}

/* The first field of the next record; "" at the end. */
static const char *first_field(struct first_lines *first)
{
    static char text[100];
    struct gpuc_record_reader *records = &first->records;
    size_t n_fields;
    assert_int_equal(gpuc_record_reader_next(records, &n_fields, NULL), GPUC_OK);
    if (n_fields == 0)
        return "";
    const struct gpuc_field *field = gpuc_table_field(&records->table, 0, 0);
    assert_true(field->size < sizeof text);
    memcpy(text, records->table.text + field->offset, field->size);
    text[field->size] = '\0';
    return text;
}

static void lines_are_skipped(void **state)
{
    static const struct {
        const char *text;
        uint64_t n_lines;
        const char *field; /* the first behind them, */
        uint64_t line;     /* which is here, */
        size_t offset;     /* and whose record begins here */
    } cases[] = {
        {"a,b\nc\n", 0, "a", 1, 0},
        {"a,b\nc\n", 1, "c", 2, 4},
        {"a,b\nc\n", 2, "", 3, 6},
        {"a,b\nc\n", 9, "", 3, 6},
        {"a,b\nc", 2, "", 2, 5},
        {"\n\n\r\r\nx\n", 4, "x", 5, 5},
        {"\n\n\r\r\nx\n", 3, "x", 4, 3},
        {"\r\n\r\nx\n", 2, "x", 3, 4},
        {"a\r\n\nx\n", 1, "x", 2, 3},
        {"a\rb\rc", 1, "b", 2, 2},
        {"say \"\n\"x\"\n", 1, "x", 2, 6},
        {"\"a\nb\",c\nd,e\n", 2, "d", 3, 8},
        {"\xFF\xFE\n\xC3\nx", 2, "x", 3, 5},
        {"\xEF\xBB\xBF"
         "a\n\"b\"\n",
         1, "b", 2, 5},
        {"\xEF\xBB\xBF\"a\"\nb\n", 0, "a", 1, 3},
    };
    (void)state;
    for (size_t i = 0; i < N_PIECES * sizeof cases / sizeof cases[0]; i++) {
        const char *text = cases[i / N_PIECES].text;
        struct first_lines first;
        begin(&first, text, strlen(text), pieces[i % N_PIECES]);
        assert_int_equal(gpuc_record_reader_skip_mark(&first.records, NULL), GPUC_OK);
        assert_int_equal(gpuc_record_reader_skip_lines(&first.records,
                                                       cases[i / N_PIECES].n_lines, NULL),
                         GPUC_OK);
        assert_int_equal(gpuc_record_reader_offset(&first.records),
                         cases[i / N_PIECES].offset);
        assert_int_equal(first.records.line, cases[i / N_PIECES].line);
        assert_string_equal(first_field(&first), cases[i / N_PIECES].field);
        gpuc_record_reader_done(&first.records);
    }
}

/* More lines than any buffer should hold are read through. */
static void many_lines_take_no_memory(void **state)
{
    enum { N_LINES = 3 << 20 };
    (void)state;
    char *text = malloc(2 * N_LINES + 2);
    assert_non_null(text);
    for (size_t i = 0; i < N_LINES; i++)
        memcpy(text + 2 * i, "#\n", 2);
    memcpy(text + 2 * N_LINES, "x\n", 2);
    struct first_lines first;
    begin(&first, text, 2 * N_LINES + 2, 1 << 20);
    assert_int_equal(gpuc_record_reader_skip_lines(&first.records, N_LINES, NULL),
                     GPUC_OK);
    assert_true(first.records.buffer.capacity <= 1 << 20);
    assert_string_equal(first_field(&first), "x");
    assert_int_equal(first.records.first_line, N_LINES + 1);
    gpuc_record_reader_done(&first.records);
    free(text);
}

/* The first line that is not empty tells, and no byte behind it is read. */
static void the_first_line_tells(void **state)
{
    static const struct {
        const char *text;
        size_t size;
        size_t n_read; /* of which so many are read a byte at a time */
        bool is_csv;
    } cases[] = {
        {"a,b\nc\0d\n", 8, 4, true},
        {"a,b\r\nc\0d\n", 9, 4, true},
        {"\n\r\n\na,b\nc\n", 9, 8, true},
        {"a,b", 3, 3, true},
        {"", 0, 0, true},
        {"a,\0b\nc\n", 7, 5, false},
        {"\n\na,\0b\nc\n", 9, 7, false},
        {"PK\3\4xyz\n\n", 9, 8, false},
        {"\xFF\xFE"
         "a\0\n\0",
         6, 5, false},
    };
    (void)state;
    for (size_t i = 0; i < N_PIECES * sizeof cases / sizeof cases[0]; i++) {
        size_t piece = pieces[i % N_PIECES];
        struct first_lines first;
        begin(&first, cases[i / N_PIECES].text, cases[i / N_PIECES].size, piece);
        assert_int_equal(gpuc_record_reader_check(&first.records, NULL),
                         cases[i / N_PIECES].is_csv ? GPUC_OK : GPUC_EDATA);
        if (piece == 1)
            assert_int_equal(first.source.pos, cases[i / N_PIECES].n_read);
        gpuc_record_reader_done(&first.records);
    }
}

/* A line without an end is looked at as far as to 64 KiB. */
static void long_lines_are_looked_at_in_part(void **state)
{
    enum { LOOK_AT = 1 << 16, SIZE = 1 << 17 };
    (void)state;
    char *text = malloc(SIZE);
    assert_non_null(text);
    for (size_t at = LOOK_AT - 1; at <= LOOK_AT; at++)
        for (size_t piece = 1000; piece <= SIZE; piece += SIZE - 1000) {
            struct first_lines first;
            memset(text, 'a', SIZE);
            text[at] = '\0';
            begin(&first, text, SIZE, piece);
            assert_int_equal(gpuc_record_reader_check(&first.records, NULL),
                             at < LOOK_AT ? GPUC_EDATA : GPUC_OK);
            assert_true(first.source.pos < LOOK_AT + 1000 || piece > 1000);
            gpuc_record_reader_done(&first.records);
        }
    free(text);
}

/* A source that fails while lines are looked at or skipped. */
static void failures_are_told(void **state)
{
    static const char text[] = "a\nb\nc\n";
    (void)state;
    for (size_t at = 0; at < 4; at++) {
        struct first_lines first;
        begin(&first, text, sizeof text - 1, 1);
        first.source.fail_at = at;
        first.source.failure = GPUC_EIO;
        assert_int_equal(gpuc_record_reader_check(&first.records, NULL),
                         at < 2 ? GPUC_EIO : GPUC_OK);
        if (at >= 2)
            assert_int_equal(gpuc_record_reader_skip_lines(&first.records, 2, NULL),
                             GPUC_EIO);
        gpuc_record_reader_done(&first.records);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_skipped),
        cmocka_unit_test(many_lines_take_no_memory),
        cmocka_unit_test(the_first_line_tells),
        cmocka_unit_test(long_lines_are_looked_at_in_part),
        cmocka_unit_test(failures_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
