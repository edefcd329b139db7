/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forest models as a user would run them: columns in any order, other delimiters, results
 * in any order, from files and standard input. The results are those of a golden case.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/csv_table.h"
#include "support/cmocka_all.h"
#include "support/program.h"

#define EXACT GPUC_TEST_DATA "/golden/models/xgb_exact/"

static char folder[64], input[96], output[96];

static int make_folder(void **state)
{
    (void)state;
    test_folder_make(folder);
    snprintf(input, sizeof input, "%s/in.csv", folder);
    snprintf(output, sizeof output, "%s/out.csv", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

/* A column that the model knows nothing of; what it holds needs quotes in any dialect. */
static const char note[] = "say \"hi\",;\t\nthere";

/* The golden rows as an input, and what comes out. */
struct layout {
    const char *columns; /* of the input, as "id,x0,note" */
    char delimiter;      /* 0: a comma */
    bool no_header;
    bool has_mark;
    const char *line_end; /* NULL: LF */
    const char *arguments[10];
    const char *expected; /* columns of the output, as "note,margin" */
};

static const struct layout layouts[] = {
    {.columns = "id,x0,x1,x2", .expected = "id,x0,x1,x2,label,proba"},
    {.columns = "x2,x0,id,x1", .expected = "x2,x0,id,x1,label,proba"},
    {.columns = "note,x1,id,x2,more,x0",
     .arguments = {"--columns", "id"},
     .expected = "id,label,proba"},
    {.columns = "id,x0,x1,x2,note",
     .arguments = {"--columns", "note,x1,id"},
     .expected = "note,x1,id,label,proba"},
    {.columns = "id,x0,x1,x2",
     .arguments = {"--columns=none", "--output", "proba,margin,label"},
     .expected = "proba,margin,label"},
    {.columns = "id,x0,x1,x2",
     .arguments = {"--columns", "all", "--output=margin"},
     .expected = "id,x0,x1,x2,margin"},
    {.columns = "id,x0,x1,x2,note",
     .arguments = {"--ignore", "note,id", "--columns", "id", "--output=label"},
     .expected = "id,label"},
    {.columns = "note,x0,x1,x2,id",
     .delimiter = '\t',
     .arguments = {"--delimiter", "tab"},
     .expected = "note,x0,x1,x2,id,label,proba"},
    {.columns = "id,x2,x1,x0,note",
     .delimiter = ';',
     .line_end = "\r\n",
     .arguments = {"--delimiter=;"},
     .expected = "id,x2,x1,x0,note,label,proba"},
    {.columns = "id,x0,x1,x2",
     .delimiter = '|',
     .line_end = "\r",
     .has_mark = true,
     .arguments = {"--delimiter", "|"},
     .expected = "id,x0,x1,x2,label,proba"},
    {.columns = "x0,x1,x2",
     .no_header = true,
     .arguments = {"--no-header", "--output", "margin"},
     .expected = "x0,x1,x2,margin"},
    {.columns = "id,x0,x1,note,x2",
     .no_header = true,
     .has_mark = true,
     .arguments = {"--no-header", "--ignore", "4,1", "--columns", "4,1,2", "--output",
                   "label,margin"},
     .expected = "note,id,x0,label,margin"},
    {.columns = "id,x0,x1,x2",
     .arguments = {"--csv-parser", "libcsv", "--columns", "id"},
     .expected = "id,label,proba"},
    {.columns = "id,x0,x1,x2",
     .arguments = {"--missing", ",NaN,nan,NA,NAN", "--columns", "id"},
     .expected = "id,label,proba"},
    {.columns = "id,x0,x1,x2",
     .arguments = {"--iterations", "0:30", "--columns", "id"},
     .expected = "id,label,proba"},
    {.columns = "id,x0,x1,x2",
     .arguments = {"--model-format", "xgboost-ubjson", "--unseen=error", "--columns=id"},
     .expected = "id,label,proba"},
};
enum { N_LAYOUTS = sizeof layouts / sizeof layouts[0] };

/* Takes the next name of a list; false at its end. */
static bool next_name(const char **list, char name[32])
{
    size_t size = strcspn(*list, ",");
    snprintf(name, 32, "%.*s", (int)size, *list);
    *list += size + ((*list)[size] == ',');
    return size > 0;
}

static const char *input_field(const struct test_csv_table *rows, size_t row,
                               const char *name)
{
    size_t column = test_csv_column(rows, name);
    return column != SIZE_MAX ? test_csv_field(rows, row, column) : note;
}

static void put_field(FILE *stream, const char *text, char delimiter, bool is_first)
{
    const char special[] = {delimiter, '"', '\n', '\r', '\0'};
    if (!is_first)
        fputc(delimiter, stream);
    if (text[strcspn(text, special)] == '\0') {
        fputs(text, stream);
        return;
    }
    fputc('"', stream);
    for (; *text != '\0'; text++)
        fprintf(stream, *text == '"' ? "\"\"" : "%c", *text);
    fputc('"', stream);
}

static void write_layout(const struct layout *layout, const struct test_csv_table *rows)
{
    char delimiter = (char)(layout->delimiter != 0 ? layout->delimiter : ',');
    const char *line_end = layout->line_end != NULL ? layout->line_end : "\n";
    FILE *stream = fopen(input, "wb");
    assert_non_null(stream);
    if (layout->has_mark)
        fputs("\xEF\xBB\xBF", stream);
    for (size_t line = layout->no_header; line <= rows->n_rows; line++) {
        const char *columns = layout->columns;
        char name[32];
        for (bool is_first = true; next_name(&columns, name); is_first = false)
            put_field(stream, line == 0 ? name : input_field(rows, line - 1, name),
                      delimiter, is_first);
        fputs(line_end, stream);
    }
    assert_int_equal(fclose(stream), 0);
}

/* Whether a result is the library's: margins and labels are, and a probability may be
 * one step of float32 off, since its exp is not rounded correctly. */
static bool is_result(const char *name, const char *text, const char *expected)
{
    char *end;
    float value = strtof(text, &end);
    float wanted = strtof(expected, NULL);
    bool is_near =
        value >= nextafterf(wanted, -INFINITY) && value <= nextafterf(wanted, INFINITY);
    return *end == '\0' && (value == wanted || (name[0] == 'p' && is_near));
}

/* Takes what is expected as text; returns what follows. */
static const char *take(const char *at, const char *text, const char *what, size_t row)
{
    if (strncmp(at, text, strlen(text)) != 0)
        fail_msg("%s, row %zu: '%s' should be at '%.40s'", what, row, text, at);
    return at + strlen(text);
}

/* One row of the output. */
static const char *check_row(const char *at, const struct layout *layout,
                             const struct test_csv_table *rows,
                             const struct test_csv_table *results, size_t row)
{
    char delimiter[2] = {(char)(layout->delimiter != 0 ? layout->delimiter : ','), '\0'};
    const char *columns = layout->expected;
    char name[32];
    while (next_name(&columns, name)) {
        size_t column = test_csv_column(results, name);
        bool is_last = *columns == '\0';
        if (column != SIZE_MAX && test_csv_column(rows, name) == SIZE_MAX) {
            char text[64];
            size_t size = strcspn(at, is_last ? "\n" : delimiter);
            snprintf(text, sizeof text, "%.*s", (int)size, at);
            if (!is_result(name, text, test_csv_field(results, row, column)))
                fail_msg("%s, row %zu: %s is %s", layout->expected, row + 1, name, text);
            at += size;
        } else {
            char *text = NULL;
            size_t size;
            FILE *stream = open_memstream(&text, &size);
            put_field(stream, input_field(rows, row, name), delimiter[0], true);
            fclose(stream);
            at = take(at, text, layout->expected, row + 1);
            free(text);
        }
        at = take(at, is_last ? "\n" : delimiter, layout->expected, row + 1);
    }
    return at;
}

static void check_output(const struct layout *layout, const struct test_csv_table *rows,
                         const struct test_csv_table *results)
{
    struct test_file file = test_read_file(output);
    assert_non_null(file.bytes);
    const char *at = (const char *)file.bytes;
    if (!layout->no_header) {
        char header[128];
        snprintf(header, sizeof header, "%s\n", layout->expected);
        for (char *c = header; layout->delimiter != 0 && *c != '\0'; c++) {
            if (*c == ',')
                *c = layout->delimiter;
        }
        at = take(at, header, "header", 0);
    }
    for (size_t row = 0; row < rows->n_rows; row++)
        at = check_row(at, layout, rows, results, row);
    assert_ptr_equal(at, file.bytes + file.size);
    free(file.bytes);
    assert_int_equal(unlink(output), 0);
}

static void rows_in_any_layout(void **state)
{
    (void)state;
    struct test_csv_table rows = test_csv_table_read(EXACT "in.csv");
    struct test_csv_table results = test_csv_table_read(EXACT "expected.csv");
    for (size_t i = 0; i < N_LAYOUTS; i++) {
        /* Every route in and out, in turn. */
        bool from_stdin = i % 2 == 1, to_stdout = i / 2 % 2 == 1;
        struct test_program program = {.input = from_stdin ? input : NULL,
                                       .output = to_stdout ? output : NULL};
        const char *arguments[20] = {"-m", EXACT "model.ubj"};
        size_t n = 2;
        write_layout(&layouts[i], &rows);
        if (!to_stdout) {
            arguments[n++] = "-o";
            arguments[n++] = output;
        }
        if (!from_stdin)
            arguments[n++] = input;
        for (size_t k = 0; layouts[i].arguments[k] != NULL; k++)
            arguments[n++] = layouts[i].arguments[k];
        test_program_run(&program, arguments);
        if (program.exit_code != 0)
            fail_msg("%s: exit %d, %s", layouts[i].columns, program.exit_code,
                     program.err);
        assert_string_equal(program.err, "");
        check_output(&layouts[i], &rows, &results);
    }
    print_message("%d layouts of %zu rows\n", N_LAYOUTS, rows.n_rows);
    test_csv_table_free(&rows);
    test_csv_table_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_in_any_layout),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
