/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes wrong with forest models: the exit code, one line that names file, line,
 * column and value, and no output left behind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/program.h"

#define MODELS GPUC_TEST_DATA "/golden/models/"
#define EXACT MODELS "xgb_exact/model.ubj"
#define SOFTMAX MODELS "xgb_rf_parallel_multi/model.ubj"
#define CATEGORIES MODELS "xgb_cat_strings/model.json"
#define NAMES MODELS "xgb_names_awkward/model.ubj"

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

/* One line that begins like this, and nothing else. */
static void check_said(const struct test_program *program, int exit_code,
                       const char *expected)
{
    if (program->exit_code != exit_code ||
        strncmp(program->err, expected, strlen(expected)) != 0)
        fail_msg("exit %d instead of %d: '%s' instead of '%s'", program->exit_code,
                 exit_code, program->err, expected);
    assert_ptr_equal(strchr(program->err, '\n') + 1, program->err + strlen(program->err));
}

#define GOOD "x0,x1,x2\n1,2,3\n"

/* Bad data: what is said behind "gpuclassify: FILE:". */
static const struct {
    const char *model;
    const char *text;
    const char *said;
    const char *argument;
} bad_inputs[] = {
    {EXACT, GOOD "1,x,3\n", "3: column 'x1': 'x' is not a number (--missing", NULL},
    {EXACT, GOOD "1,,3\n", "3: column 'x1': '' is not a number", "--missing=NA"},
    {EXACT, GOOD "1,nan,3\n", "3: column 'x1': 'nan' is not a number", "--missing=NA"},
    {EXACT, GOOD "1,1.234.5,3\n", "3: column 'x1': '1.234.5' is not a number", NULL},
    {EXACT, GOOD "1,\"2\n3\",3\n", "3: column 'x1': '2?3' is not a number", NULL},
    {EXACT, GOOD "1,\x1b[2J,3\n", "3: column 'x1': '?[2J' is not a number", NULL},
    {EXACT, "1,2,3\n1,2,z\n", "2: column '3': 'z' is not a number", "--no-header"},
    {EXACT, GOOD "1,2\n", "3: expected 3 fields, as in the header, saw 2", NULL},
    {EXACT, GOOD "1,2,3,\n", "3: expected 3 fields, as in the header, saw 4", NULL},
    {EXACT, "1,2,3\n1,2\n", "2: expected 3 fields, as in the first row, saw 2",
     "--no-header"},
    {EXACT, "x0;x1;x2\n1;2;3\n",
     "1: the header lacks 3 of the model's 3 features: 'x0', 'x1', 'x2' (it is one "
     "column: --delimiter",
     NULL},
    {EXACT, "1;2;3\n",
     "1: 1 columns for the model's 3 features, which go by position: some are absent, or "
     "the delimiter is another one",
     "--no-header"},
    {EXACT, "id,1,2,3\n",
     "1: 4 columns for the model's 3 features, which go by position: name those that are "
     "no features with --ignore",
     "--no-header"},
    {EXACT, "X0,x1,x2\n1,2,3\n", "1: the header lacks 1 of the model's 3 features: 'x0'",
     NULL},
    {EXACT, "x0,x1,x2,x0\n", "1: the header has the feature 'x0' 2 times", NULL},
    {EXACT, "", "1: the input is empty: there is no header", NULL},
    {EXACT, "\n \r\n", "1: the input is empty: there is no header", NULL},
    {EXACT, "", "1: the input is empty", "--no-header"},
    {EXACT, GOOD "1,\"2,3\n", "3: unexpected end of data", NULL},
    {EXACT, GOOD "\"1\"2,2,3\n", "3: ',' expected after '\"'", NULL},
    {EXACT, GOOD "1,\xC3,3\n", "3: not UTF-8: byte 0xc3 cannot stand here", NULL},
    {EXACT, "\xFF\xFEx\0", " is UTF-16, not UTF-8: convert it, as in: iconv -f UTF-16",
     NULL},
    {CATEGORIES, "x0,x1,x2,x3,x4,x5,x6,x7,x8,x9\n1,red1,1,1,,1,1,1,1,1\n",
     "2: column 'x1': 'red1' is not among the categories that the model was trained with "
     "(--unseen missing",
     NULL},
    {NAMES, "id,lt\n",
     "1: the header lacks 17 of the model's 18 features: 'age, years', 'say \"hi\"', "
     "'na\xC3\xAFve \xC3\xA9', '\xE6\xB8\xA9\xE5\xBA\xA6', 'a b  c', ...",
     NULL},
};

static void bad_input_is_named_by_file_and_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_inputs / sizeof bad_inputs[0]; i++) {
        char expected[512];
        struct test_program program = {0};
        test_write_file(input, bad_inputs[i].text, strlen(bad_inputs[i].text));
        snprintf(expected, sizeof expected, "gpuclassify: %s:%s", input,
                 bad_inputs[i].said);
        /* A new output does not appear, an old one stays as it is. */
        TEST_RUN(&program, "-m", bad_inputs[i].model, input, "-o", output,
                 bad_inputs[i].argument);
        check_said(&program, 1, expected);
        assert_int_equal(test_folder_count(folder), 1);

        test_write_file(output, "old", 3);
        program.input = input;
        snprintf(expected, sizeof expected, "gpuclassify: <stdin>:%s",
                 bad_inputs[i].said);
        TEST_RUN(&program, "-m", bad_inputs[i].model, "-", "-o", output,
                 bad_inputs[i].argument);
        check_said(&program, 1, expected);
        struct test_file old = test_read_file(output);
        assert_int_equal(old.size, 3);
        assert_memory_equal(old.bytes, "old", 3);
        free(old.bytes);
        unlink(output);
    }
    print_message("%zu bad inputs\n", sizeof bad_inputs / sizeof bad_inputs[0]);
}

/* A fault behind many good rows: no output file, whatever the shape of the job. */
static void a_late_fault_leaves_no_file(void **state)
{
    static const char *const shapes[][4] = {
        {"--threads=1", "--batch-rows=1", "--device=scalar"},
        {"--threads=3", "--batch-rows=64", "--device=cpu"},
        {"--threads=2", "--batch-rows=100000", "--device=auto"},
        {"--threads=2", NULL, NULL},
    };
    enum { N_ROWS = 20000 };
    (void)state;
    FILE *stream = fopen(input, "wb");
    assert_non_null(stream);
    fputs("x0,x1,x2\n", stream);
    for (size_t row = 0; row < N_ROWS; row++)
        fputs(row < N_ROWS - 2    ? "0.25,-1,NA\n"
              : row == N_ROWS - 2 ? "0.25,oops,1\n"
                                  : "0.25,\"1\"2,1\n",
              stream);
    assert_int_equal(fclose(stream), 0);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct test_program program = {0};
        char expected[256];
        snprintf(expected, sizeof expected,
                 "gpuclassify: %s:%d: column 'x1': 'oops' is not a number", input,
                 N_ROWS);
        TEST_RUN(&program, "-m", EXACT, input, "-o", output, shapes[i][0], shapes[i][1],
                 shapes[i][2]);
        check_said(&program, 1, expected);
        assert_int_equal(test_folder_count(folder), 1);
    }
}

/* A header and no rows gives a header. */
static void a_header_gives_a_header(void **state)
{
    static const char *const texts[] = {"x0,x1,id,x2", "x0,x1,id,x2\n",
                                        "\xEF\xBB\xBFx0,x1,id,x2\r\n\r\n"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct test_program program = {0};
        test_write_file(input, texts[i], strlen(texts[i]));
        TEST_RUN(&program, "-m", EXACT, input);
        assert_int_equal(program.exit_code, 0);
        assert_string_equal(program.err, "");
        assert_string_equal(program.out, "x0,x1,id,x2,label,proba\n");
    }
}

/* Wrong usage and wrong models: arguments and what is said. */
static const struct {
    const char *arguments[6];
    int exit_code;
    const char *said;
} mistakes[] = {
    {{"-m", EXACT, "--output", "pred"},
     2,
     "unknown output column 'pred': this model gives label,proba,margin,leaf"},
    {{"-m", EXACT, "--output", "label,,proba"}, 2, "unknown output column ''"},
    {{"-m", EXACT, "--output", "label,label"}, 2, "output column 'label' is named twice"},
    {{"-m", EXACT, "--output", "digest"}, 2, "unknown output column 'digest'"},
    {{"-m", MODELS "xgb_gblinear/model.json", "--output", "leaf"},
     2,
     "unknown output column 'leaf': this model gives label,proba,margin"},
    {{"-m", MODELS "xgb_rank_pairwise/model.ubj", "--output", "proba"},
     2,
     "unknown output column 'proba': this model gives pred,margin,leaf"},
    {{"-m", EXACT, "--columns", "id"}, 2, "--columns: /dev/stdin has no column 'id'"},
    {{"-m", EXACT, "--columns", "\"x0"}, 2, "--columns: a quote is not closed"},
    {{"-m", EXACT, "--columns", "x0,x0"},
     2,
     "the output would have the column 'x0' twice: choose input columns with --columns"},
    {{"-m", EXACT, "--rename", "y=z"}, 2, "--rename: the output has no column 'y'"},
    {{"-m", EXACT, "--rename", "x0"}, 2, "--rename takes old=new, not 'x0'"},
    {{"-m", EXACT, "--rename", "x0="}, 2, "--rename: a name is empty"},
    {{"-m", EXACT, "--rename", "x0=a,x0=b"}, 2, "the column 'x0' gets two names"},
    {{"-m", EXACT, "--rename", "x0=x1"},
     2,
     "the output would have the column 'x1' twice: choose"},
    {{"-m", EXACT, "--rename", "x0=\xFF"}, 2, "--rename: a name is not UTF-8"},
    {{"-m", EXACT, "--prefix", ""}, 2, "--prefix: a name is empty"},
    {{"-m", EXACT, "--no-quote", "--prefix", "a,b"},
     2,
     "--prefix: 'a,b' could not be told from other fields without quotes"},
    {{"-m", EXACT, "--class-names", "no,yes,maybe"},
     2,
     "--class-names: 3 names for the model's 2 classes"},
    {{"-m", EXACT, "--class-names", "no,"}, 2, "--class-names: a name is empty"},
    {{"-m", EXACT, "--class-names", "no,no"}, 2, "--class-names: 'no' is named twice"},
    {{"-m", SOFTMAX, "--class-names", "no,yes"},
     2,
     "--class-names: 2 names for the model's 3 classes"},
    {{"-m", MODELS "xgb_multilabel/model.ubj", "--class-names", "a"},
     2,
     "--class-names: 1 name for the model's 3 labels"},
    {{"-m", MODELS "xgb_rank_pairwise/model.ubj", "--class-names", "a"},
     2,
     "--class-names: this model gives values, it has no classes"},
    {{"-m", EXACT, "--threshold", "1.01"},
     2,
     "--threshold takes a probability from 0 to 1, not '1.01'"},
    {{"-m", EXACT, "--threshold", "nan"}, 2, "--threshold takes a probability"},
    {{"-m", EXACT, "--threshold", "half"}, 2, "--threshold takes a probability"},
    {{"-m", SOFTMAX, "--threshold", "0.5"},
     2,
     "--threshold is for models whose label is 0 or 1 by a probability"},
    {{"-m", MODELS "xgb_logitraw/model.ubj", "--threshold", "0.5"},
     2,
     "--threshold is for models whose label is 0 or 1 by a probability"},
    {{"-m", EXACT, "--precision", "18"}, 2, "--precision takes a number from 1 to 17"},
    {{"-m", EXACT, "--float-format", "%5.2f"},
     2,
     "--float-format takes %e, %f or %g with up to 17 digits, as in %.4f, not '%5.2f'"},
    {{"-m", EXACT, "--float-format=%g", "--precision=2"},
     2,
     "--precision and --float-format both say how numbers are written: give one"},
    {{"-m", EXACT, "--format", "xml"}, 2, "--format takes csv or jsonl, not 'xml'"},
    {{"-m", EXACT, "--format=jsonl", "--output-header"}, 2, "--output-header is for CSV"},
    {{"-m", EXACT, "--format=jsonl", "--columns=x0,x0"},
     2,
     "the output would have the column 'x0' twice"},
    {{"-m", EXACT, "--top", "2"},
     2,
     "--top is for models with more than two classes and a probability for each"},
    {{"-m", SOFTMAX, "--top", "4"}, 2, "--top 4 is more than the model's 3 classes"},
    {{"-m", SOFTMAX, "--top", "0"}, 2, "--top takes a number from 1"},
    {{"-m", SOFTMAX, "--output", "top"},
     2,
     "output column 'top' wants to know how many classes (--top)"},
    {{"-m", EXACT, "--ignore", "id"}, 2, "--ignore: /dev/stdin has no column 'id'"},
    {{"-m", EXACT, "--rename", "lable=truth"},
     2,
     "--rename: the output has no column 'lable'; did you mean 'label'?"},
    {{"-m", EXACT, "--ignore", "x1"}, 2, "--ignore: 'x1' is a feature of the model"},
    {{"-m", EXACT, "--unseen", "maybe"},
     2,
     "--unseen takes error or missing, not 'maybe'"},
    {{"-m", EXACT, "--delimiter", ""}, 2, "--delimiter takes one ASCII character or tab"},
    {{"-m", EXACT, "--delimiter", "||"},
     2,
     "--delimiter takes one ASCII character or tab"},
    {{"-m", EXACT, "--delimiter", "\xC3"},
     2,
     "--delimiter takes one ASCII character or tab"},
    {{"-m", EXACT, "--delimiter", "\""}, 2, "the quote and the delimiter are both"},
    {{"-m", EXACT, "--iterations", "1"}, 2, "iterations are 'best', 'all', or a range"},
    {{"-m", EXACT, "--iterations", "3:2"}, 2, "iterations are 'best', 'all', or a range"},
    {{"-m", EXACT, "--iterations", "0:31"},
     2,
     "0:31 were asked for, but the model has 30"},
    {{"-m", EXACT, "--model-format", "onnx"}, 2, "unknown model format 'onnx'"},
    {{"-m", EXACT, "--model-format", "lightgbm"}, 2, "model.ubj:"},
    {{"-m", EXACT, "--csv-parser", "pandas"},
     2,
     "no CSV parser 'pandas' on this machine"},
    {{"-m", EXACT, "--threads", "1025"}, 2, "--threads takes a number from 1 to 1024"},
    {{"-m", EXACT, "--device", "abacus"}, 3, "usable: "},
    {{"-m", "/nowhere/model.json"}, 2, "unknown model '/nowhere/model.json'"},
    {{"-m", "/dev/null"}, 2, "/dev/null: the model file is empty"},
    {{"-m", MODELS "xgb_exact"}, 2, "a folder, not a model file"},
    {{"-m", MODELS "xgb_exact/in.csv"}, 2, "not a model that is known here"},
    {{"-m", GPUC_PROGRAM}, 2, "not a model that is known here"},
    {{"-m", "blackbox", "--ignore", "id"}, 2, "--ignore is for models with features"},
    {{"-m", "blackbox", "--columns", "id"}, 2, "--columns is for models with features"},
    {{"-m", "blackbox", "--missing", "NA"}, 2, "--missing is for models with features"},
    {{"-m", "blackbox", "--unseen", "error"}, 2, "--unseen is for models with features"},
    {{"-m", "blackbox", "--delimiter", "tab"}, 2, "--delimiter is for models with"},
    {{"-m", "blackbox", "--precision", "3"}, 2, "--precision is for models with"},
    {{"-m", "blackbox", "--float-format", "%f"}, 2, "--float-format is for models with"},
    {{"-m", "blackbox", "--format", "jsonl"}, 2, "--format is for models with features"},
    {{"-m", "blackbox", "--prefix", "a"}, 2, "--prefix is for models with features"},
    {{"-m", "blackbox", "--rename", "a=b"}, 2, "--rename is for models with features"},
    {{"-m", "blackbox", "--class-names", "a"}, 2, "--class-names is for models with"},
    {{"-m", "blackbox", "--threshold", "0"}, 2, "--threshold is for models with"},
    {{"-m", "blackbox", "--top", "1"}, 2, "--top is for models with features"},
    {{"-m", "blackbox", "--output-header"}, 2, "--output-header is for models with"},
    {{"-m", "blackbox", "--no-output-header"}, 2, "--no-output-header is for models"},
    {{"-m", "blackbox", "--no-header"}, 2, "--no-header is for models with features"},
    {{"-m", "blackbox", "--iterations", "all"}, 2, "--iterations is for model files"},
    {{"verify", "-m", EXACT, "-"}, 2, "verify needs a file"},
    {{"inspect"}, 2, "no model: name a file"},
    {{"inspect", EXACT, "more"}, 2, "one model at a time"},
    {{"inspect", "/dev/null"}, 2, "the model file is empty"},
};

static void mistakes_are_explained(void **state)
{
    (void)state;
    test_write_file(input, GOOD, sizeof GOOD - 1);
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        struct test_program program = {.input = input};
        const char *arguments[8] = {NULL};
        size_t n = 0;
        for (; mistakes[i].arguments[n] != NULL; n++)
            arguments[n] = mistakes[i].arguments[n];
        if (n > 0 && strcmp(arguments[0], "-m") == 0)
            arguments[n] = "/dev/stdin";
        test_program_run(&program, arguments);
        if (program.exit_code != mistakes[i].exit_code ||
            strstr(program.err, mistakes[i].said) == NULL)
            fail_msg("%s %s: exit %d, %s", arguments[1], arguments[n - 1],
                     program.exit_code, program.err);
        assert_string_equal(program.out, "");
    }
    print_message("%zu mistakes\n", sizeof mistakes / sizeof mistakes[0]);
}

/* Model files that end too early, at many places. */
static void cut_models_are_refused(void **state)
{
    static const char *const models[] = {EXACT, CATEGORIES,
                                         MODELS "lgb_cat_strings/model.txt"};
    char path[96];
    (void)state;
    snprintf(path, sizeof path, "%s/model", folder);
    for (size_t i = 0; i < 3; i++) {
        struct test_file file = test_read_file(models[i]);
        assert_true(file.size > 1000);
        for (size_t part = 1; part < 5; part++) {
            struct test_program program = {0};
            char expected[128];
            test_write_file(path, file.bytes, file.size * part / 5);
            snprintf(expected, sizeof expected, "gpuclassify: %s:", path);
            TEST_RUN(&program, "-m", path, input);
            check_said(&program, 2, expected);
            TEST_RUN(&program, "inspect", path);
            check_said(&program, 2, expected);
        }
        free(file.bytes);
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_input_is_named_by_file_and_line),
        cmocka_unit_test(a_late_fault_leaves_no_file),
        cmocka_unit_test(a_header_gives_a_header),
        cmocka_unit_test(mistakes_are_explained),
        cmocka_unit_test(cut_models_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
