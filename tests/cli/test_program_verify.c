/* SPDX-License-Identifier: Apache-2.0 */
/* verify as a user runs it: its table, its report, and mistakes. */
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/program.h"

#define GOLDEN GPUC_TEST_DATA "/golden/models/xgb_exact/"
#define MODEL GOLDEN "model.ubj"
#define INPUT GOLDEN "in.csv"

static const char only_cpu[] = "GPUCLASSIFY_DISABLE=opencl,sse42";

struct folder {
    char path[64], report[96], output[96], input[96];
};

static int make_folder(void **state)
{
    static struct folder folder;
    test_folder_make(folder.path);
    snprintf(folder.report, sizeof folder.report, "%s/report.json", folder.path);
    snprintf(folder.output, sizeof folder.output, "%s/out.csv", folder.path);
    snprintf(folder.input, sizeof folder.input, "%s/in.csv", folder.path);
    *state = &folder;
    return 0;
}

static int remove_folder(void **state)
{
    const struct folder *folder = *state;
    test_folder_remove(folder->path);
    return 0;
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static json_int_t number_at(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* Checks an object's `sha256` against what sha256sum says of a file, and a size too. */
static void check_sha256(const json_t *object, const char *path, const char *size_key)
{
    char command[600], expected[65] = "";
    struct stat info;
    snprintf(command, sizeof command, "sha256sum '%s'", path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_int_equal(fread(expected, 1, 64, pipe), 64);
    while (fgetc(pipe) != EOF)
        continue;
    assert_int_equal(pclose(pipe), 0);
    assert_string_equal(text_at(object, "sha256"), expected);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(number_at(object, size_key), info.st_size);
}

/* Each run's hash is that of the file which classify writes with the same options. */
static void the_report_tells_what_classify_writes(void **state)
{
    const struct folder *folder = *state;
    struct test_program program = {.environment = only_cpu};
    TEST_RUN(&program, "-m", MODEL, INPUT, "--output", "proba,margin", "--columns", "id",
             "--delimiter", ",", "-o", folder->output);
    assert_int_equal(program.exit_code, 0);
    TEST_RUN(&program, "verify", INPUT, "-m", MODEL, "--output", "proba,margin",
             "--columns", "id", "--delimiter", ",", "--report", folder->report);
    assert_string_equal(program.err, "");
    assert_int_equal(program.exit_code, 0);
    assert_int_equal(test_folder_count(folder->path), 2);

    json_t *report = json_load_file(folder->report, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(report);
    assert_string_equal(text_at(report, "gpuclassify"), GPUC_EXPECTED_VERSION);
    json_t *command = json_object_get(report, "command");
    assert_string_equal(json_string_value(json_array_get(command, 2)), INPUT);
    check_sha256(json_object_get(report, "model"), MODEL, "size");
    json_t *inputs = json_object_get(report, "inputs");
    assert_int_equal(json_array_size(inputs), 1);
    check_sha256(json_array_get(inputs, 0), INPUT, "size");
    json_t *options = json_object_get(report, "options");
    assert_string_equal(text_at(options, "output"), "proba,margin");
    assert_string_equal(text_at(options, "columns"), "id");
    assert_true(json_is_null(json_object_get(options, "missing")));

    json_t *reference = json_object_get(report, "reference");
    check_sha256(reference, folder->output, "output_bytes");
    json_t *run, *runs = json_object_get(report, "runs");
    size_t i;
    json_array_foreach(runs, i, run)
    {
        assert_string_equal(text_at(run, "sha256"), text_at(reference, "sha256"));
        assert_true(json_is_true(json_object_get(run, "equal")));
        json_t *share = json_array_get(json_object_get(run, "shares"), 0);
        assert_string_equal(text_at(share, "device"), text_at(run, "device"));
        assert_int_equal(number_at(share, "rows"), number_at(run, "rows"));
    }
    json_t *totals = json_object_get(report, "totals");
    assert_true(i >= 3 * 7); /* scalar alone, where the CPU has nothing else */
    assert_int_equal(number_at(totals, "equal"), i);
    assert_int_equal(number_at(totals, "different"), 0);
    assert_int_equal(number_at(totals, "failed"), 0);
    json_t *skipped = json_object_get(report, "skipped");
    assert_int_equal(number_at(totals, "skipped"), json_array_size(skipped));
    assert_non_null(strstr(program.out, "sse42        skipped: "));
    json_decref(report);
}

/* Those that a user asks for, in that order. */
static void the_runs_can_be_chosen(void **state)
{
    const struct folder *folder = *state;
    struct test_program program = {.environment = only_cpu};
    static const int expected[][2] = {{4, 5}, {4, 9}, {2, 5}, {2, 9}};
    TEST_RUN(&program, "verify", "-m", "blackbox:py3,slowness=2", INPUT, "--device",
             "scalar", "--device", "cpu,scalar", "--threads", "4,2", "--batch-rows",
             "5,9", "--report", folder->report, "--output", "digest");
    assert_int_equal(program.exit_code, 0);
    assert_non_null(strstr(program.out, "\n12 runs equal, 0 different\n"));
    json_t *report = json_load_file(folder->report, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(report);
    json_t *model = json_object_get(report, "model");
    assert_string_equal(text_at(model, "spec"), "blackbox:py3,slowness=2");
    assert_true(json_is_null(json_object_get(model, "sha256")));
    json_t *run, *runs = json_object_get(report, "runs");
    size_t i;
    assert_int_equal(json_array_size(runs), 12);
    json_array_foreach(runs, i, run)
    {
        assert_int_equal(number_at(run, "threads"), expected[i % 4][0]);
        assert_int_equal(number_at(run, "batch_rows"), expected[i % 4][1]);
        if (i / 4 != 1)
            assert_string_equal(text_at(run, "device"), "scalar");
    }
    json_decref(report);
}

/* What stands on standard output with --report - is JSON and nothing else. */
static void a_report_goes_to_standard_output(void **state)
{
    const struct folder *folder = *state;
    struct test_program program = {.output = folder->output};
    TEST_RUN(&program, "verify", "-m", MODEL, INPUT, "--device", "scalar", "--threads",
             "1", "--batch-rows", "100", "--report", "-");
    assert_int_equal(program.exit_code, 0);
    assert_memory_equal(program.err, "device ", 7);
    json_t *report = json_load_file(folder->output, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(report);
    json_decref(report);

    program.output = "/dev/full";
    TEST_RUN(&program, "verify", "-m", MODEL, INPUT, "--device", "scalar", "--threads",
             "1", "--batch-rows", "100");
    assert_int_equal(program.exit_code, 1);
    assert_non_null(
        strstr(program.err, "cannot write the table: No space left on device"));
}

/* JSON is UTF-8, and a file's name may be anything. */
static void any_name_of_a_file_can_be_reported(void **state)
{
    const struct folder *folder = *state;
    struct test_program program = {0};
    char path[120];
    snprintf(path, sizeof path, "%s/\xc3\xa4-\xff\"\xc3.csv", folder->path);
    test_write_file(path, "id,x\n1,2\n", 9);
    TEST_RUN(&program, "verify", "-m", "blackbox", path, "--device", "scalar", "--report",
             folder->report);
    assert_int_equal(program.exit_code, 0);
    json_t *report = json_load_file(folder->report, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(report);
    snprintf(path, sizeof path, "%s/\xc3\xa4-?\"?.csv", folder->path);
    json_t *input = json_array_get(json_object_get(report, "inputs"), 0);
    assert_string_equal(text_at(input, "path"), path);
    json_decref(report);
}

static void expect(const char *const *arguments, int exit_code, const char *message)
{
    struct test_program program = {.environment = only_cpu};
    test_program_run(&program, arguments);
    if (strstr(program.err, message) == NULL || program.exit_code != exit_code)
        fail_msg("exit code %d: %s", program.exit_code, program.err);
    assert_null(strstr(program.out, "equal"));
}

static void mistakes_are_told_and_leave_nothing(void **state)
{
    const struct folder *folder = *state;
    char pipe[96], model[96], absent[128];
    snprintf(pipe, sizeof pipe, "%s/pipe", folder->path);
    snprintf(model, sizeof model, "%s/model.ubj", folder->path);
    snprintf(absent, sizeof absent, "%s/absent/report.json", folder->path);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    struct test_file bytes = test_read_file(MODEL);
    test_write_file(model, bytes.bytes, bytes.size);
    free(bytes.bytes);
    test_write_file(folder->input, "id,x\n1,2,3\n", 11);
    const char *report = folder->report;
#define EXPECT(code, message, ...)                                                       \
  expect((const char *const[]){"verify", "--report", report, "-m", MODEL, __VA_ARGS__,   \
                               NULL},                                                    \
         (code), (message))
    EXPECT(3, "device 'nosuch': ", INPUT, "--device", "scalar,nosuch");
    EXPECT(2, "is no file that can be read again", pipe);
    EXPECT(2, "--threads takes a number from 1 to 1024, not '0'", INPUT, "--threads=2,0");
    EXPECT(2, "nothing between two commas of '1,,2'", INPUT, "--batch-rows", "1,,2");
    EXPECT(2, "nothing between two commas of ''", INPUT, "--device=");
    EXPECT(2, "the report are the same file", folder->input, "--report", folder->input);
    EXPECT(2, "the report are the same file", INPUT, "-m", model, "--report", model);
    EXPECT(1, "No such file or directory", INPUT, "--report", absent);
    EXPECT(1, "in.csv:", folder->input);
    EXPECT(2, "unknown output column", INPUT, "--output", "nosuch");
#undef EXPECT
    assert_int_equal(test_folder_count(folder->path), 3);
}

static void no_report_is_left_of_a_verify_that_is_stopped(void **state)
{
    enum { N_ROWS = 100000, N_MOMENTS = 6 };
    const struct folder *folder = *state;
    FILE *file = fopen(folder->input, "w");
    assert_non_null(file);
    fputs("id,x\n", file);
    for (int i = 0; i < N_ROWS; i++)
        fprintf(file, "%d,%d\n", i, i);
    assert_int_equal(fclose(file), 0);
    for (int moment = 0; moment < N_MOMENTS; moment++) {
        int status;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            int null = open("/dev/null", O_RDWR);
            dup2(null, STDOUT_FILENO);
            dup2(null, STDERR_FILENO);
            execl(GPUC_PROGRAM, GPUC_PROGRAM, "verify", "-m", "blackbox:py3,slowness=0",
                  folder->input, "--report", folder->report, "--device", "scalar",
                  (char *)NULL);
            _exit(127);
        }
        nanosleep(&(struct timespec){0, 20000000 + moment * 30000000}, NULL);
        assert_int_equal(kill(child, SIGINT), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
        assert_int_equal(test_folder_count(folder->path), 1);
    }
}

#define TEST(function)                                                                   \
  cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_report_tells_what_classify_writes),
        TEST(the_runs_can_be_chosen),
        TEST(a_report_goes_to_standard_output),
        TEST(any_name_of_a_file_can_be_reported),
        TEST(mistakes_are_told_and_leave_nothing),
        TEST(no_report_is_left_of_a_verify_that_is_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
