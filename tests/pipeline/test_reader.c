/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Batches against a plain automaton: together they are the input, they end where records
 * end, and they hold as much as they may, for every size of reads.
 */
#include "pipeline/reader.h"

#include <stdio.h>
#include <stdlib.h>

#include "csv/parser.h"
#include "csv/record_ends.h"
#include "csv/tricky.h"
#include "pipeline/memory_source.h"
#include "support/cmocka_all.h"

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;

/* A text under test, and where its records end. */
struct text {
    uint8_t *bytes;
    size_t size;
    size_t *ends;
    size_t n_ends;
};

static void find_ends(struct text *text)
{
    text->ends = realloc(text->ends, (text->size + 1) * sizeof *text->ends);
    assert_non_null(text->ends);
    text->n_ends = record_ends(text->bytes, text->size, text->ends);
    /* What follows the last line end is a record too. */
    size_t last = text->n_ends > 0 ? text->ends[text->n_ends - 1] : 0;
    if (last < text->size)
        text->ends[text->n_ends++] = text->size;
}

static uint64_t count_lines(const uint8_t *bytes, size_t size)
{
    uint64_t n_lines = 0;
    for (size_t i = 0; i < size; i++)
        n_lines += bytes[i] == '\n' ||
                   (bytes[i] == '\r' && !(i + 1 < size && bytes[i + 1] == '\n'));
    return n_lines;
}

/* What is wrong with a batch that begins with record `first`; NULL if nothing is. */
static const char *batch_fault(const struct text *text, const struct gpuc_batch *batch,
                               size_t first, size_t batch_rows)
{
    size_t begin = first > 0 ? text->ends[first - 1] : 0;
    size_t n = batch->n_records;
    if (n == 0 || n > batch_rows || n > text->n_ends - first)
        return "a wrong number of records";
    size_t end = text->ends[first + n - 1];
    if (batch->input.size != end - begin || batch->input_size != end - begin)
        return "not cut where a record ends";
    if (memcmp(batch->input.data, text->bytes + begin, end - begin) != 0)
        return "other bytes";
    if (n < batch_rows && end < text->size && end - begin < GPUC_BATCH_BYTES &&
        text->ends[first + n] - begin <= GPUC_BATCH_BYTES)
        return "cut too early";
    size_t last_begin = n > 1 ? text->ends[first + n - 2] : begin;
    if (last_begin - begin > GPUC_BATCH_BYTES)
        return "cut too late";
    return NULL;
}

/* Reads a text in batches; returns how many they are. */
static size_t check_text(const struct text *text, size_t batch_rows, size_t piece)
{
    struct memory_source source = {
        .bytes = text->bytes, .size = text->size, .piece = piece, .fail_at = SIZE_MAX};
    struct gpuc_reader reader;
    struct gpuc_batch batch = {.sequence = SIZE_MAX};
    size_t n_batches = 0, n_found = 0;
    uint64_t line = 1;
    bool more = true;
    gpuc_reader_init(&reader, memory_source(&source), &pandas, batch_rows, 0, 1);
    for (;;) {
        assert_int_equal(gpuc_reader_next(&reader, &batch, &more, NULL), GPUC_OK);
        if (!more)
            break;
        const char *fault = batch_fault(text, &batch, n_found, batch_rows);
        if (batch.first_line != line)
            fault = "a wrong line";
        if (fault != NULL)
            fail_msg("%s: batch %zu of up to %zu records, reads of %zu", fault, n_batches,
                     batch_rows, piece);
        assert_int_equal(batch.sequence, n_batches++);
        line += count_lines(batch.input.data, batch.input.size);
        n_found += batch.n_records;
    }
    assert_int_equal(n_found, text->n_ends);
    assert_int_equal(gpuc_reader_next(&reader, &batch, &more, NULL), GPUC_OK);
    assert_false(more);
    gpuc_reader_done(&reader);
    gpuc_batch_done(&batch);
    return n_batches;
}

static void test_random_texts(void **state)
{
    enum { N_TEXTS = 4000 };
    static const size_t batch_rows[] = {1, 2, 7, 1000};
    static const size_t pieces[] = {1, 2, 13, 64, 1 << 20};
    (void)state;
    uint8_t bytes[TRICKY_SIZE_MAX];
    struct text text = {.bytes = bytes};
    struct test_random random = {14};
    size_t n_batches = 0;
    for (size_t i = 0; i < N_TEXTS; i++) {
        text.size = tricky_text(&random, bytes);
        find_ends(&text);
        for (size_t k = 0; k < 4; k++)
            n_batches += check_text(&text, batch_rows[k], pieces[(i + k) % 5]);
    }
    free(text.ends);
    print_message("%d texts, %zu batches\n", N_TEXTS, n_batches);
}

/* Fills with rows of 1,000 bytes and ends with what is left of them. */
static void fill_rows(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)("0123456789,\""[i % 10 == 0 ? 10 : i % 7]);
    for (size_t i = 999; i < size; i += 1000)
        bytes[i] = '\n';
}

/*
 * Line ends at every place near the ends of reads, and where a batch has enough bytes:
 * outside quotes, and as a part of a quoted field.
 */
static void test_seams(void **state)
{
    enum { ROOM = GPUC_BATCH_BYTES + 20000, BEFORE = 68, AFTER = 4 };
    static const char *const ends[] = {"\r\n", "\r", "\n", ",\"\r\n\",\"\"\r",
                                       "\r\r\n\n"};
    static const struct {
        size_t place, piece;
    } seams[] = {{GPUC_BATCH_BYTES, SIZE_MAX}, {1 << 18, SIZE_MAX}, {65536, 65536}};
    (void)state;
    struct text text = {.bytes = malloc(ROOM)};
    size_t n_texts = 0;
    assert_non_null(text.bytes);
    for (size_t i = 0; i < 3 * (BEFORE + AFTER) * 5; i++) {
        size_t seam = seams[i % 3].place;
        size_t place = seam - BEFORE + i / 15;
        const char *end = ends[i / 3 % 5];
        /* CR LF at every place, the others at every third. */
        if (end != ends[0] && (place + i) % 3 != 0)
            continue;
        text.size = seam + 20000;
        fill_rows(text.bytes, text.size);
        memcpy(text.bytes + place, end, strlen(end));
        find_ends(&text);
        check_text(&text, 100000, seams[i % 3].piece);
        n_texts++;
    }
    print_message("%zu texts\n", n_texts);
    free(text.bytes);
    free(text.ends);
}

/* Records of several MiB, with line ends in their fields, among small ones. */
static void test_large_records(void **state)
{
    enum { N_LARGE = 3, FIELD = 100000, N_FIELDS = 25, ROOM = 10 << 20 };
    (void)state;
    struct text text = {.bytes = malloc(ROOM)};
    assert_non_null(text.bytes);
    for (size_t large = 0; large < N_LARGE; large++) {
        for (size_t i = 0; i < 5; i++)
            text.size +=
                (size_t)sprintf((char *)text.bytes + text.size, "small,%zu\n", i);
        for (size_t i = 0; i < N_FIELDS; i++) {
            uint8_t *field = text.bytes + text.size;
            memset(field, 'x', FIELD);
            memcpy(field, i % 2 == 0 ? "\"\r\n" : "\"\"\"", 3);
            memcpy(field + FIELD - 3, i == N_FIELDS - 1 ? "\"\r\n" : "\n\",", 3);
            text.size += FIELD;
        }
    }
    find_ends(&text);
    assert_int_equal(text.n_ends, 6 * N_LARGE);
    size_t n_batches = 0;
    static const size_t batch_rows[] = {1, 2, 7, 1000};
    for (size_t i = 0; i < 4; i++) {
        n_batches += check_text(&text, batch_rows[i], 1 << 20);
        n_batches += check_text(&text, batch_rows[i], 70001);
    }
    print_message("%zu batches of %zu bytes\n", n_batches, text.size);
    free(text.bytes);
    free(text.ends);
}

/* A reader that begins in the middle, at a record. */
static void test_offset(void **state)
{
    (void)state;
    static const char bytes[] = "a\n\"b\nb\"\nc\r\nd";
    struct memory_source source = {.bytes = (const uint8_t *)bytes,
                                   .size = sizeof bytes - 1,
                                   .piece = 2,
                                   .fail_at = SIZE_MAX};
    struct gpuc_reader reader;
    struct gpuc_batch batch = {.sequence = 7};
    bool more;
    gpuc_reader_init(&reader, memory_source(&source), &pandas, 1, 8, 4);
    assert_int_equal(gpuc_reader_next(&reader, &batch, &more, NULL), GPUC_OK);
    assert_int_equal(batch.sequence, 0);
    assert_int_equal(batch.first_line, 4);
    assert_int_equal(batch.input.size, 3);
    assert_memory_equal(batch.input.data, "c\r\n", 3);
    assert_int_equal(gpuc_reader_next(&reader, &batch, &more, NULL), GPUC_OK);
    assert_int_equal(batch.first_line, 5);
    assert_memory_equal(batch.input.data, "d", 1);
    gpuc_reader_done(&reader);
    gpuc_batch_done(&batch);
}

/* A field that is too big ends its batch, whose parser then says where it is. */
static void test_field_too_big(void **state)
{
    enum { N_BEFORE = 50, SIZE = 2000 };
    const struct gpuc_dialect small = {
        .delimiter = ',', .quote = '"', .max_field_chars = 100};
    (void)state;
    size_t n_checked = 0;
    for (size_t quoted = 0; quoted < 2; quoted++)
        for (size_t batch_rows = 1; batch_rows < 70; batch_rows += 17) {
            uint8_t bytes[3 * N_BEFORE + SIZE + 1];
            for (size_t i = 0; i < N_BEFORE; i++)
                memcpy(bytes + 3 * i, "\"\n\"", 3); /* one record of many lines */
            memset(bytes + 3 * N_BEFORE, 'x', SIZE);
            memcpy(bytes + 3 * N_BEFORE, quoted ? "\n\n\"" : "\n\nx", 3);
            struct memory_source source = {.bytes = bytes,
                                           .size = 3 * N_BEFORE + SIZE,
                                           .piece = 100,
                                           .fail_at = SIZE_MAX};
            struct gpuc_reader reader;
            struct gpuc_batch batch = {.sequence = 0};
            struct gpuc_error error;
            bool more = true;
            enum gpuc_status status = GPUC_OK;
            gpuc_reader_init(&reader, memory_source(&source), &small, batch_rows, 0, 1);
            while (status == GPUC_OK && more) {
                assert_int_equal(gpuc_reader_next(&reader, &batch, &more, NULL), GPUC_OK);
                assert_true(more);
                const struct gpuc_records records = {"in.csv", batch.first_line,
                                                     &batch.input, true};
                const struct gpuc_table_shape shape = {1, 1, batch.n_records};
                status = gpuc_parse_records(&gpuc_parser_native, &small, &records, &shape,
                                            &batch.table, &error);
            }
            assert_int_equal(status, GPUC_EDATA);
            assert_string_equal(error.message,
                                "in.csv:53: field larger than field limit (100)");
            /* Most of it was never read. */
            assert_true(source.pos < SIZE);
            gpuc_reader_done(&reader);
            gpuc_batch_done(&batch);
            n_checked++;
        }
    print_message("%zu inputs\n", n_checked);
}

static void test_record_too_big(void **state)
{
    (void)state;
    struct memory_source source = {
        .size = SIZE_MAX, .piece = SIZE_MAX, .fail_at = SIZE_MAX};
    struct gpuc_reader reader;
    struct gpuc_batch batch = {.sequence = 7};
    struct gpuc_error error;
    bool more;
    gpuc_reader_init(&reader, memory_source(&source), &pandas, 10, 0, 3);
    assert_int_equal(gpuc_reader_next(&reader, &batch, &more, &error), GPUC_EDATA);
    assert_string_equal(error.message,
                        "memory:3: a record of more than 268435456 bytes begins here");
    assert_int_equal(batch.sequence, 0);
    gpuc_reader_done(&reader);
    gpuc_batch_done(&batch);
}

/* Whatever read fails, the batches before it are right and its own has a number. */
static void test_source_fails(void **state)
{
    (void)state;
    static const char bytes[] = "a\nbb\n\"c\nc\"\nd\n\ne\n";
    for (size_t fail_at = 0; fail_at < 20; fail_at++) {
        struct memory_source source = {.bytes = (const uint8_t *)bytes,
                                       .size = sizeof bytes - 1,
                                       .piece = 2,
                                       .fail_at = fail_at,
                                       .failure = GPUC_EIO};
        struct gpuc_reader reader;
        struct gpuc_batch batch = {.sequence = 7};
        struct gpuc_error error;
        enum gpuc_status status;
        size_t pos = 0;
        bool more = true;
        uint64_t sequence = 0;
        gpuc_reader_init(&reader, memory_source(&source), &pandas, 2, 0, 1);
        while ((status = gpuc_reader_next(&reader, &batch, &more, &error)) == GPUC_OK &&
               more) {
            assert_memory_equal(batch.input.data, bytes + pos, batch.input.size);
            pos += batch.input.size;
            assert_int_equal(batch.sequence, sequence++);
        }
        bool reached = fail_at <= (sizeof bytes - 1) / 2; /* the last finds the end */
        assert_int_equal(status, reached ? GPUC_EIO : GPUC_OK);
        assert_int_equal(batch.sequence, sequence);
        gpuc_reader_done(&reader);
        gpuc_batch_done(&batch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_texts),  cmocka_unit_test(test_seams),
        cmocka_unit_test(test_large_records), cmocka_unit_test(test_offset),
        cmocka_unit_test(test_field_too_big), cmocka_unit_test(test_record_too_big),
        cmocka_unit_test(test_source_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
