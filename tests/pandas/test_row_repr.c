/* SPDX-License-Identifier: Apache-2.0 */
/*
 * repr(row) against plain_repr.h, on random rows and at the edges of what is cut and of
 * what is left out. Texts are written to buffers that end at a guard page, as large as
 * the contract asks for.
 */
#include "pandas/row_repr.h"

#include <stdio.h>

#include "base/copy.h"
#include "pandas/plain_repr.h"
#include "support/cmocka_all.h"
#include "support/guard.h"
#include "support/random.h"

enum { TEXT_CAPACITY = 1 << 16, EXPECTED_SIZE = 1 << 17 };

/* A table of one row under construction, beside the same row in plain form. */
struct fixture {
    struct test_guard table_guard;
    struct test_guard text_guard;
    struct gpuc_labels labels;
    struct gpuc_table table;
    struct gpuc_field fields[PLAIN_COLUMNS_MAX + 1];
    /* Of the fields; moved to the guard page at the end. */
    uint8_t text[TEXT_CAPACITY + GPUC_TEXT_SLACK];
    size_t text_size;
    uint8_t name[PLAIN_CHARS_MAX];
    size_t name_size;
    struct plain_row row;
};

static struct fixture fixture;
static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;

static int make_fixture(void **state)
{
    (void)state;
    fixture.table_guard = test_guard_new(TEXT_CAPACITY + GPUC_TEXT_SLACK);
    fixture.text_guard = test_guard_new(TEXT_CAPACITY);
    return 0;
}

static int free_fixture(void **state)
{
    (void)state;
    test_guard_free(&fixture.table_guard);
    test_guard_free(&fixture.text_guard);
    return 0;
}

static void begin_row(const char *name, size_t name_size)
{
    fixture.text_size = 0;
    fixture.row.n_columns = 0;
    fixture.row.name.n = 0;
    plain_put(&fixture.row.name, name, name_size);
    memcpy(fixture.name, name, name_size);
    fixture.name_size = name_size;
    fixture.fields[0] = (struct gpuc_field){.plain = 1};
}

enum cell_kind { TEXT, MISSING, ABSENT };

static void add_column(const char *label, size_t label_size, enum cell_kind kind,
                       const char *cell, size_t cell_size)
{
    size_t i = fixture.row.n_columns++;
    kind = kind == TEXT && cell_size == 0 ? MISSING : kind; /* as everywhere */
    assert_true(i < PLAIN_COLUMNS_MAX);
    fixture.row.labels[i].n = fixture.row.cells[i].n = 0;
    plain_put(&fixture.row.labels[i], label, label_size);
    assert_int_equal(
        gpuc_labels_append(&fixture.labels, (const uint8_t *)label, label_size, NULL),
        GPUC_OK);
    if (kind == TEXT)
        plain_put(&fixture.row.cells[i], cell, cell_size);
    else
        plain_put(&fixture.row.cells[i], kind == MISSING ? "NaN" : "None",
                  3 + (kind == ABSENT));
    cell_size = kind == TEXT ? cell_size : 0;
    memcpy(fixture.text + fixture.text_size, cell, cell_size);
    fixture.fields[i + 1] =
        (struct gpuc_field){.offset = (uint32_t)fixture.text_size,
                            .size = (uint32_t)cell_size & GPUC_FIELD_SIZE_MAX,
                            .plain = gpuc_field_is_plain(
                                &pandas, fixture.text + fixture.text_size, cell_size),
                            .missing = kind == MISSING,
                            .absent = kind == ABSENT};
    fixture.text_size += cell_size;
}

/* Ends the row and compares. */
static void check_row(void)
{
    static uint8_t expected[EXPECTED_SIZE];
    struct gpuc_row_repr repr;
    size_t size = fixture.text_size + GPUC_TEXT_SLACK;
    uint8_t *text = test_guard_place(&fixture.table_guard, size);
    memcpy(text, fixture.text, fixture.text_size);
    fixture.table = (struct gpuc_table){.text = text,
                                        .fields = fixture.fields,
                                        .n_columns = fixture.row.n_columns + 1,
                                        .stride = 1,
                                        .n_rows = 1};
    assert_int_equal(gpuc_row_repr_init(&repr, &fixture.labels, 1, NULL), GPUC_OK);
    /* Of the label and the spaces behind it, parts are copied that overrun. */
    const struct gpuc_repr_line *last = &repr.lines[repr.n_lines - 1];
    assert_true(last->offset + last->label_size + 50 + GPUC_COPY_SLACK <=
                repr.templates.capacity);
    size_t capacity = repr.row_size_max + 2 * fixture.name_size + GPUC_TEXT_SLACK;
    struct gpuc_bytes bytes = {.data = test_guard_place(&fixture.text_guard, capacity),
                               .capacity = capacity};
    gpuc_row_repr_append(&repr, &fixture.table, 0, fixture.name, fixture.name_size,
                         &bytes);
    size_t expected_size = plain_repr(&fixture.row, expected);
    if (bytes.size != expected_size || memcmp(bytes.data, expected, expected_size) != 0)
        fail_msg("\n%.*s\nand not\n%.*s", (int)bytes.size, (char *)bytes.data,
                 (int)expected_size, (char *)expected);
    assert_true(bytes.size <= repr.row_size_max + 2 * fixture.name_size);
    gpuc_row_repr_done(&repr);
    gpuc_labels_done(&fixture.labels);
}

/* Writes a text of n characters of one kind: ASCII, wide, long, or escaped. */
static size_t text_of(char *to, size_t n, size_t kind)
{
    static const char *const chars[] = {
        "x", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\n", "\\"};
    size_t size = 0;
    for (size_t i = 0; i < n; i++) {
        /* Digits at some places, so that a shift shows. */
        const char *one = i % 7 == 3 ? "7" : chars[kind];
        memcpy(to + size, one, strlen(one));
        size += strlen(one);
    }
    return size;
}

/* Cells of every length around the cut, alone and beside shorter and longer ones. */
static void test_widths(void **state)
{
    (void)state;
    size_t n_rows = 0;
    for (size_t kind = 0; kind < 6; kind++)
        for (size_t n = 0; n <= 60; n++)
            for (size_t other = 0; other <= 60; other += 10) {
                char cell[4 * 61], beside[61];
                begin_row("17", 2);
                add_column("A", 1, TEXT, cell, text_of(cell, n, kind));
                if (other < 60)
                    add_column("LONGER", 6, TEXT, beside, text_of(beside, other, 0));
                check_row();
                n_rows++;
            }
    print_message("%zu rows\n", n_rows);
}

/* The cut, byte for byte: 49 characters print whole, 50 are cut to 46 and dots. */
static void test_cut(void **state)
{
    static const char digits[] = "12345678901234567890123456789012345678901234567890";
    (void)state;
    for (size_t n = 48; n <= 50; n++) {
        struct gpuc_labels labels = {0};
        struct gpuc_row_repr repr;
        char expected[200];
        struct gpuc_field fields[2] = {{.plain = 1},
                                       {.size = (uint32_t)n & 0x3F, .plain = 1}};
        uint8_t text[sizeof digits + GPUC_TEXT_SLACK];
        memcpy(text, digits, sizeof digits);
        const struct gpuc_table table = {.text = text, .fields = fields, .stride = 1};
        struct gpuc_bytes bytes = {0};
        assert_int_equal(gpuc_labels_append(&labels, (const uint8_t *)"A", 1, NULL),
                         GPUC_OK);
        assert_int_equal(gpuc_row_repr_init(&repr, &labels, 1, NULL), GPUC_OK);
        assert_int_equal(gpuc_bytes_reserve(&bytes, 1000, NULL), GPUC_OK);
        gpuc_row_repr_append(&repr, &table, 0, (const uint8_t *)"5", 1, &bytes);
        int size =
            snprintf(expected, sizeof expected, "A    %.*s%s\nName: 5, dtype: object",
                     n < 50 ? (int)n : 46, digits, n < 50 ? "" : "...");
        assert_int_equal(bytes.size, size);
        assert_memory_equal(bytes.data, expected, bytes.size);
        gpuc_bytes_done(&bytes);
        gpuc_row_repr_done(&repr);
        gpuc_labels_done(&labels);
    }
}

/* 55 to 70 columns, with values of every width that the dots can have. */
static void test_elision(void **state)
{
    (void)state;
    size_t n_rows = 0;
    for (size_t n_columns = 55; n_columns <= 70; n_columns++)
        for (size_t width = 1; width <= 52; width++) {
            char label[20], cell[60];
            begin_row("x\ty", 3);
            for (size_t i = 0; i < n_columns; i++) {
                bool hidden = i >= 5 && i < n_columns - 5;
                /* Hidden columns are longer, but must not count. */
                size_t n = hidden ? 40 : width > i ? width - i : 1;
                int size =
                    snprintf(label, sizeof label, hidden ? "hidden%zu" : "  %zu", i);
                enum cell_kind kind = i == 7 ? MISSING : hidden && i > 50 ? ABSENT : TEXT;
                add_column(label, (size_t)size, kind, cell, text_of(cell, n, 0));
            }
            check_row();
            n_rows++;
        }
    print_message("%zu rows\n", n_rows);
}

/* Of which random labels, names and cells are made. */
static const char *const pieces[] = {" ",
                                     "  ",
                                     "a",
                                     "xyz",
                                     "\t",
                                     "\n",
                                     "\r\n",
                                     "\\",
                                     "\"",
                                     ",",
                                     "ä",
                                     "€",
                                     "😀",
                                     "e\xCC\x81",
                                     "\v",
                                     "ten chars ",
                                     "a longer piece of text "};
enum { N_PIECES = sizeof pieces / sizeof pieces[0] };

/* Writes pieces of text up to about a size; the first n_choices of them. */
static size_t random_text(struct test_random *random, size_t size_about, size_t n_choices,
                          char text[PLAIN_CHARS_MAX])
{
    size_t wanted = test_random_below(random, size_about), size = 0;
    while (size < wanted) {
        const char *piece = pieces[test_random_below(random, n_choices)];
        memcpy(text + size, piece, strlen(piece));
        size += strlen(piece);
    }
    return size;
}

static void test_random_rows(void **state)
{
    enum { N_ROWS = 100000 };
    (void)state;
    struct test_random random = {13};
    for (size_t i = 0; i < N_ROWS; i++) {
        char label[PLAIN_CHARS_MAX], cell[PLAIN_CHARS_MAX];
        size_t n_columns = 1 + test_random_below(&random, i % 16 == 0 ? 75 : 6);
        size_t n_choices = 1 + test_random_below(&random, N_PIECES);
        size_t size_about = i % 4 == 0 ? 60 : 12;
        begin_row(label, random_text(&random, size_about, n_choices, label));
        for (size_t column = 0; column < n_columns; column++) {
            size_t label_size = random_text(&random, size_about, n_choices, label);
            size_t cell_size = random_text(&random, size_about, n_choices, cell);
            size_t chance = test_random_below(&random, 12);
            enum cell_kind kind = chance == 0 ? MISSING : chance == 1 ? ABSENT : TEXT;
            add_column(label, label_size, kind, cell, cell_size);
        }
        check_row();
    }
    print_message("%d rows\n", N_ROWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_elision),
        cmocka_unit_test(test_random_rows),
    };
    return cmocka_run_group_tests(tests, make_fixture, free_fixture);
}
