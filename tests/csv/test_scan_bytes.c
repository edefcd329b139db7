/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The specification of scanners against a reading that goes from field to field and not
 * from byte to byte, on random texts: scanned whole, in two pieces cut at every place,
 * and byte by byte. Texts end at a guard page.
 */
#include <stdio.h>
#include <string.h>

#include "csv/parser.h"
#include "csv/tricky.h"
#include "support/cmocka_all.h"
#include "support/guard.h"

enum { N_TEXTS = 40000, TEXT_SIZE_MAX = TRICKY_SIZE_MAX + 8 };

/* What is true of a text. */
struct expected {
    uint32_t ends[TEXT_SIZE_MAX];
    size_t n_ends;
    uint32_t record_ends[TEXT_SIZE_MAX];
    size_t n_records;
    size_t n_lines;
    bool any_quote, any_odd_quote, any_high;
    bool is_open;   /* a quote is, at the end of the text */
    bool in_record; /* the last record has no line end */
};

static bool is_line_end(uint8_t byte)
{
    return byte == '\n' || byte == '\r';
}

/* Where the field that begins at `begin` ends. */
static size_t read_field(const struct gpuc_dialect *dialect, const uint8_t *bytes,
                         size_t begin, size_t size, struct expected *expected)
{
    size_t pos = begin;
    bool quotes = !dialect->no_quote;
    if (quotes && pos < size && bytes[pos] == dialect->quote) {
        const uint8_t *quote;
        expected->any_quote = true;
        do {
            quote = memchr(bytes + pos + 1, dialect->quote, size - pos - 1);
            expected->is_open = quote == NULL;
            if (quote == NULL)
                return size;
            pos = (size_t)(quote - bytes) + 1;
        } while (pos < size && bytes[pos] == dialect->quote);
        if (pos < size && bytes[pos] != dialect->delimiter && !is_line_end(bytes[pos]))
            expected->any_odd_quote = true;
    }
    while (pos < size && bytes[pos] != dialect->delimiter && !is_line_end(bytes[pos])) {
        expected->any_quote |= quotes && bytes[pos] == dialect->quote;
        pos++;
    }
    return pos;
}

/* The place behind a record that begins at `pos`. */
static size_t read_record(const struct gpuc_dialect *dialect, const uint8_t *bytes,
                          size_t pos, size_t size, struct expected *expected)
{
    expected->in_record = true;
    if (dialect->comment != 0 && bytes[pos] == dialect->comment) {
        while (pos < size && !is_line_end(bytes[pos]))
            pos++;
    } else {
        pos = read_field(dialect, bytes, pos, size, expected);
        while (pos < size && bytes[pos] == dialect->delimiter) {
            expected->ends[expected->n_ends++] = (uint32_t)pos;
            pos = read_field(dialect, bytes, pos + 1, size, expected);
        }
    }
    if (pos == size)
        return size;
    expected->in_record = false;
    expected->ends[expected->n_ends++] = (uint32_t)pos;
    expected->record_ends[expected->n_records++] = (uint32_t)expected->n_ends;
    bool is_two = bytes[pos] == '\r' && pos + 1 < size && bytes[pos + 1] == '\n';
    return pos + 1 + is_two;
}

static void read_all(const struct gpuc_dialect *dialect, const uint8_t *bytes,
                     size_t size, struct expected *expected)
{
    expected->n_ends = expected->n_records = expected->n_lines = 0;
    expected->any_quote = expected->any_odd_quote = expected->any_high = false;
    expected->is_open = expected->in_record = false;
    for (size_t pos = 0; pos < size;)
        pos = read_record(dialect, bytes, pos, size, expected);
    for (size_t i = 0; i < size; i++) {
        bool is_second = bytes[i] == '\n' && i > 0 && bytes[i - 1] == '\r';
        expected->n_lines += is_line_end(bytes[i]) && !is_second;
        expected->any_high |= bytes[i] > 127;
    }
}

/* What is wrong with an index and the state at its end, NULL if nothing is. */
static const char *fault_of(struct gpuc_index *index, const struct gpuc_scan_state *state,
                            const struct expected *expected, size_t size)
{
    if (index->n_ends != expected->n_ends ||
        memcmp(index->ends, expected->ends, sizeof *index->ends * index->n_ends) != 0)
        return "other ends of fields";
    if (index->n_records != expected->n_records ||
        memcmp(index->record_ends, expected->record_ends,
               sizeof *index->record_ends * index->n_records) != 0)
        return "other ends of records";
    if (index->n_lines != expected->n_lines)
        return "another number of lines";
    if (index->any_quote != expected->any_quote ||
        index->any_odd_quote != expected->any_odd_quote ||
        index->any_high != expected->any_high)
        return "another flag";
    if (state->in_record != expected->in_record ||
        (!state->in_record && state->place != GPUC_SCAN_START))
        return "another state at the end";
    enum gpuc_row_fault fault = gpuc_end_input(state, size, index);
    if (fault != (expected->is_open ? GPUC_ROW_QUOTE_OPEN : GPUC_ROW_GOOD))
        return "another fault at the end";
    size_t n_more = expected->in_record;
    if (index->n_ends != expected->n_ends + n_more ||
        index->n_records != expected->n_records + n_more ||
        (n_more > 0 && (index->ends[index->n_ends - 1] != size ||
                        index->record_ends[index->n_records - 1] != index->n_ends)))
        return "another last record";
    return NULL;
}

/* Scans a text in pieces: up to `cut`, then up to the end in steps of `step`. */
static void check_pieces(const struct gpuc_dialect *dialect, const uint8_t *bytes,
                         size_t size, size_t cut, size_t step,
                         const struct expected *expected)
{
    static struct gpuc_index index;
    struct gpuc_scan_state state = GPUC_SCAN_STATE_INIT;
    gpuc_index_reset(&index);
    assert_int_equal(gpuc_index_reserve(&index, size + 8, size + 8, NULL), GPUC_OK);
    struct gpuc_scan_text piece = {bytes, 0, cut};
    for (;;) {
        gpuc_scan_bytes(dialect, &piece, &state, &index);
        if (piece.end == size)
            break;
        piece.begin = piece.end;
        piece.end = size - piece.end < step ? size : piece.end + step;
    }
    const char *fault = fault_of(&index, &state, expected, size);
    if (fault == NULL)
        return;
    for (size_t i = 0; i < size; i++)
        print_error("%02x%s", bytes[i], i + 1 == cut ? "|" : " ");
    fail_msg("%s, cut at %zu of %zu, then every %zu", fault, cut, size, step);
}

static size_t check_text(const struct gpuc_dialect *dialect, const uint8_t *bytes,
                         size_t size)
{
    static struct expected expected;
    read_all(dialect, bytes, size, &expected);
    assert_int_equal(gpuc_count_lines(bytes, size), expected.n_lines);
    for (size_t cut = 0; cut <= size; cut++)
        check_pieces(dialect, bytes, size, cut, size, &expected);
    check_pieces(dialect, bytes, size, 0, 1, &expected);
    check_pieces(dialect, bytes, size, 0, 3, &expected);
    return size + 3;
}

static const struct gpuc_dialect dialects[] = {
    GPUC_DIALECT_PANDAS,
    {.delimiter = ',', .quote = '"', .comment = 'a', .max_field_chars = 9},
    {.delimiter = ',', .quote = '"', .no_quote = true, .max_field_chars = 9},
    {.delimiter = ',', .quote = '"', .no_quote = true, .comment = '"'},
    {.delimiter = '\t', .quote = 'x', .comment = ',', .max_field_chars = 9},
    {.delimiter = ' ', .quote = ',', .comment = '"', .max_field_chars = 9},
};
enum { N_DIALECTS = sizeof dialects / sizeof dialects[0] };

static void test_random_texts(void **state)
{
    (void)state;
    struct test_guard guard = test_guard_new(TRICKY_SIZE_MAX);
    struct test_random random = {5};
    size_t n_scans = 0, n_bytes = 0;
    for (size_t i = 0; i < N_TEXTS; i++) {
        uint8_t bytes[TRICKY_SIZE_MAX];
        size_t size = tricky_text(&random, bytes);
        n_scans += check_text(&dialects[i % N_DIALECTS],
                              test_guard_copy(&guard, bytes, size), size);
        n_bytes += size;
    }
    print_message("%d texts, %zu bytes, %zu scans\n", N_TEXTS, n_bytes, n_scans);
    test_guard_free(&guard);
}

/* Line ends at every place around the seams of blocks, inside quotes and outside. */
static void test_line_ends_at_seams(void **state)
{
    static const char *const ends[] = {"\r\n", "\r", "\n", "\r\r\n", "\n\r", "\r\n\r\n"};
    (void)state;
    size_t n_texts = 0;
    for (size_t place = 56; place < 140; place++)
        for (size_t i = 0; i < 2 * sizeof ends / sizeof ends[0]; i++, n_texts++) {
            uint8_t bytes[TRICKY_SIZE_MAX + 1];
            int size = snprintf((char *)bytes, sizeof bytes, "%s%0*d%s0%s",
                                i % 2 == 0 ? "" : "\"", (int)place, 0, ends[i / 2],
                                i % 2 == 0 ? "" : "\"\r\n");
            check_text(&dialects[0], bytes, (size_t)size);
        }
    print_message("%zu texts\n", n_texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_line_ends_at_seams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
