/* SPDX-License-Identifier: Apache-2.0 */
/* What goes wrong gets one line that says what and where, the right exit code, and leaves
 * no output behind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/program.h"

/* Bad input: its bytes and what must be said behind "gpuclassify: FILE:". */
static const struct {
    const char *name;
    const char *bytes;
    size_t size;
    const char *said;
} bad_inputs[] = {
#define INPUT(name, text, said)                                                          \
  {                                                                                      \
    name, text, sizeof(text) - 1, said                                                   \
  }
    INPUT("empty", "", "1: No columns to parse from file"),
    INPUT("blank lines", "\n \n\r\n", "1: No columns to parse from file"),
    INPUT("too many fields", "a,b\n1,2\n\n3,4,5\n",
          "4: Expected 2 fields in line 4, saw 3"),
    INPUT("unclosed quote", "a,b\n1,\"x\n\n", "2: unexpected end of data"),
    INPUT("text after quote", "a,b\r\n1,2\r\n3,\"x\"y\r\n", "3: ',' expected after '\"'"),
    INPUT("not UTF-8", "a,b\n1,2\n3,\xFF\n", "3: not UTF-8: byte 0xff cannot stand here"),
    INPUT("truncated UTF-8", "a,b\n1,\xE2\x82", "2: not UTF-8: byte 0xe2"),
    INPUT("UTF-16",
          "\xFF\xFE"
          "a\0,\0b\0\n\0",
          "1: not UTF-8: byte 0xff"),
    INPUT("mark and quote", "\xEF\xBB\xBF\"a,b\",c\n1,2\n", "1: substring not found"),
#undef INPUT
};

static void bad_input_is_named_by_file_and_line(void **state)
{
    char folder[64], input[96], output[96];
    (void)state;
    test_folder_make(folder);
    snprintf(input, sizeof input, "%s/in.csv", folder);
    snprintf(output, sizeof output, "%s/out.csv", folder);
    for (size_t i = 0; i < sizeof bad_inputs / sizeof bad_inputs[0]; i++) {
        char expected[256];
        struct test_program program = {0};
        test_write_file(input, bad_inputs[i].bytes, bad_inputs[i].size);
        snprintf(expected, sizeof expected, "gpuclassify: %s:%s", input,
                 bad_inputs[i].said);

        /* A new output does not appear, an old one stays as it is. */
        TEST_RUN(&program, "-m", "blackbox", input, "-o", output);
        assert_int_equal(program.exit_code, 1);
        assert_memory_equal(program.err, expected, strlen(expected));
        assert_ptr_equal(strchr(program.err, '\n') + 1,
                         program.err + strlen(program.err));
        assert_int_equal(test_folder_count(folder), 1);

        test_write_file(output, "old", 3);
        TEST_RUN(&program, "-m", "blackbox", input, "-o", output);
        assert_int_equal(program.exit_code, 1);
        struct test_file old = test_read_file(output);
        assert_int_equal(old.size, 3);
        assert_memory_equal(old.bytes, "old", 3);
        free(old.bytes);
        unlink(output);

        /* Standard output gets nothing either. */
        TEST_RUN(&program, "-m", "blackbox", input);
        assert_int_equal(program.exit_code, 1);
        assert_string_equal(program.out, "");
    }
    print_message("%zu bad inputs\n", sizeof bad_inputs / sizeof bad_inputs[0]);
    test_folder_remove(folder);
}

static void embedded_nul_is_text(void **state)
{
    struct test_program program = {0};
    char folder[64], input[96];
    (void)state;
    test_folder_make(folder);
    snprintf(input, sizeof input, "%s/in.csv", folder);
    test_write_file(input, "a,b\n1,x\0y\n", 10);
    TEST_RUN(&program, "-m", "blackbox", input);
    assert_int_equal(program.exit_code, 0);
    assert_memory_equal(program.out, "1,x\0y,0.", 8);
    test_folder_remove(folder);
}

static void a_field_or_record_without_end_stops_early(void **state)
{
    struct test_program program = {0};
    char folder[64], input[96];
    (void)state;
    test_folder_make(folder);
    snprintf(input, sizeof input, "%s/in.csv", folder);
    size_t size = 8 << 20;
    char *bytes = malloc(size);
    assert_non_null(bytes);
    memset(bytes, 'x', size);
    for (int quoted = 0; quoted <= 1; quoted++) {
        memcpy(bytes, quoted ? "a,b\n1,\"" : "a,b\n1,2", 7);
        test_write_file(input, bytes, size);
        TEST_RUN(&program, "-m", "blackbox", input);
        assert_int_equal(program.exit_code, 1);
        assert_non_null(
            strstr(program.err, ":2: field larger than field limit (131072)\n"));
    }
    free(bytes);
    test_folder_remove(folder);
}

static void files_that_cannot_be_used(void **state)
{
    struct test_program program = {0};
    char folder[64], input[96], output[96];
    (void)state;
    test_folder_make(folder);
    snprintf(input, sizeof input, "%s/in.csv", folder);
    snprintf(output, sizeof output, "%s/no/out.csv", folder);

    TEST_RUN(&program, "-m", "blackbox", input);
    assert_int_equal(program.exit_code, 1);
    assert_non_null(strstr(program.err, "in.csv: No such file or directory\n"));
    TEST_RUN(&program, "-m", "blackbox", folder);
    assert_int_equal(program.exit_code, 1);
    assert_non_null(strstr(program.err, ": a folder without a file whose name ends in "
                                        ".csv or .tsv, or in one of these and .gz or "
                                        ".zst\n"));

    test_write_file(input, "a,b\n1,2\n", 8);
    TEST_RUN(&program, "-m", "blackbox", input, "-o", output);
    assert_int_equal(program.exit_code, 1);
    assert_non_null(strstr(program.err, "/no: No such file or directory\n"));
    TEST_RUN(&program, "-m", "blackbox", input, "-o", folder);
    assert_int_equal(program.exit_code, 2);
    assert_non_null(strstr(program.err, "input and output are the same file"));
    TEST_RUN(&program, "-m", "blackbox", input, "-o", input);
    assert_int_equal(program.exit_code, 2);
    assert_non_null(strstr(program.err, "input and output are the same file"));

    snprintf(output, sizeof output, "%s/link.csv", folder);
    assert_int_equal(symlink(input, output), 0);
    TEST_RUN(&program, "-m", "blackbox", input, "-o", output);
    assert_int_equal(program.exit_code, 2);
    unlink(output);
    assert_int_equal(link(input, output), 0);
    TEST_RUN(&program, "-m", "blackbox", input, "-o", output);
    assert_int_equal(program.exit_code, 2);

    assert_int_equal(chmod(input, 0), 0);
    if (access(input, R_OK) != 0) {
        TEST_RUN(&program, "-m", "blackbox", input);
        assert_int_equal(program.exit_code, 1);
        assert_non_null(strstr(program.err, "in.csv: Permission denied\n"));
    } else {
        print_message("unreadable file: SKIPPED, this user may read everything\n");
    }
    test_folder_remove(folder);
}

/* Wrong usage: arguments and what must be said. */
static const struct {
    const char *arguments[6];
    int exit_code;
    const char *said;
} mistakes[] = {
    {{"in.csv"}, 2, "no model: name one with -m"},
    {{"-m", "foo", "in.csv"}, 2, "unknown model 'foo'"},
    {{"-m", "blackbox:py4", "in.csv"}, 2, "unknown parameter 'py4'"},
    {{"-m", "blackbox:py3,slowness=x", "in.csv"},
     2,
     "slowness must be a number from 0 to"},
    {{"-m", "blackbox:py3,slowness=1000001", "in.csv"}, 2, "slowness must be a number"},
    {{"-m", "blackbox", "a.csv", "b.csv"}, 2, "one input at a time"},
    {{"inspekt", "model.txt"},
     2,
     "(the commands are bench, classify, csv, devices, doctor, help, inspect, "
     "receive, send, serve and verify)"},
    {{"inspekt"},
     2,
     "(the commands are bench, classify, csv, devices, doctor, help, inspect, "
     "receive, send, serve and verify)"},
    {{"-m", "blackbox", "a.csv", "--threads", "0"}, 2, "--threads takes a number from 1"},
    {{"-m", "blackbox", "a.csv", "--threads=2x"}, 2, "--threads takes a number from 1"},
    {{"-m", "blackbox", "a.csv", "--batch-rows=-1"}, 2, "--batch-rows takes a number"},
    {{"-m", "blackbox", "a.csv", "--outptu"}, 2, "unrecognized option '--outptu'"},
    {{"-m", "blackbox", "/dev/null", "--output", "label"},
     2,
     "unknown output column 'label'"},
    {{"-m", "blackbox", "/dev/null", "--output", "pred,pred"}, 2, "is named twice"},
    {{"-m", "blackbox", "/dev/null", "--output", ""}, 2, "unknown output column ''"},
    {{"-m", "blackbox", "/dev/null", "--csv-parser", "x"},
     2,
     "no CSV parser 'x' on this machine"},
    {{"-m", "blackbox", "/dev/null", "--device", "quantum"}, 3, "usable: "},
    {{"-m", "blackbox", "/dev/null", "--device", "sclar"}, 3, "; did you mean 'scalar'?"},
    {{"-m", "blackbox", "/dev/null", "--device", "auot"}, 3, "; did you mean 'auto'?"},
    {{"-m", "blackbox", "/dev/null", "--device", "opencl:9.9"}, 3, "usable: "},
    {{"verify", "-m", "blackbox"}, 2, "verify needs a file"},
    {{"verify", "in.csv"}, 2, "no model"},
    {{"devices", "extra"}, 2, "takes no argument"},
};

static void mistakes_are_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        struct test_program program = {0};
        test_program_run(&program, mistakes[i].arguments);
        if (program.exit_code != mistakes[i].exit_code ||
            strstr(program.err, mistakes[i].said) == NULL)
            fail_msg("%s...: exit %d, %s", mistakes[i].arguments[0], program.exit_code,
                     program.err);
        assert_string_equal(program.out, "");
    }
    print_message("%zu mistakes\n", sizeof mistakes / sizeof mistakes[0]);
}

static void disabled_devices_are_not_used(void **state)
{
    struct test_program program = {.environment =
                                       "GPUCLASSIFY_DISABLE=avx512,avx2,opencl"};
    (void)state;
    TEST_RUN(&program, "-m", "blackbox", "/dev/null", "--device", "avx2");
    assert_int_equal(program.exit_code, 3);
    assert_non_null(strstr(program.err, "GPUCLASSIFY_DISABLE"));
    assert_non_null(strstr(program.err, "scalar"));
    TEST_RUN(&program, "devices", "--names");
    assert_int_equal(program.exit_code, 0);
    assert_null(strstr(program.out, "avx"));
    assert_null(strstr(program.out, "opencl"));
    program.environment = "GPUCLASSIFY_DISABLE=avx1024";
    TEST_RUN(&program, "devices");
    assert_int_equal(program.exit_code, 2);
    assert_non_null(strstr(program.err, "'avx1024'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_input_is_named_by_file_and_line),
        cmocka_unit_test(embedded_nul_is_text),
        cmocka_unit_test(a_field_or_record_without_end_stops_early),
        cmocka_unit_test(files_that_cannot_be_used),
        cmocka_unit_test(mistakes_are_explained),
        cmocka_unit_test(disabled_devices_are_not_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
