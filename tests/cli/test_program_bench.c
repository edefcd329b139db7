/* SPDX-License-Identifier: Apache-2.0 */
/* The command bench: what it measures, what it refuses, what it leaves behind. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/program.h"

#define MODELS GPUC_TEST_DATA "/golden/models/"

static void rows_are_generated_for_any_model(void **state)
{
    static const char *const models[] = {
        MODELS "xgb_softmax3/model.ubj",      MODELS "xgb_cat_strings/model.ubj",
        MODELS "xgb_names_awkward/model.ubj", MODELS "xgb_gblinear/model.ubj",
        MODELS "lgb_cat_strings/model.txt",   MODELS "lgb_cat_pandas_ints/model.txt",
        MODELS "lgb_constant/model.txt",      "blackbox:py2",
    };
    (void)state;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        struct test_program program = {0};
        TEST_RUN(&program, "bench", "-m", models[i], "--rows", "500", "--rounds", "1",
                 "--threads", "2", "--device", "cpu");
        assert_string_equal(program.err, "");
        assert_int_equal(program.exit_code, 0);
        assert_non_null(strstr(program.out, "500 generated rows"));
        assert_non_null(strstr(program.out, "\nscalar "));
        assert_non_null(strstr(program.out, "fewer than 5 runs"));
    }
}

static void rows_of_an_input_are_taken_as_they_are(void **state)
{
    static const char *const input = MODELS "lgb_rf/in.csv";
    struct test_program program = {0};
    (void)state;
    TEST_RUN(&program, "bench", "-m", MODELS "lgb_names_awkward/model.txt",
             MODELS "lgb_names_awkward/in.csv", MODELS "lgb_names_awkward/in.csv",
             "--rounds", "1", "--threads", "1", "--device", "scalar,cpu");
    assert_int_equal(program.exit_code, 0);
    assert_non_null(strstr(program.out, "1,000 rows of "));
    assert_non_null(strstr(program.out, "from in.csv and 1 more, "));
    TEST_RUN(&program, "bench", "-m", "blackbox", input, "--rounds", "1", "--device",
             "cpu");
    assert_int_equal(program.exit_code, 0);
    assert_non_null(strstr(program.out, "500 rows from in.csv, "));
}

static void one_result_may_have_standard_output(void **state)
{
    struct test_program program = {0};
    (void)state;
    TEST_RUN(&program, "bench", "-m", "blackbox:py3,slowness=0", "--rows", "100",
             "--rounds", "1", "--device", "cpu", "--json", "-");
    assert_int_equal(program.exit_code, 0);
    assert_memory_equal(program.out, "{\n  \"machine\": ", 15);
    assert_memory_equal(program.err, "machine    ", 11);
}

static void a_reader_of_the_table_that_leaves_or_a_full_disk_is_an_error(void **state)
{
    struct test_program program = {.output = "/dev/full"};
    (void)state;
    TEST_RUN(&program, "bench", "-m", "blackbox:py3,slowness=0", "--rows", "100",
             "--rounds", "1", "--device", "cpu");
    assert_int_equal(program.exit_code, 1);
    assert_string_equal(program.err, "gpuclassify: <stdout>: No space left on device\n");
}

static void mistakes_are_told_before_anything_is_measured(void **state)
{
    static const struct {
        const char *arguments[8];
        int exit_code;
        const char *message;
    } mistakes[] = {
        {{"-m", "blackbox", "--rows", "5", "in.csv"}, 2, "--rows is for generated rows"},
        {{"-m", "blackbox", "-"}, 2, "bench reads its input many times: name a file"},
        {{"-m", "blackbox", "--csv", "-", "--svg", "-"}, 2, "cannot both go to '-'"},
        {{"-m", "blackbox", "--delimiter", "tab"}, 2, "--delimiter says how an INPUT"},
        {{"-m", "blackbox", "--threads", "1,x"}, 2, "--threads takes a number from 1 to"},
        {{"-m", "blackbox", "--threads", "0"}, 2, "--threads takes a number from 1 to"},
        {{"-m", "blackbox", "--threads", ""}, 2, "--threads: nothing between two"},
        {{"-m", "blackbox", "--rounds", "0"}, 2, "--rounds takes a number from 1 to"},
        {{"-m", "blackbox", "--device", ""}, 2, "--device: nothing between two"},
        {{"-m", "blackbox", "--device", "scalar,abacus"}, 3, "device 'abacus': "},
        {{"-m", "blackbox", "--svg", "/nowhere/a.svg"}, 1, "cannot write to folder"},
        {{"-m", "blackbox", "/nowhere/in.csv"}, 1, "/nowhere/in.csv: No such file"},
        {{"-m", "/nowhere/model.json"}, 2, "unknown model '/nowhere/model.json'"},
        {{"--rows", "5"}, 2, "no model"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct test_program program = {0};
        const char *arguments[10] = {"bench"};
        memcpy(arguments + 1, mistakes[i].arguments, sizeof mistakes[i].arguments);
        test_program_run(&program, arguments);
        if (strstr(program.err, mistakes[i].message) == NULL)
            fail_msg("mistake %zu: %s", i, program.err);
        assert_int_equal(program.exit_code, mistakes[i].exit_code);
        assert_string_equal(program.out, "");
    }
}

static void help_has_an_example(void **state)
{
    struct test_program program = {0};
    (void)state;
    TEST_RUN(&program, "bench", "--help");
    assert_int_equal(program.exit_code, 0);
    assert_non_null(strstr(program.out, "gpuclassify bench -m model.json"));
}

static void a_signal_stops_it_and_leaves_nothing(void **state)
{
    char folder[64], svg[96];
    int status;
    (void)state;
    test_folder_make(folder);
    snprintf(svg, sizeof svg, "%s/bench.svg", folder);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execl(GPUC_PROGRAM, GPUC_PROGRAM, "bench", "-m", "blackbox", "--rounds", "1000",
              "--svg", svg, (char *)NULL);
        _exit(127);
    }
    nanosleep(&(struct timespec){.tv_nsec = 700000000}, NULL);
    assert_int_equal(kill(child, SIGINT), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    assert_int_equal(test_folder_count(folder), 0);
    test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_generated_for_any_model),
        cmocka_unit_test(rows_of_an_input_are_taken_as_they_are),
        cmocka_unit_test(one_result_may_have_standard_output),
        cmocka_unit_test(a_reader_of_the_table_that_leaves_or_a_full_disk_is_an_error),
        cmocka_unit_test(mistakes_are_told_before_anything_is_measured),
        cmocka_unit_test(help_has_an_example),
        cmocka_unit_test(a_signal_stops_it_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
