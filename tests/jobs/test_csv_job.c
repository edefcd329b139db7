/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows written again: random fields, written as CSV by the test in many ways, come out as
 * the canonical text that the test makes of them, and as JSON in which jansson finds
 * them; the same bytes for any parser, number of threads and size of pieces.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "csv/tricky.h"
#include "jobs/csv_runs.h"
#include "support/cmocka_all.h"

enum { N_COLUMNS = 3, N_RECORDS = 40, N_FIELDS = N_COLUMNS * N_RECORDS };

/* Fields of records, the first of which is the header. */
struct sheet {
    uint8_t bytes[N_FIELDS][TRICKY_SIZE_MAX];
    size_t sizes[N_FIELDS];
};

static struct test_folder folder;

static int make_folder(void **state)
{
    (void)state;
    folder = test_folder_new();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_free(&folder);
    return 0;
}

/* Names of the header differ, and hold no NUL, which jansson has in no key. */
static void make_sheet(struct test_random *random, struct sheet *sheet)
{
    for (size_t i = 0; i < N_FIELDS; i++) {
        uint8_t *bytes = sheet->bytes[i];
        size_t size = tricky_text(random, bytes);
        if (i < N_COLUMNS) {
            size = size < TRICKY_SIZE_MAX ? size : 0;
            memmove(bytes + 1, bytes, size++);
            bytes[0] = (uint8_t)('0' + i);
            for (size_t k = 0; k < size; k++)
                bytes[k] = bytes[k] == 0 ? ' ' : bytes[k];
        }
        sheet->sizes[i] = size;
    }
}

static bool must_quote(const uint8_t *bytes, size_t size, char delimiter)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] == '"' || bytes[i] == '\n' || bytes[i] == '\r' ||
            bytes[i] == (uint8_t)delimiter)
            return true;
    return false;
}

static void put(struct gpuc_bytes *text, const void *bytes, size_t size)
{
    assert_int_equal(gpuc_bytes_append(text, bytes, size, NULL), GPUC_OK);
}

static void put_field(struct gpuc_bytes *text, const uint8_t *bytes, size_t size,
                      bool quoted)
{
    if (quoted)
        put(text, "\"", 1);
    for (size_t i = 0; i < size; i++)
        put(text, bytes[i] == '"' ? "\"\"" : (const char *)bytes + i,
            quoted && bytes[i] == '"' ? 2 : 1);
    if (quoted)
        put(text, "\"", 1);
}

/* `random`: quotes where none are needed, and other line ends; NULL: the canonical text.
 */
static void write_sheet(const struct sheet *sheet, char delimiter,
                        struct test_random *random, struct gpuc_bytes *text)
{
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\n", "\n\v\n"};
    text->size = 0;
    for (size_t i = 0; i < N_FIELDS; i++) {
        bool quoted = must_quote(sheet->bytes[i], sheet->sizes[i], delimiter) ||
                      (random != NULL && test_random_below(random, 3) == 0);
        put_field(text, sheet->bytes[i], sheet->sizes[i], quoted);
        const char *end = random != NULL ? ends[test_random_below(random, 5)] : "\n";
        if (i % N_COLUMNS < N_COLUMNS - 1)
            put(text, &delimiter, 1);
        else
            put(text, end, strlen(end));
    }
}

static void check_string(const json_t *value, const struct sheet *sheet, size_t i)
{
    assert_true(json_is_string(value));
    assert_int_equal(json_string_length(value), sheet->sizes[i]);
    assert_memory_equal(json_string_value(value), sheet->bytes[i], sheet->sizes[i]);
}

/* Objects from the second record on, or arrays from the first on. */
static void check_json(const struct gpuc_bytes *output, const struct sheet *sheet,
                       bool no_header)
{
    json_error_t error;
    json_t *rows = json_loadb((const char *)output->data, output->size,
                              JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &error);
    if (rows == NULL)
        fail_msg("line %d: %s", error.line, error.text);
    assert_int_equal(json_array_size(rows), no_header ? N_RECORDS : N_RECORDS - 1);
    for (size_t i = no_header ? 0 : N_COLUMNS; i < N_FIELDS; i++) {
        size_t column = i % N_COLUMNS;
        json_t *row = json_array_get(rows, i / N_COLUMNS - !no_header);
        char key[TRICKY_SIZE_MAX + 1];
        memcpy(key, sheet->bytes[column], sheet->sizes[column]);
        key[sheet->sizes[column]] = '\0';
        assert_int_equal(no_header ? json_array_size(row) : json_object_size(row),
                         N_COLUMNS);
        check_string(no_header ? json_array_get(row, column) : json_object_get(row, key),
                     sheet, i);
    }
    json_decref(rows);
    /* A line for each row, and one for each bracket. */
    size_t n_lines = 0;
    for (size_t i = 0; i < output->size; i++)
        n_lines += output->data[i] == '\n';
    assert_int_equal(n_lines, N_RECORDS + (no_header ? 2 : 1));
}

/* Every parser, many sizes of pieces and numbers of threads give what the first gave. */
static size_t sweep(struct csv_run *run, const struct gpuc_bytes *input)
{
    static const char *const parsers[] = {"native", "portable", "libcsv"};
    static const uint32_t pieces[] = {1, 2, 7, 63, 64, 65, 1000, 0};
    struct gpuc_bytes first = {0};
    size_t n_runs = 0;
    put(&first, run->output.data, run->output.size);
    for (size_t p = 0; p < 3; p++)
        for (size_t k = 0; k < sizeof pieces / sizeof pieces[0]; k++, n_runs++) {
            run->options.csv_parser = parsers[p];
            run->options.piece_bytes = pieces[k];
            run->options.n_threads = 1 + (uint32_t)(n_runs % 3);
            assert_int_equal(csv_run(run, input->data, input->size), GPUC_OK);
            assert_int_equal(run->report.n_threads, run->options.n_threads);
            assert_int_equal(run->output.size, first.size);
            assert_memory_equal(run->output.data, first.data, first.size);
        }
    run->options.piece_bytes = run->options.n_threads = 0;
    run->options.csv_parser = NULL;
    gpuc_bytes_done(&first);
    return n_runs;
}

static void rows_come_out_as_they_went_in(void **state)
{
    enum { N_SHEETS = 60 };
    static const char delimiters[] = ",;\t|% ";
    (void)state;
    struct test_random random = {11};
    struct sheet *sheet = malloc(sizeof *sheet);
    struct csv_run run = {.folder = &folder};
    struct gpuc_bytes input = {0}, canonical = {0};
    size_t n_runs = 0;
    assert_non_null(sheet);
    for (size_t n = 0; n < N_SHEETS; n++) {
        make_sheet(&random, sheet);
        run.options.delimiter = delimiters[n % (sizeof delimiters - 1)];
        run.options.no_header = n % 2 == 1;
        write_sheet(sheet, run.options.delimiter, &random, &input);
        write_sheet(sheet, ',', NULL, &canonical);
        run.form = GPUC_CSV_CANONICAL;
        assert_int_equal(csv_run(&run, input.data, input.size), GPUC_OK);
        assert_int_equal(run.report.rows, N_RECORDS - !run.options.no_header);
        assert_int_equal(run.report.input_bytes, input.size);
        assert_int_equal(run.report.output_bytes, canonical.size);
        assert_int_equal(run.output.size, canonical.size);
        assert_memory_equal(run.output.data, canonical.data, canonical.size);
        if (n < 4)
            n_runs += sweep(&run, &input);
        run.form = GPUC_CSV_JSON;
        assert_int_equal(csv_run(&run, input.data, input.size), GPUC_OK);
        check_json(&run.output, sheet, run.options.no_header);
        if (n < 4)
            n_runs += sweep(&run, &input);
    }
    print_message("%d sheets, %zu runs in pieces\n", N_SHEETS, n_runs);
    csv_run_done(&run);
    gpuc_bytes_done(&input);
    gpuc_bytes_done(&canonical);
    free(sheet);
}

/* Inputs and both of their outputs, where it matters how they look. */
static const struct {
    const char *input;
    const char *canonical;
    const char *json;
    bool no_header;
} texts[] = {
    {"a,b\n1,2\n", "a,b\n1,2\n", "[\n{\"a\":\"1\",\"b\":\"2\"}\n]\n", false},
    {"a,b\r1,2\r3,", "a,b\n1,2\n3,\n",
     "[\n{\"a\":\"1\",\"b\":\"2\"},\n{\"a\":\"3\",\"b\":\"\"}\n]\n", false},
    {"a,b\n1,2\n", "a,b\n1,2\n", "[\n[\"a\",\"b\"],\n[\"1\",\"2\"]\n]\n", true},
    {"a", "a\n", "[\n]\n", false},
    {"a", "a\n", "[\n[\"a\"]\n]\n", true},
    {"\n \n\"a\"\n\n\"\"\n1\n\n", "a\n1\n", "[\n{\"a\":\"1\"}\n]\n", false},
    {"\xEF\xBB\xBF\"a\"\n1", "a\n1\n", "[\n{\"a\":\"1\"}\n]\n", false},
    {",\n,\n", ",\n,\n", "[\n[\"\",\"\"],\n[\"\",\"\"]\n]\n", true},
    {"\"\"\"\"\nx\"y", "\"\"\"\"\n\"x\"\"y\"\n", "[\n{\"\\\"\":\"x\\\"y\"}\n]\n", false},
    {"a\n\x7F\xC3\xA4\xE2\x80\xA8", "a\n\x7F\xC3\xA4\xE2\x80\xA8\n",
     "[\n{\"a\":\"\x7F\xC3\xA4\xE2\x80\xA8\"}\n]\n", false},
    /* A mark that is text stays text when the output is read in its turn. */
    {"\xEF\xBB\xBF\xEF\xBB\xBF"
     "a,\xEF\xBB\xBF"
     "b\n\xEF\xBB\xBF,2",
     "\"\xEF\xBB\xBF"
     "a\",\xEF\xBB\xBF"
     "b\n\"\xEF\xBB\xBF\",2\n",
     "[\n{\"\xEF\xBB\xBF"
     "a\":\"\xEF\xBB\xBF\",\"\xEF\xBB\xBF"
     "b\":\"2\"}\n]\n",
     false},
};

static void outputs_look_as_they_must(void **state)
{
    (void)state;
    struct csv_run run = {.folder = &folder};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (int form = 0; form < 2; form++) {
            const char *expected = form == 0 ? texts[i].canonical : texts[i].json;
            run.form = form == 0 ? GPUC_CSV_CANONICAL : GPUC_CSV_JSON;
            run.options.no_header = texts[i].no_header;
            assert_int_equal(csv_run(&run, texts[i].input, strlen(texts[i].input)),
                             GPUC_OK);
            put(&run.output, "", 1);
            assert_string_equal(run.output.data, expected);
            if (form == 0) { /* what was written is read and written as it is */
                assert_int_equal(csv_run(&run, expected, strlen(expected)), GPUC_OK);
                put(&run.output, "", 1);
                assert_string_equal(run.output.data, expected);
            }
        }
    csv_run_done(&run);
}

/* The largest field, every byte of which is six in JSON, among short rows. */
static void the_largest_field_fits(void **state)
{
    enum { SIZE_MAX_CHARS = 131072, N_ROWS = 30 };
    (void)state;
    struct csv_run run = {.folder = &folder, .form = GPUC_CSV_JSON};
    struct gpuc_bytes input = {0};
    uint8_t *field = calloc(1, SIZE_MAX_CHARS);
    assert_non_null(field);
    put(&input, "a,b\n", 4);
    for (size_t i = 0; i < N_ROWS; i++) {
        put(&input, "1,", 2);
        put(&input, field, i % 10 == 9 ? SIZE_MAX_CHARS : 1);
        put(&input, "\n", 1);
    }
    assert_int_equal(csv_run(&run, input.data, input.size), GPUC_OK);
    json_t *rows =
        json_loadb((const char *)run.output.data, run.output.size, JSON_ALLOW_NUL, NULL);
    assert_int_equal(json_array_size(rows), N_ROWS);
    for (size_t i = 0; i < N_ROWS; i++)
        assert_int_equal(
            json_string_length(json_object_get(json_array_get(rows, i), "b")),
            i % 10 == 9 ? SIZE_MAX_CHARS : 1);
    json_decref(rows);
    csv_run_done(&run);
    gpuc_bytes_done(&input);
    free(field);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_out_as_they_went_in),
        cmocka_unit_test(outputs_look_as_they_must),
        cmocka_unit_test(the_largest_field_fits),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
