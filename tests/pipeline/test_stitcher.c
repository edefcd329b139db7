/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole texts through the reader and the stitcher, cut into pieces of every size: the
 * rows, their lines and what is wrong with them are those of one scan, and those of the
 * reference of reference.h.
 */
#include "pipeline/stitcher.h"

#include <stdio.h>

#include "csv/tricky.h"
#include "pipeline/memory_source.h"
#include "pipeline/stitching.h"
#include "support/cmocka_all.h"

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;

static struct gpuc_parser parser_named(const char *name)
{
    struct gpuc_parser parser;
    assert_int_equal(gpuc_parser_find(name, &parser, NULL), GPUC_OK);
    return parser;
}

/* A text, and what it must be read as. */
struct subject {
    struct reading_text text;
    struct reading expected;
    struct reading reading; /* of the last check */
    struct gpuc_batch batch;
    size_t n_checks;
};

static void check(struct subject *subject, const struct stitching *stitching,
                  bool is_anywhere)
{
    struct memory_source source = {.bytes = subject->text.bytes,
                                   .size = subject->text.size,
                                   .piece = SIZE_MAX,
                                   .is_anywhere = is_anywhere,
                                   .fail_at = SIZE_MAX};
    struct stitching with_batch = *stitching;
    with_batch.batch = &subject->batch;
    stitching_read(&with_batch, memory_source(&source), &subject->reading);
    const char *difference = reading_difference(&subject->reading, &subject->expected);
    if (difference != NULL) {
        reading_print(&subject->text, &subject->reading, &subject->expected);
        fail_msg("%s, pieces of %zu on %u threads", difference, stitching->piece_bytes,
                 stitching->n_threads);
    }
    subject->n_checks++;
}

static void subject_done(struct subject *subject)
{
    reading_done(&subject->expected);
    reading_done(&subject->reading);
    gpuc_batch_done(&subject->batch);
}

/* Sets what is expected: one scan's reading, which must be the reference's. */
static void expect_reference(struct subject *subject, const struct gpuc_parser *parser,
                             const struct gpuc_dialect *dialect)
{
    static struct reference reference;
    reference_read(&reference, subject->text.bytes, subject->text.size,
                   dialect->max_field_chars);
    reading_reference(&subject->expected, &reference);
    reading_whole(&subject->reading, parser, dialect, &subject->text);
    const char *difference = reading_difference(&subject->reading, &subject->expected);
    if (difference != NULL) {
        reading_print(&subject->text, &subject->reading, &subject->expected);
        fail_msg("%s, in one scan", difference);
    }
    struct reading whole = subject->reading;
    subject->reading = subject->expected;
    subject->expected = whole;
}

static void test_every_piece_size(void **state)
{
    enum { N_TEXTS = 6000 };
    static const uint32_t limits[] = {131072, 131072, 131072, 12, 2};
    (void)state;
    const struct gpuc_parser parser = parser_named(NULL);
    struct test_random random = {81};
    struct subject subject = {.n_checks = 0};
    size_t n_rows = 0, n_faults = 0;
    for (size_t i = 0; i < N_TEXTS; i++) {
        uint8_t bytes[TRICKY_SIZE_MAX];
        struct gpuc_dialect dialect = pandas;
        size_t size = tricky_text(&random, bytes);
        if (i % 16 == 0)
            tricky_break(&random, bytes, size);
        dialect.max_field_chars = limits[test_random_below(&random, 5)];
        subject.text = (struct reading_text){bytes, size, i % 64, 1};
        expect_reference(&subject, &parser, &dialect);
        n_rows += subject.expected.n_rows;
        n_faults += subject.expected.error.status != GPUC_OK;
        struct stitching stitching = {.parser = &parser, .dialect = &dialect};
        size_t step = size > 64 ? 7 : 1;
        for (size_t piece = 1 + i % step; piece <= size + 1; piece += step) {
            stitching.piece_bytes = piece;
            check(&subject, &stitching, (piece + i) % 2 == 0);
        }
    }
    print_message("%d texts, %zu rows, %zu faults, %zu readings\n", N_TEXTS, n_rows,
                  n_faults, subject.n_checks);
    assert_true(n_rows > N_TEXTS && n_faults > N_TEXTS / 10);
    subject_done(&subject);
}

static void test_threads(void **state)
{
    enum { N_TEXTS = 1500 };
    (void)state;
    const struct gpuc_parser parser = parser_named(NULL);
    struct test_random random = {82};
    struct subject subject = {.n_checks = 0};
    for (size_t i = 0; i < N_TEXTS; i++) {
        uint8_t bytes[TRICKY_SIZE_MAX];
        subject.text = (struct reading_text){bytes, tricky_text(&random, bytes), 0, 1};
        expect_reference(&subject, &parser, &pandas);
        for (unsigned n_threads = 1; n_threads <= 4; n_threads++) {
            size_t piece = 1 + test_random_below(&random, i % 2 == 0 ? 8 : 64);
            const struct stitching stitching = {.parser = &parser,
                                                .dialect = &pandas,
                                                .piece_bytes = piece,
                                                .n_threads = n_threads,
                                                .seed = i};
            check(&subject, &stitching, i % 2 == 0);
        }
    }
    print_message("%d texts, %zu readings\n", N_TEXTS, subject.n_checks);
    subject_done(&subject);
}

/* What may stand at a seam, at every place of a piece and behind every state. */
static void test_seams(void **state)
{
    static const char *const befores[] = {"a,b", "a,\"b",        "\"",
                                          "",    "a,b\r\n\"c\n", "\xC3\xA4,"};
    static const char *const seams[] = {"\r\n",     "\r",        "\n",   "\r\r\n\n",
                                        "\"\"",     "\",\"",     "\"\n", "\"\r\n\"",
                                        "\"\"\"\r", "\",\n\"\"", "\"x",  "\xE2\x82\xAC"};
    static const char *const afters[] = {"z\n", "z\"\r\n1,2\r\n3", "\n\n"};
    (void)state;
    const struct gpuc_parser parser = parser_named(NULL);
    struct subject subject = {.n_checks = 0};
    for (size_t i = 0; i < 6 * 12 * 3; i++)
        for (size_t n_x = 0; n_x < 70; n_x += n_x < 3 ? 1 : 11) {
            char bytes[REFERENCE_SIZE_MAX];
            char x[71] = "";
            memset(x, 'x', n_x);
            int size = snprintf(bytes, sizeof bytes, "%s%s%s%s", befores[i % 6], x,
                                seams[i / 6 % 12], afters[i / 72]);
            subject.text = (struct reading_text){bytes, (size_t)size, i % 64, 1};
            expect_reference(&subject, &parser, &pandas);
            struct stitching stitching = {.parser = &parser, .dialect = &pandas};
            for (size_t piece = 1; piece <= (size_t)size; piece++) {
                stitching.piece_bytes = piece;
                check(&subject, &stitching, piece % 2 == 0);
            }
        }
    print_message("%zu readings\n", subject.n_checks);
    subject_done(&subject);
}

/* No text is lost or taken twice because of how it is written. */
static void test_dialects(void **state)
{
    enum { N_TEXTS = 3000 };
    static const struct gpuc_dialect dialects[] = {
        {.delimiter = ' ', .quote = 'x', .max_field_chars = 131072},
        {.delimiter = ',', .quote = '"', .no_quote = true, .max_field_chars = 131072},
        {.delimiter = ',', .quote = '"', .comment = 'x', .max_field_chars = 131072},
        {.delimiter = '\t', .quote = '"', .comment = 'a', .max_field_chars = 3},
        {.delimiter = ',', .no_quote = true, .comment = '"', .max_field_chars = 131072},
    };
    (void)state;
    const struct gpuc_parser parser = parser_named(NULL);
    struct test_random random = {83};
    struct subject subject = {.n_checks = 0};
    for (size_t i = 0; i < N_TEXTS; i++) {
        uint8_t bytes[TRICKY_SIZE_MAX];
        const struct gpuc_dialect *dialect = &dialects[i % 5];
        subject.text =
            (struct reading_text){bytes, tricky_text(&random, bytes), i % 64, 1};
        reading_whole(&subject.expected, &parser, dialect, &subject.text);
        for (size_t piece = 1; piece < 40; piece += 1 + i % 3) {
            const struct stitching stitching = {.parser = &parser,
                                                .dialect = dialect,
                                                .piece_bytes = piece,
                                                .n_threads = piece == 7 ? 3 : 0};
            check(&subject, &stitching, i % 2 == 0);
        }
    }
    print_message("%d texts, %zu readings\n", N_TEXTS, subject.n_checks);
    subject_done(&subject);
}

/* libcsv reads whole records, whatever pieces they were cut from. */
static void test_libcsv(void **state)
{
    enum { N_TEXTS = 2000 };
    (void)state;
    const struct gpuc_parser parser = parser_named("libcsv");
    struct test_random random = {84};
    struct subject subject = {.n_checks = 0};
    size_t n_read = 0;
    for (size_t i = 0; i < N_TEXTS; i++) {
        uint8_t bytes[TRICKY_SIZE_MAX];
        subject.text =
            (struct reading_text){bytes, tricky_text(&random, bytes), i % 64, 1};
        reading_whole(&subject.expected, &parser, &pandas, &subject.text);
        n_read += subject.expected.error.status == GPUC_OK;
        for (size_t piece = 1; piece < 60; piece += 1 + i % 5) {
            const struct stitching stitching = {
                .parser = &parser, .dialect = &pandas, .piece_bytes = piece};
            check(&subject, &stitching, i % 2 == 0);
        }
    }
    print_message("%d texts, %zu read, %zu readings\n", N_TEXTS, n_read,
                  subject.n_checks);
    assert_true(n_read > N_TEXTS / 5);
    subject_done(&subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_piece_size),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_seams),
        cmocka_unit_test(test_dialects),
        cmocka_unit_test(test_libcsv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
