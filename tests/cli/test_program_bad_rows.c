/* SPDX-License-Identifier: Apache-2.0 */
/* --bad-rows and --rejects as a user meets them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/program.h"

#define MODEL GPUC_TEST_DATA "/golden/models/xgb_exact/model.ubj"
#define BAD                                                                              \
  "id,x0,x1,x2\na,1,2,3\nb,1,2\nc,hello,2,3\nd,\"1\"2,2,3\n\"e\n\",1,2,3\nf,1,2,3,4\n"
#define LINE "line,column,reason,row\n"
#define LISTED                                                                           \
  "3,,\"expected 4 fields, saw 3\",\"b,1,2\"\n"                                          \
  "4,x0,'hello' is not a number,\"c,hello,2,3\"\n"                                       \
  "5,,text behind a closing quote,\"d,\"\"1\"\"2,2,3\"\n"                                \
  "8,,\"expected 4 fields, saw 5\",\"f,1,2,3,4\"\n"

static char folder[64], input[96], output[96], rejects[96];

static int make_folder(void **state)
{
    (void)state;
    test_folder_make(folder);
    snprintf(input, sizeof input, "%s/in.csv", folder);
    snprintf(output, sizeof output, "%s/out.csv", folder);
    snprintf(rejects, sizeof rejects, "%s/bad.csv", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

static void check_file(const char *path, const char *expected)
{
    struct test_file file = test_read_file(path);
    assert_non_null(file.bytes);
    assert_string_equal((const char *)file.bytes, expected);
    free(file.bytes);
}

static void check_said(const struct test_program *program, const char *name,
                       const char *said)
{
    char expected[400];
    snprintf(expected, sizeof expected, "gpuclassify: %s: %s\n", name, said);
    assert_string_equal(program->err, expected);
    assert_int_equal(program->exit_code, 0);
}

/* Output, rejects, and one line on standard error, from files and pipes. */
static void bad_rows_are_told_and_listed(void **state)
{
    static const struct {
        const char *rule;
        const char *output;
        const char *said;
    } rules[] = {
        {"skip", "id,label\na,1\n\"e\n\",1\n",
         "4 of 6 rows were bad: 4 skipped, first at line 3 (expected 4 fields, saw 3)"},
        {"null", "id,label\na,1\nb,1\nc,0\n\"e\n\",1\nf,1\n",
         "4 of 6 rows were bad: 1 skipped, 3 with missing values, first at line 3 "
         "(expected 4 fields, saw 3)"},
    };
    (void)state;
    test_write_file(input, BAD, sizeof BAD - 1);
    for (size_t i = 0; i < 4; i++) {
        bool piped = i % 2 == 1;
        struct test_program program = {.input = piped ? input : NULL};
        TEST_RUN(&program, "-m", MODEL, piped ? "-" : input, "-o", output, "--bad-rows",
                 rules[i / 2].rule, "--rejects", rejects, "--columns", "id", "--output",
                 "label", "-q");
        check_said(&program, piped ? "<stdin>" : input, rules[i / 2].said);
        check_file(output, rules[i / 2].output);
        check_file(rejects, LINE LISTED);
        assert_int_equal(test_folder_count(folder), 3);
        unlink(output);
        unlink(rejects);
    }
}

/* One of the two may go to standard output. */
static void rejects_on_standard_output(void **state)
{
    (void)state;
    struct test_program program = {0};
    test_write_file(input, BAD, sizeof BAD - 1);
    TEST_RUN(&program, "-m", MODEL, input, "-o", output, "--bad-rows=skip",
             "--rejects=-");
    assert_int_equal(program.exit_code, 0);
    assert_string_equal(program.out, LINE LISTED);
    unlink(output);
    TEST_RUN(&program, "-m", MODEL, input, "--bad-rows=skip", "--rejects", rejects,
             "--columns=none", "--output=label");
    assert_int_equal(program.exit_code, 0);
    assert_string_equal(program.out, "label\n1\n1\n");
    check_file(rejects, LINE LISTED);
    unlink(rejects);
}

/* -v counts what was wrong; a good input is no matter for a line. */
static void kinds_are_counted(void **state)
{
    (void)state;
    struct test_program program = {0};
    test_write_file(input, BAD, sizeof BAD - 1);
    TEST_RUN(&program, "-m", MODEL, input, "-o", "/dev/null", "--bad-rows=skip", "-v");
    assert_non_null(strstr(program.err,
                           "gpuclassify: bad rows: 2 with more or fewer fields, 1 with "
                           "text behind a closing quote, 1 with a value that is none\n"));
    test_write_file(input, "x0,x1,x2\n1,2,3\n", 15);
    TEST_RUN(&program, "-m", MODEL, input, "-o", "/dev/null", "--bad-rows=skip");
    assert_string_equal(program.err, "");
    TEST_RUN(&program, "-m", MODEL, input, "-o", "/dev/null", "--bad-rows=error", "-v");
    assert_null(strstr(program.err, "bad"));
}

/* Files that an old job left stay as they are where this one fails. */
static void a_failed_job_leaves_old_files(void **state)
{
    static const char text[] = BAD "g,1,\"2,3\nh,1,2,3\n";
    (void)state;
    struct test_program program = {0};
    char expected[300];
    test_write_file(input, text, sizeof text - 1);
    test_write_file(output, "old", 3);
    test_write_file(rejects, "old", 3);
    TEST_RUN(&program, "-m", MODEL, input, "-o", output, "--bad-rows=skip", "--rejects",
             rejects);
    assert_int_equal(program.exit_code, 1);
    snprintf(expected, sizeof expected,
             "gpuclassify: %s:9: unexpected end of data: a quote that this row opens is "
             "never closed, so that all that follows is in it\n",
             input);
    assert_string_equal(program.err, expected);
    check_file(output, "old");
    check_file(rejects, "old");
    assert_int_equal(test_folder_count(folder), 3);
    unlink(output);
    unlink(rejects);
}

static void mistakes_are_explained(void **state)
{
    char other[128];
    (void)state;
    snprintf(other, sizeof other, "%s/./out.csv", folder);
    const struct {
        const char *arguments[5];
        const char *said;
    } mistakes[] = {
        {{"--bad-rows", "drop"}, "--bad-rows takes error, skip or null, not 'drop'"},
        {{"--rejects", rejects}, "say --bad-rows skip or --bad-rows null too"},
        {{"--bad-rows=error", "--rejects", rejects}, "say --bad-rows skip or"},
        {{"--bad-rows=skip", "--rejects=-", "-o-"}, "cannot both go to standard output"},
        {{"--bad-rows=skip", "--rejects", output}, "output and rejects are the same"},
        {{"--bad-rows=skip", "--rejects", other}, "output and rejects are the same"},
        {{"--bad-rows=skip", "--rejects", input}, "input and rejects are the same file"},
        {{"--bad-rows=skip", "--rejects", rejects, "-o", folder},
         "name a folder, as in --rejects"},
    };
    test_write_file(input, BAD, sizeof BAD - 1);
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        const char *const *a = mistakes[i].arguments;
        struct test_program program = {0};
        TEST_RUN(&program, "-m", MODEL, input, "-o", output, a[0], a[1], a[2], a[3],
                 a[4]);
        if (program.exit_code != 2 || strstr(program.err, mistakes[i].said) == NULL)
            fail_msg("%zu: exit %d, %s", i, program.exit_code, program.err);
        assert_int_equal(test_folder_count(folder), 1);
    }
}

/* An output and rejects for each input; or one of each for all. */
static void several_inputs(void **state)
{
    char second[128], outputs[96], listed[96], path[128], expected[600];
    (void)state;
    struct test_program program = {0};
    snprintf(second, sizeof second, "%s/in2.csv", folder);
    snprintf(outputs, sizeof outputs, "%s/out/", folder);
    snprintf(listed, sizeof listed, "%s/bad/", folder);
    test_write_file(input, "x0,x1,x2\n1,2,3\n", 15);
    test_write_file(second, "x0,x1,x2\n1,x,3\n", 15);
    TEST_RUN(&program, "-m", MODEL, input, second, "-o", outputs, "--bad-rows=skip",
             "--rejects", listed);
    check_said(&program, second,
               "1 of 1 rows were bad: 1 skipped, first at line 2 (column 'x1': 'x' is "
               "not a number)");
    snprintf(path, sizeof path, "%sin.csv", listed);
    check_file(path, LINE);
    snprintf(path, sizeof path, "%sin2.csv", listed);
    check_file(path, LINE "2,x1,'x' is not a number,\"1,x,3\"\n");
    test_folder_remove(outputs);
    test_folder_remove(listed);

    TEST_RUN(&program, "-m", MODEL, input, second, "-o", output, "--bad-rows=skip",
             "--rejects", rejects);
    snprintf(expected, sizeof expected,
             "input," LINE "%s,2,x1,'x' is not a number,\"1,x,3\"\n", second);
    check_file(rejects, expected);
    snprintf(
        expected, sizeof expected,
        "1 of 2 rows were bad: 1 skipped, first at %s line 2 (column 'x1': 'x' is not "
        "a number)\n",
        second);
    assert_non_null(strstr(program.err, expected));
    unlink(second);
    unlink(output);
    unlink(rejects);
}

/* verify takes them too: the same rows are left out everywhere. */
static void verify_goes_on(void **state)
{
    (void)state;
    struct test_program program = {.environment = "GPUCLASSIFY_DISABLE=opencl"};
    test_write_file(input, BAD, sizeof BAD - 1);
    TEST_RUN(&program, "verify", "-m", MODEL, input, "--bad-rows=null");
    assert_int_equal(program.exit_code, 0);
    TEST_RUN(&program, "verify", "-m", MODEL, input);
    assert_int_equal(program.exit_code, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_rows_are_told_and_listed),
        cmocka_unit_test(rejects_on_standard_output),
        cmocka_unit_test(kinds_are_counted),
        cmocka_unit_test(a_failed_job_leaves_old_files),
        cmocka_unit_test(mistakes_are_explained),
        cmocka_unit_test(several_inputs),
        cmocka_unit_test(verify_goes_on),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
