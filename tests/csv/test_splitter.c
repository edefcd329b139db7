/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The splitter against a plain automaton that takes byte after byte, on random texts: fed
 * whole, in two pieces cut at every place, byte by byte, and stopping after every one,
 * two or three records. Texts end at a guard page.
 */
#include "csv/splitter.h"

#include <stdio.h>
#include <string.h>

#include "csv/parser.h"
#include "csv/record_ends.h"
#include "csv/tricky.h"
#include "support/cmocka_all.h"
#include "support/guard.h"

enum { N_TEXTS = 200000 };

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;

/* What is true of a text, found the slow way. */
struct reference {
    size_t ends[TRICKY_SIZE_MAX]; /* where records end, the line end included */
    size_t n_ends;
    size_t n_lines[TRICKY_SIZE_MAX + 1]; /* line ends before each place */
};

static void find_lines(const uint8_t *bytes, size_t size, struct reference *reference)
{
    reference->n_lines[0] = 0;
    for (size_t i = 0; i < size; i++) {
        bool is_first_of_two = bytes[i] == '\r' && i + 1 < size && bytes[i + 1] == '\n';
        bool ends = bytes[i] == '\n' || (bytes[i] == '\r' && !is_first_of_two);
        reference->n_lines[i + 1] = reference->n_lines[i] + ends;
    }
}

/* A splitter that is being fed, and what it found so far. */
struct feed {
    const uint8_t *bytes;
    size_t size;
    const struct reference *reference;
    struct gpuc_splitter splitter;
    size_t pos;
    size_t n_found;
};

static struct feed begin(const uint8_t *bytes, size_t size,
                         const struct reference *reference)
{
    return (struct feed){.bytes = bytes,
                         .size = size,
                         .reference = reference,
                         .splitter = gpuc_splitter_init(&pandas)};
}

/* The first thing that is wrong with one scan, NULL if nothing is. */
static const char *fault_of(const struct feed *feed, const struct gpuc_split *split,
                            size_t size, bool at_end, size_t max_records)
{
    const size_t *n_lines = feed->reference->n_lines;
    size_t pos = feed->pos;
    if (split->scanned > size || split->n_records > max_records)
        return "scanned too much";
    if (split->n_records > feed->reference->n_ends - feed->n_found)
        return "too many records";
    if (split->n_lines != n_lines[pos + split->scanned] - n_lines[pos])
        return "wrong number of lines";
    if (split->field_too_big)
        return "a field called too big";
    if (split->n_records == 0 && split->last_end + split->n_lines_to_end != 0)
        return "an end without a record";
    if (split->n_records > 0) {
        size_t end = feed->reference->ends[feed->n_found + split->n_records - 1];
        if (pos + split->last_end != end)
            return "wrong end of a record";
        if (split->n_lines_to_end != n_lines[end] - n_lines[pos])
            return "wrong number of lines to an end";
    }
    if (split->n_records == max_records)
        return split->scanned == split->last_end ? NULL : "went on after the last record";
    bool waits = size > 0 && split->scanned == size - 1 && !at_end &&
                 feed->bytes[pos + split->scanned] == '\r';
    return split->scanned == size || waits ? NULL : "stopped early";
}

/* Feeds the bytes up to `end`, in as many scans as max_records makes of it. */
static void feed_to(struct feed *feed, size_t end, size_t max_records)
{
    struct gpuc_split split;
    bool at_end = end == feed->size;
    do {
        size_t size = end - feed->pos;
        split = gpuc_splitter_scan(&feed->splitter, feed->bytes + feed->pos, size, at_end,
                                   max_records);
        const char *fault = fault_of(feed, &split, size, at_end, max_records);
        if (fault != NULL) {
            for (size_t i = 0; i < feed->size; i++)
                print_error("%02x%s", feed->bytes[i], i + 1 == feed->pos ? "|" : " ");
            fail_msg("%s, fed to %zu of %zu", fault, end, feed->size);
        }
        feed->pos += split.scanned;
        feed->n_found += split.n_records;
    } while (split.n_records == max_records);
}

static void check_end(const struct feed *feed)
{
    if (feed->pos != feed->size || feed->n_found != feed->reference->n_ends)
        fail_msg("%zu of %zu bytes, %zu of %zu records", feed->pos, feed->size,
                 feed->n_found, feed->reference->n_ends);
}

static void check_text(const uint8_t *bytes, size_t size, size_t *n_cuts)
{
    static const size_t max_records[] = {1, 2, 3, SIZE_MAX};
    struct reference reference;
    reference.n_ends = record_ends(bytes, size, reference.ends);
    find_lines(bytes, size, &reference);
    assert_int_equal(gpuc_count_lines(bytes, size), reference.n_lines[size]);
    for (size_t i = 0; i < 4; i++) {
        struct feed whole = begin(bytes, size, &reference);
        feed_to(&whole, size, max_records[i]);
        check_end(&whole);
    }
    for (size_t cut = 1; cut < size; cut++, (*n_cuts)++) {
        struct feed two = begin(bytes, size, &reference);
        feed_to(&two, cut, max_records[cut % 4]);
        feed_to(&two, size, max_records[cut / 4 % 4]);
        check_end(&two);
    }
    struct feed bytewise = begin(bytes, size, &reference);
    for (size_t end = 1; end <= size; end++)
        feed_to(&bytewise, end, SIZE_MAX);
    check_end(&bytewise);
}

static void test_random_texts(void **state)
{
    (void)state;
    struct test_guard guard = test_guard_new(TRICKY_SIZE_MAX);
    struct test_random random = {5};
    size_t n_cuts = 0, n_bytes = 0;
    for (size_t i = 0; i < N_TEXTS; i++) {
        uint8_t bytes[TRICKY_SIZE_MAX];
        size_t size = tricky_text(&random, bytes);
        check_text(test_guard_copy(&guard, bytes, size), size, &n_cuts);
        n_bytes += size;
    }
    print_message("%d texts, %zu bytes, %zu cuts\n", N_TEXTS, n_bytes, n_cuts);
    test_guard_free(&guard);
}

/* A CR LF at every place around the seams of blocks, inside quotes and outside. */
static void test_line_ends_at_seams(void **state)
{
    static const char *const ends[] = {"\r\n", "\r", "\n", "\r\r\n", "\n\r", "\r\n\r\n"};
    (void)state;
    size_t n_texts = 0, n_cuts = 0;
    for (size_t place = 0; place < 140; place++)
        for (size_t after = 0; after < 140; after += 29)
            for (size_t i = 0; i < 2 * sizeof ends / sizeof ends[0]; i++) {
                uint8_t bytes[TRICKY_SIZE_MAX + 1];
                int size =
                    snprintf((char *)bytes, sizeof bytes, "%s%0*d%s%0*d%s",
                             i % 2 == 0 ? "" : "\"", (int)place + 1, 0, ends[i / 2],
                             (int)after + 1, 0, i % 2 == 0 ? "" : "\"\r\n");
                check_text(bytes, (size_t)size, &n_cuts);
                n_texts++;
            }
    print_message("%zu texts, %zu cuts\n", n_texts, n_cuts);
}

/* Only what cannot be a legal field is called too big, at most a block late. */
static void test_field_too_big(void **state)
{
    const struct gpuc_dialect small = {
        .delimiter = ',', .quote = '"', .max_field_chars = 10};
    const size_t legal = (size_t)small.max_field_chars * 4 + 2;
    (void)state;
    size_t n_refused = 0;
    for (size_t before = 0; before < 70; before++)
        for (size_t field = 0; field < 200; field++) {
            uint8_t bytes[300];
            memset(bytes, ',', before);
            memset(bytes + before, 'x', field);
            memcpy(bytes + before + field, "\n1,2\n", 5);
            struct gpuc_splitter splitter = gpuc_splitter_init(&small);
            struct gpuc_split split =
                gpuc_splitter_scan(&splitter, bytes, before + field + 5, true, SIZE_MAX);
            if (field <= legal)
                assert_false(split.field_too_big);
            if (field > legal + 2 * 64)
                assert_true(split.field_too_big);
            if (split.field_too_big)
                assert_in_range(split.scanned - before, legal + 1, legal + 2 * 64);
            else
                assert_int_equal(split.scanned, before + field + 5);
            n_refused += split.field_too_big;
        }
    print_message("%zu fields called too big\n", n_refused);
}

/* Whatever the place where a field that is too big is cut, the parser says just that. */
static void test_parser_refuses_what_was_cut(void **state)
{
    static const char *const chars[] = {"x", "\xC3\xA4", "\xE2\x82\xAC",
                                        "\xF0\x9F\x98\x80", "\"\""};
    const struct gpuc_dialect small = {
        .delimiter = ',', .quote = '"', .max_field_chars = 20};
    (void)state;
    size_t n_cut = 0;
    for (size_t before = 0; before < 70; before++)
        for (size_t n_chars = 19; n_chars < 90; n_chars++)
            for (size_t i = 0; i < 9; i++) {
                bool quoted = i >= 4;
                const char *one = chars[i % 5];
                struct gpuc_bytes bytes = {0};
                assert_int_equal(gpuc_bytes_reserve(&bytes, 1000, NULL), GPUC_OK);
                memset(bytes.data, ',', bytes.size = before);
                gpuc_bytes_put(&bytes, "\"", quoted);
                for (size_t k = 0; k < n_chars; k++)
                    gpuc_bytes_put(&bytes, one, strlen(one));
                gpuc_bytes_put(&bytes, "\"\n", 2);
                struct gpuc_splitter splitter = gpuc_splitter_init(&small);
                struct gpuc_split split =
                    gpuc_splitter_scan(&splitter, bytes.data, bytes.size, true, SIZE_MAX);
                n_cut += split.field_too_big;
                bytes.size = split.scanned;
                struct gpuc_table table = {0};
                const struct gpuc_table_shape shape = {1, 100, 3};
                const struct gpuc_records records = {"in.csv", 1, &bytes, true};
                struct gpuc_error error = {.message = ""};
                enum gpuc_status status = gpuc_parse_records(
                    &gpuc_parser_native, &small, &records, &shape, &table, &error);
                bool too_big = n_chars + !quoted > 20; /* the quote behind counts there */
                assert_true(too_big || !split.field_too_big);
                assert_int_equal(status, too_big ? GPUC_EDATA : GPUC_OK);
                assert_string_equal(
                    error.message,
                    too_big ? "in.csv:1: field larger than field limit (20)" : "");
                gpuc_table_done(&table);
                gpuc_bytes_done(&bytes);
            }
    print_message("%zu fields cut\n", n_cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_line_ends_at_seams),
        cmocka_unit_test(test_field_too_big),
        cmocka_unit_test(test_parser_refuses_what_was_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
