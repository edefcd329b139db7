/* SPDX-License-Identifier: Apache-2.0 */
/* `gpuclassify csv`: the files of csv-spectrum, all ways in and out, and what is said. */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv/packing.h"
#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/program.h"

#define SPECTRUM GPUC_SHARED "/corpora/csv-spectrum/"

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

static json_t *load(const char *path)
{
    json_error_t error;
    json_t *json = json_load_file(path, 0, &error);
    if (json == NULL)
        fail_msg("%s:%d: %s", path, error.line, error.text);
    return json;
}

/*
 * What the corpus says of a file. Of one it has an object in place of an array, with
 * another telephone number than that of the CSV.
 */
static json_t *load_expected(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, SPECTRUM "json/%s.json", name);
    json_t *json = load(path);
    if (strcmp(name, "location_coordinates") != 0)
        return json;
    assert_true(json_is_object(json));
    assert_int_equal(
        json_object_set_new(json, "Contact Phone Number", json_string("2095257564")), 0);
    return json_pack("[o]", json);
}

static void csv_spectrum_is_read_as_it_says(void **state)
{
    static const char *const names[] = {"comma_in_quotes",
                                        "empty",
                                        "empty_crlf",
                                        "escaped_quotes",
                                        "json",
                                        "newlines",
                                        "newlines_crlf",
                                        "location_coordinates",
                                        "simple",
                                        "utf8",
                                        "simple_crlf",
                                        "quotes_and_newlines"};
    enum { N_NAMES = sizeof names / sizeof names[0] };
    (void)state;
    if (access(SPECTRUM, F_OK) != 0) {
        print_message("skipped: %d files of csv-spectrum are not here\n", N_NAMES);
        skip();
    }
    for (size_t i = 0; i < N_NAMES; i++) {
        struct test_program program = {0};
        char path[512];
        snprintf(path, sizeof path, SPECTRUM "csvs/%s.csv", names[i]);
        TEST_RUN(&program, "csv", "--json", path, "-o", output);
        assert_string_equal(program.err, "");
        assert_int_equal(program.exit_code, 0);
        json_t *expected = load_expected(names[i]);
        json_t *got = load(output);
        if (!json_equal(got, expected))
            fail_msg("%s differs", names[i]);
        json_decref(expected);
        json_decref(got);
    }
    print_message("%d files\n", N_NAMES);
}

static const char text[] = "\xEF\xBB\xBF"
                           "id;\"na;me\"\r\n1;\"a \"\"b\"\"\"\r\n\r\n2;x,y\r\n";
static const char canonical[] = "id,na;me\n1,\"a \"\"b\"\"\"\n2,\"x,y\"\n";

/* From a file, standard input and pipes, plain and packed; to a file and a pipe. */
static void all_ways_give_the_same_bytes(void **state)
{
    (void)state;
    for (int packing = -1; packing < N_PACKINGS; packing++) {
        struct test_program program = {0};
        struct packed packed = {0};
        char command[512];
        if (packing < 0)
            packed_append(&packed, text, sizeof text - 1);
        else
            packed_add(&packed, (enum packing)packing, text, sizeof text - 1);
        test_write_file(input, packed.bytes, packed.size);
        free(packed.bytes);
        TEST_RUN(&program, "csv", "--delimiter", ";", input);
        assert_string_equal(program.out, canonical);
        assert_string_equal(program.err, "");
        TEST_RUN(&program, "csv", "--delimiter=;", input, "-o", output, "--threads", "3");
        assert_string_equal(program.out, "");
        struct test_file got = test_read_file(output);
        assert_string_equal(got.bytes, canonical);
        free(got.bytes);
        program.input = input;
        TEST_RUN(&program, "csv", "--delimiter", ";", "-", "--csv-parser", "libcsv");
        assert_string_equal(program.out, canonical);
        snprintf(command, sizeof command, "cat '%s' | '%s' csv --delimiter ';' > '%s'",
                 input, GPUC_PROGRAM, output);
        assert_int_equal(system(command), 0);
        got = test_read_file(output);
        assert_string_equal(got.bytes, canonical);
        free(got.bytes);
    }
}

static void json_has_objects_or_arrays(void **state)
{
    struct test_program program = {0};
    (void)state;
    test_write_file(input, text, sizeof text - 1);
    TEST_RUN(&program, "csv", input, "--json", "--delimiter", ";");
    assert_string_equal(program.out, "[\n{\"id\":\"1\",\"na;me\":\"a \\\"b\\\"\"},\n"
                                     "{\"id\":\"2\",\"na;me\":\"x,y\"}\n]\n");
    TEST_RUN(&program, "csv", input, "--json", "--delimiter", ";", "--no-header");
    assert_string_equal(program.out, "[\n[\"id\",\"na;me\"],\n[\"1\",\"a \\\"b\\\"\"],\n"
                                     "[\"2\",\"x,y\"]\n]\n");
}

static void bad_rows_can_be_listed(void **state)
{
    struct test_program program = {0};
    char rejects[96];
    (void)state;
    snprintf(rejects, sizeof rejects, "%s/bad.csv", folder);
    test_write_file(input, "#\n'a'|b\n1|2\n3\n", 14);
    TEST_RUN(&program, "csv", input, "--bad-rows", "null", "--rejects", rejects,
             "--delimiter", "|", "--quote", "'", "--skip-lines", "1", "--json",
             "--max-field", "10", "--comment", "%");
    assert_int_equal(program.exit_code, 0);
    assert_string_equal(program.out, "[\n{\"a\":\"1\",\"b\":\"2\"},\n"
                                     "{\"a\":\"3\",\"b\":null}\n]\n");
    assert_non_null(strstr(program.err, "in.csv: 1 of 2 rows were bad: 0 skipped, 1 with "
                                        "missing values, first at line 4 (expected 2 "
                                        "fields, saw 1)\n"));
    struct test_file got = test_read_file(rejects);
    assert_string_equal(got.bytes, "line,column,reason,row\n"
                                   "4,,\"expected 2 fields, saw 1\",3\n");
    free(got.bytes);
    unlink(rejects);
    TEST_RUN(&program, "csv", input, "--no-quote", "--delimiter", "|", "--skip-lines=1",
             "--bad-rows=skip");
    assert_string_equal(program.out, "'a',b\n1,2\n");
}

static void what_is_said(void **state)
{
    struct test_program program = {0};
    (void)state;
    test_write_file(input, "a\n1\n2\n", 6);
    TEST_RUN(&program, "csv", input, "--progress", "--threads", "1");
    assert_memory_equal(program.err, "gpuclassify: 2 rows in, 2 out, ", 31);
    assert_non_null(strstr(program.err, " MB/s, 1 thread\n"));
    TEST_RUN(&program, "csv", input, "--progress=never", "-v", "--threads", "1", "-o",
             output);
    assert_non_null(strstr(program.err, " MB/s, 1 thread, to "));
    assert_non_null(strstr(program.err, output));
    unlink(output);
    TEST_RUN(&program, "csv", input, "--progress=auto");
    assert_string_equal(program.err, "");
    TEST_RUN(&program, "csv", input, "--progress=sometimes");
    assert_int_equal(program.exit_code, 2);
    assert_non_null(strstr(program.err, "--progress takes always, never or auto, not "
                                        "'sometimes'"));
    TEST_RUN(&program, "csv", input, "--progress", "-q");
    assert_string_equal(program.err, "");
    TEST_RUN(&program, "csv", input, "-v");
    assert_non_null(strstr(program.err, "seconds by stage"));
    assert_null(strstr(program.err, "device"));
    TEST_RUN(&program, "csv", "--help");
    assert_int_equal(program.exit_code, 0);
    assert_memory_equal(program.out, "Usage: gpuclassify csv ", 23);
    assert_non_null(strstr(program.out, "gpuclassify csv in.csv --json"));
    assert_null(strstr(program.out, "--model"));
}

/* Arguments, the exit code and what must be said. `IN` and `FOLDER` stand for paths. */
static const struct {
    const char *arguments[5];
    int exit_code;
    const char *said;
} mistakes[] = {
    {{"-m", "model.json", "IN"}, 2, "unrecognized option '-m'"},
    {{"IN", "--device", "cpu"}, 2, "unrecognized option '--device'"},
    {{"IN", "--columns", "a"}, 2, "unrecognized option '--columns'"},
    {{"IN", "--threads", "0"}, 2, "--threads takes a number from 1 to 1024, not '0'"},
    {{"IN", "--delimiter", "ab"}, 2, "--delimiter takes one ASCII character or tab"},
    {{"IN", "--delimiter", "\""}, 2, "delimiter"},
    {{"IN", "--csv-parser", "x"}, 2, "no CSV parser 'x' on this machine"},
    {{"IN", "--json", "-o", "FOLDER"}, 2, "name a file for --json"},
    {{"IN", "-o", "IN"}, 2, "input and output are the same file"},
    {{"-", "-"}, 2, "standard input (-) is named twice"},
    {{"/no/such/file"}, 1, "/no/such/file: No such file or directory"},
    {{"FOLDER", "IN", "-o", "/no/such/out"}, 1, "/no/such: No such file or directory"},
    {{"/dev/null"}, 1, "/dev/null:1: the input is empty: there is no header"},
    {{"-", "--no-header", "--json"}, 1, "<stdin>:1: the input is empty"},
    {{"IN", "-o", "/dev/full"}, 1, "/dev/full: No space left on device"},
};

static const char *placed(const char *argument)
{
    if (argument != NULL && strcmp(argument, "IN") == 0)
        return input;
    if (argument != NULL && strcmp(argument, "FOLDER") == 0)
        return folder;
    return argument;
}

static void mistakes_are_explained(void **state)
{
    (void)state;
    test_write_file(input, "a\n1\n", 4);
    unlink(output);
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        struct test_program program = {0};
        const char *arguments[7] = {"csv"};
        for (size_t k = 0; k < 5; k++)
            arguments[k + 1] = placed(mistakes[i].arguments[k]);
        test_program_run(&program, arguments);
        if (program.exit_code != mistakes[i].exit_code ||
            strstr(program.err, mistakes[i].said) == NULL)
            fail_msg("case %zu: exit %d, %s", i, program.exit_code, program.err);
        assert_int_equal(test_folder_count(folder), 1);
    }
    struct test_program program = {.output = "/dev/full"};
    TEST_RUN(&program, "csv", input);
    assert_int_equal(program.exit_code, 1);
    assert_string_equal(program.err, "gpuclassify: <stdout>: No space left on device\n");
    print_message("%zu mistakes\n", sizeof mistakes / sizeof mistakes[0]);
}

/* A folder without a CSV file has none to read, a folder of outputs gets one for each. */
static void folders_are_as_for_classify(void **state)
{
    struct test_program program = {0};
    char target[96], path[160];
    (void)state;
    test_write_file(input, "a\n1\n", 4);
    unlink(output);
    snprintf(target, sizeof target, "%s-out/", folder);
    TEST_RUN(&program, "csv", folder, "-o", target);
    assert_string_equal(program.err, "");
    snprintf(path, sizeof path, "%sin.csv", target);
    struct test_file got = test_read_file(path);
    assert_string_equal(got.bytes, "a\n1\n");
    free(got.bytes);
    test_folder_remove(target);
}

/* Much more than a pipe holds goes to a reader that is content with one line. */
static void a_reader_that_leaves_ends_the_program(void **state)
{
    char command[512];
    (void)state;
    FILE *file = fopen(input, "w");
    assert_non_null(file);
    for (int i = 0; i < 100000; i++)
        fprintf(file, "%d,%d\n", i, i);
    assert_int_equal(fclose(file), 0);
    snprintf(command, sizeof command,
             "{ '%s' csv '%s' 2>'%s'; echo $? >>'%s'; } | head -1 >/dev/null",
             GPUC_PROGRAM, input, output, output);
    assert_int_equal(system(command), 0);
    struct test_file said = test_read_file(output);
    char *end;
    assert_int_equal(strtol((const char *)said.bytes, &end, 10), 128 + SIGPIPE);
    assert_string_equal(end, "\n");
    free(said.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_spectrum_is_read_as_it_says),
        cmocka_unit_test(all_ways_give_the_same_bytes),
        cmocka_unit_test(json_has_objects_or_arrays),
        cmocka_unit_test(bad_rows_can_be_listed),
        cmocka_unit_test(what_is_said),
        cmocka_unit_test(mistakes_are_explained),
        cmocka_unit_test(folders_are_as_for_classify),
        cmocka_unit_test(a_reader_that_leaves_ends_the_program),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
