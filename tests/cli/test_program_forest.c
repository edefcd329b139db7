/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forest models as a user would run them: pipes, options that change results, and the
 * commands that look at models.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "model/csv_table.h"
#include "support/cmocka_all.h"
#include "support/program.h"

#define MODELS GPUC_TEST_DATA "/golden/models/"
#define EXACT MODELS "xgb_exact/model.ubj"

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

/* ---- pipes ------------------------------------------------------------------------ */

/* Runs a command line of the shell; what it prints comes into `text`. */
static int run_shell(const char *command, char *text, size_t size)
{
    FILE *stream = popen(command, "r");
    assert_non_null(stream);
    size_t n = fread(text, 1, size - 1, stream);
    text[n] = '\0';
    while (fgetc(stream) != EOF)
        continue;
    int status = pclose(stream);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void a_pipe_is_as_good_as_a_file(void **state)
{
    static char from_file[1 << 16], from_pipe[1 << 16];
    char command[1024];
    (void)state;
    snprintf(command, sizeof command, "'%s' -m '%s' '%s' --batch-rows 100", GPUC_PROGRAM,
             EXACT, MODELS "xgb_exact/in.csv");
    assert_int_equal(run_shell(command, from_file, sizeof from_file), 0);
    snprintf(command, sizeof command,
             "(head -c 3000 '%s'; sleep 0.2; tail -c +3001 '%s') | '%s' -m '%s' - | cat",
             MODELS "xgb_exact/in.csv", MODELS "xgb_exact/in.csv", GPUC_PROGRAM, EXACT);
    assert_int_equal(run_shell(command, from_pipe, sizeof from_pipe), 0);
    assert_true(strlen(from_file) > 10000);
    assert_string_equal(from_file, from_pipe);

    /* A model comes through a pipe too. */
    snprintf(command, sizeof command, "cat '%s' | '%s' -m /dev/stdin '%s'", EXACT,
             GPUC_PROGRAM, MODELS "xgb_exact/in.csv");
    assert_int_equal(run_shell(command, from_pipe, sizeof from_pipe), 0);
    assert_string_equal(from_file, from_pipe);
}

/* Whoever reads the output goes away: the program ends by SIGPIPE and says nothing. */
static void a_closed_pipe_is_no_news(void **state)
{
    static const char *const arguments[] = {
        "inspect '" EXACT "' --json", "-m '" EXACT "' '" MODELS "xgb_exact/in.csv'"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char text[256], command[1024];
        /* Both write after their reader has ended. */
        snprintf(command, sizeof command,
                 "{ sleep 0.3; '%s' %s 2>'%s'; echo $? >'%s'; } | true", GPUC_PROGRAM,
                 arguments[i], input, output);
        assert_int_equal(run_shell(command, text, sizeof text), 0);
        struct test_file said = test_read_file(input);
        struct test_file code = test_read_file(output);
        assert_string_equal((char *)said.bytes, "");
        assert_string_equal((char *)code.bytes, "141\n");
        free(said.bytes);
        free(code.bytes);
    }
}

/* ---- options that change results --------------------------------------------------- */

static void iterations_are_chosen(void **state)
{
#define CASE MODELS "xgb_early_stopped/"
    static const struct {
        const char *iterations;
        const char *column;
    } choices[] = {{"best", "margin"}, {"0:6", "margin"}, {"all", "margin_all"}};
    (void)state;
    struct test_csv_table results = test_csv_table_read(CASE "expected.csv");
    for (size_t i = 0; i < 3; i++) {
        struct test_program program = {0};
        TEST_RUN(&program, "-m", CASE "model.ubj", CASE "in.csv", "--columns", "none",
                 "--output", "margin", "--iterations", choices[i].iterations, "-o",
                 output);
        assert_int_equal(program.exit_code, 0);
        struct test_csv_table got = test_csv_table_read(output);
        size_t column = test_csv_column(&results, choices[i].column);
        assert_int_equal(got.n_rows, results.n_rows);
        for (size_t row = 0; row < got.n_rows; row++)
            assert_true(strtof(test_csv_field(&got, row, 0), NULL) ==
                        strtof(test_csv_field(&results, row, column), NULL));
        test_csv_table_free(&got);
    }
    test_csv_table_free(&results);
#undef CASE
}

/* What the user calls missing counts as the empty field does. */
static void missing_texts_are_chosen(void **state)
{
    static const char rows[] = "x0,x1,x2\n-999,1,1\n?,1,1\n";
    static const char empty[] = "x0,x1,x2\n,1,1\n,1,1\n";
    struct test_program chosen = {0}, by_default = {0};
    (void)state;
    test_write_file(input, rows, sizeof rows - 1);
    TEST_RUN(&chosen, "-m", EXACT, input, "--columns=none", "--missing", "-999,?");
    assert_int_equal(chosen.exit_code, 0);
    test_write_file(input, empty, sizeof empty - 1);
    TEST_RUN(&by_default, "-m", EXACT, input, "--columns=none");
    assert_int_equal(by_default.exit_code, 0);
    assert_string_equal(chosen.out, by_default.out);
    TEST_RUN(&by_default, "-m", EXACT, input, "--columns=none", "--missing", "-999");
    assert_int_equal(by_default.exit_code, 1);
}

/* A category that training had not: XGBoost refuses it, LightGBM takes it as missing. */
static void unseen_categories(void **state)
{
    static const struct {
        const char *model;
        const char *unseen;
        int exit_code;
    } runs[] = {
        {MODELS "xgb_cat_strings/model.json", NULL, 1},
        {MODELS "xgb_cat_strings/model.json", "--unseen=error", 1},
        {MODELS "xgb_cat_strings/model.json", "--unseen=missing", 0},
        {MODELS "lgb_cat_strings/model.txt", NULL, 0},
        {MODELS "lgb_cat_strings/model.txt", "--unseen=error", 1},
        {MODELS "lgb_cat_strings/model.txt", "--unseen=missing", 0},
    };
    static const char rows[] = "x0,x1,x2,x3,x4,x5,x6,x7,x8,x9\n1,,1,1,,1,1,1,1,1\n"
                               "1,unheard of,1,1,,1,1,1,1,1\n";
    (void)state;
    test_write_file(input, rows, sizeof rows - 1);
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        struct test_program program = {0};
        TEST_RUN(&program, "-m", runs[i].model, input, "--columns=none", runs[i].unseen);
        assert_int_equal(program.exit_code, runs[i].exit_code);
        if (runs[i].exit_code == 0) {
            /* A header and two rows that are the same. */
            const char *first = strchr(program.out, '\n') + 1;
            size_t size = (size_t)(strchr(first, '\n') + 1 - first);
            assert_int_equal(strlen(first), 2 * size);
            assert_memory_equal(first, first + size, size);
        } else {
            assert_non_null(strstr(program.err, "in.csv:3: column 'x1': 'unheard of' is "
                                                "not among the categories"));
        }
    }
}

/* ---- commands that look at models -------------------------------------------------- */

static void verify_finds_all_equal(void **state)
{
    struct test_program program = {0};
    (void)state;
    TEST_RUN(&program, "verify", "-m", EXACT, MODELS "xgb_exact/in.csv");
    assert_int_equal(program.exit_code, 0);
    assert_string_equal(program.err, "");
    assert_non_null(strstr(program.out, " runs equal, 0 different\n"));
    assert_non_null(strstr(program.out, "the reference, "));
    assert_null(strstr(program.out, "\n0 runs"));
    TEST_RUN(&program, "verify", "-m", EXACT, MODELS "xgb_cat_strings/in.csv");
    assert_int_equal(program.exit_code, 1);
    assert_non_null(strstr(program.err, "in.csv:"));
}

static void inspect_refuses_what_classify_refuses(void **state)
{
    struct test_program program = {.output = "/dev/full"};
    (void)state;
    TEST_RUN(&program, "inspect", EXACT);
    assert_int_equal(program.exit_code, 1);
    assert_string_equal(program.err,
                        "gpuclassify: <stdout>: cannot write: No space left on device\n");
    program.output = NULL;
    TEST_RUN(&program, "inspect", folder);
    assert_int_equal(program.exit_code, 2);
    assert_non_null(strstr(program.err, "a folder, not a model file"));
    TEST_RUN(&program, "inspect", EXACT, "--iterations", "0:31");
    assert_int_equal(program.exit_code, 2);
    assert_non_null(strstr(program.err, "the model has 30"));
    TEST_RUN(&program, "inspect", "blackbox", "--json");
    assert_int_equal(program.exit_code, 0);
    assert_non_null(strstr(program.out, "\"model\": \"blackbox\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pipe_is_as_good_as_a_file),
        cmocka_unit_test(a_closed_pipe_is_no_news),
        cmocka_unit_test(iterations_are_chosen),
        cmocka_unit_test(missing_texts_are_chosen),
        cmocka_unit_test(unseen_categories),
        cmocka_unit_test(verify_finds_all_equal),
        cmocka_unit_test(inspect_refuses_what_classify_refuses),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
