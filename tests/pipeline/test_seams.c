/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tricky files through every parser, cut in two at every place with the pieces at every
 * alignment, and cut into pieces of every size: one reading, which is the reference's.
 */
#include <stdio.h>
#include <stdlib.h>

#include "csv/seam_texts.h"
#include "pipeline/memory_source.h"
#include "pipeline/parsers.h"
#include "pipeline/stitcher.h"
#include "pipeline/stitching.h"
#include "support/cmocka_all.h"

enum { N_ALIGNMENTS = 64, ROOM = 4096 };

/* Some of the texts have fields that are longer. */
static const struct gpuc_dialect dialect = {
    .delimiter = ',', .quote = '"', .max_field_chars = 230};

/* A text and what all must read in it. */
struct subject {
    const char *name;
    struct reading_text text;
    struct reading expected;
    struct reading reading;
    struct gpuc_batch batch; /* used by one check after the other */
    size_t n_checks;
};

static void subject_set(struct subject *subject, const struct seam_text *text)
{
    static char bytes[ROOM];
    static struct reference reference;
    size_t size = seam_text_size(text);
    assert_true(size <= sizeof bytes);
    seam_text_write(text, bytes);
    subject->name = text->name;
    subject->text = (struct reading_text){bytes, size, 0, 1};
    const struct gpuc_parser portable = {.scanner = &gpuc_scanner_portable};
    reading_whole(&subject->expected, &portable, &dialect, &subject->text);
    if (size > REFERENCE_SIZE_MAX)
        return;
    reference_read(&reference, subject->text.bytes, size, dialect.max_field_chars);
    reading_reference(&subject->reading, &reference);
    const char *difference = reading_difference(&subject->expected, &subject->reading);
    if (difference != NULL) {
        reading_print(&subject->text, &subject->expected, &subject->reading);
        fail_msg("%s: %s than by the reference", subject->name, difference);
    }
}

static void subject_done(struct subject *subject)
{
    reading_done(&subject->expected);
    reading_done(&subject->reading);
    gpuc_batch_done(&subject->batch);
}

/* Fails the test unless the last reading is what is expected, or refused by libcsv. */
static void subject_check(struct subject *subject, const struct parser_under_test *parser,
                          size_t cut)
{
    const char *difference =
        parser_difference(parser, &subject->reading, &subject->expected);
    subject->n_checks++;
    if (difference == NULL)
        return;
    reading_print(&subject->text, &subject->reading, &subject->expected);
    fail_msg("%s: %s by %s, cut by %zu", subject->name, difference, parser->name, cut);
}

/* All texts through all parsers at all alignments, in one piece. */
static void test_whole(void **state)
{
    const struct parsers_under_test parsers = parsers_here();
    (void)state;
    struct subject subject = {.n_checks = 0};
    for (size_t t = 0; t < n_seam_texts; t++) {
        subject_set(&subject, &seam_texts[t]);
        for (size_t i = 0; i < parsers.n_items; i++)
            for (size_t alignment = 0; alignment < N_ALIGNMENTS; alignment++) {
                const struct gpuc_parser *parser = &parsers.items[i].parser;
                subject.text.alignment = alignment;
                reading_whole(&subject.reading, parser, &dialect, &subject.text);
                subject_check(&subject, &parsers.items[i], 0);
            }
    }
    print_message("%zu texts, %zu parsers, %zu readings\n", n_seam_texts, parsers.n_items,
                  subject.n_checks);
    assert_true(n_seam_texts >= 60);
    subject_done(&subject);
}

/* Joins one piece, which stands `alignment` bytes behind a multiple of 64. */
static void join(struct subject *subject, struct gpuc_stitcher *stitcher,
                 struct gpuc_span piece, size_t alignment)
{
    struct gpuc_batch *batch = &subject->batch;
    batch->input.size = 0;
    batch->piece_begin = N_ALIGNMENTS + alignment;
    batch->piece_size = piece.end - piece.begin;
    batch->at_end = piece.end == subject->text.size;
    assert_int_equal(gpuc_bytes_reserve(&batch->input, 2 * ROOM, NULL), GPUC_OK);
    if (batch->piece_size > 0)
        memcpy(batch->input.data + batch->piece_begin,
               (const char *)subject->text.bytes + piece.begin, batch->piece_size);
    struct gpuc_error error;
    enum gpuc_status status = gpuc_stitcher_join(stitcher, batch, GPUC_OK, &error);
    if (status == GPUC_OK)
        reading_add(&subject->reading, stitcher->dialect, &batch->rows,
                    batch->first_line);
    else if (subject->reading.error.status == GPUC_OK)
        fail_msg("%s: %s", subject->name, error.message);
}

/* Cuts the text behind `cut` bytes. */
static void check_cut(struct subject *subject, const struct parser_under_test *parser,
                      size_t cut, size_t alignment)
{
    struct gpuc_stitcher stitcher;
    reading_reset(&subject->reading);
    gpuc_stitcher_init(&stitcher, "memory", &parser->parser, &dialect, 1);
    subject->batch.sequence = 0;
    if (cut < subject->text.size)
        join(subject, &stitcher, (struct gpuc_span){0, cut}, alignment);
    subject->batch.sequence = stitcher.turn;
    struct gpuc_span rest = {cut < subject->text.size ? cut : 0, subject->text.size};
    join(subject, &stitcher, rest, (alignment * 37 + cut) % N_ALIGNMENTS);
    gpuc_stitcher_done(&stitcher);
    subject_check(subject, parser, cut);
}

/* Every cut, with the first piece at every alignment and the second at every other. */
static void test_every_cut(void **state)
{
    const struct parsers_under_test parsers = parsers_here();
    (void)state;
    struct subject subject = {.n_checks = 0};
    for (size_t t = 0; t < n_seam_texts; t++) {
        subject_set(&subject, &seam_texts[t]);
        for (size_t cut = 0; cut <= subject.text.size; cut++)
            for (size_t i = 0; i < parsers.n_items; i++) {
                /* All for the one that is used, fewer for the others. */
                size_t step = i == 0 ? 1 : 13;
                for (size_t k = (cut + i) % step; k < N_ALIGNMENTS; k += step)
                    check_cut(&subject, &parsers.items[i], cut, k);
            }
    }
    print_message("%zu readings\n", subject.n_checks);
    subject_done(&subject);
}

/* Pieces of every size, read in order and anywhere. */
static void check_piece_sizes(struct subject *subject,
                              const struct parsers_under_test *parsers, bool goes_on)
{
    for (size_t piece = 1; piece <= subject->text.size + 1; piece++) {
        const struct parser_under_test *parser =
            &parsers->items[piece % parsers->n_items];
        struct memory_source source = {.bytes = subject->text.bytes,
                                       .size = subject->text.size,
                                       .piece = SIZE_MAX,
                                       .is_anywhere = piece / 2 % 2 == 0,
                                       .fail_at = SIZE_MAX};
        const struct stitching stitching = {.parser = &parser->parser,
                                            .dialect = &dialect,
                                            .piece_bytes = piece,
                                            .n_threads = piece == 11 ? 3 : 0,
                                            .goes_on = goes_on,
                                            .batch = &subject->batch};
        stitching_read(&stitching, memory_source(&source), &subject->reading);
        subject_check(subject, parser, piece);
    }
}

static void test_every_piece_size(void **state)
{
    const struct parsers_under_test parsers = parsers_here();
    (void)state;
    struct subject subject = {.n_checks = 0};
    for (size_t t = 0; t < n_seam_texts; t++) {
        subject_set(&subject, &seam_texts[t]);
        check_piece_sizes(&subject, &parsers, false);
    }
    print_message("%zu readings\n", subject.n_checks);
    subject_done(&subject);
}

/* Reading goes on behind faulty rows; libcsv cannot. */
static void test_bad_rows(void **state)
{
    struct parsers_under_test parsers = parsers_here();
    const struct gpuc_parser portable = {.scanner = &gpuc_scanner_portable};
    (void)state;
    struct subject subject = {.n_checks = 0};
    size_t n_bad = 0;
    parsers.n_items--;
    for (size_t t = 0; t < n_seam_texts; t++) {
        subject.expected.goes_on = subject.reading.goes_on = false;
        subject_set(&subject, &seam_texts[t]);
        n_bad += subject.expected.error.status != GPUC_OK;
        subject.expected.goes_on = subject.reading.goes_on = true;
        reading_whole(&subject.expected, &portable, &dialect, &subject.text);
        assert_int_equal(subject.expected.error.status, GPUC_OK);
        check_piece_sizes(&subject, &parsers, true);
    }
    print_message("%zu readings of %zu texts with bad rows\n", subject.n_checks, n_bad);
    assert_true(n_bad > 10);
    subject_done(&subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_every_piece_size),
        cmocka_unit_test(test_bad_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
