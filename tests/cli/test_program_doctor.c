/* SPDX-License-Identifier: Apache-2.0 */
/* doctor finds drivers that cannot be loaded and folders that cannot be written to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka_all.h"
#include "support/program.h"

static void assert_says(const struct test_program *program, const char *text)
{
    if (strstr(program->out, text) == NULL)
        fail_msg("'%s' is not in:\n%s%s", text, program->out, program->err);
}

/* Whatever this machine has, the reference is there. */
static void engines_are_tested(void **state)
{
    struct test_program program = {.environment = "GPUCLASSIFY_DISABLE=opencl,avx512"};
    (void)state;
    TEST_RUN(&program, "doctor");
    assert_says(&program, "ok       scalar: ");
    assert_says(&program, "plain C, the reference; passed its self-test\n");
    assert_says(&program, "note     GPUCLASSIFY_DISABLE takes out: opencl,avx512\n");
    assert_says(&program, "note     avx512: ");
    assert_says(&program, "not looked at: GPUCLASSIFY_DISABLE takes OpenCL out\n");
    assert_string_equal(program.err, "");
}

static void broken_drivers_are_problems(void **state)
{
    static const char library[] = "libgpuc-no-such-driver.so\n";
    char folder[64], path[96], environment[96], expected[160];
    struct test_program program = {.environment = environment};
    (void)state;
    test_folder_make(folder);
    snprintf(environment, sizeof environment, "OCL_ICD_VENDORS=%s", folder);
    TEST_RUN(&program, "doctor");
    snprintf(expected, sizeof expected, "note     %s: no OpenCL driver is installed\n",
             folder);
    assert_says(&program, expected);

    snprintf(path, sizeof path, "%s/missing.icd", folder);
    test_write_file(path, library, sizeof library - 1);
    TEST_RUN(&program, "doctor");
    assert_int_equal(program.exit_code, 1);
    snprintf(expected, sizeof expected, "PROBLEM  %s: libgpuc-no-such-driver.so: ", path);
    assert_says(&program, expected);
    assert_says(&program, "\n           Install the driver's packages again");

    unlink(path);
    snprintf(path, sizeof path, "%s/empty.icd", folder);
    test_write_file(path, "\n", 1);
    TEST_RUN(&program, "doctor");
    assert_int_equal(program.exit_code, 1);
    snprintf(expected, sizeof expected, "PROBLEM  %s: the file is empty\n", path);
    assert_says(&program, expected);
    test_folder_remove(folder);
}

static void no_room_is_a_problem(void **state)
{
    struct test_program program = {.environment = "TMPDIR=/no/such/folder"};
    (void)state;
    TEST_RUN(&program, "doctor");
    assert_int_equal(program.exit_code, 1);
    assert_says(&program, "PROBLEM  /no/such/folder: No such file or directory\n");
    assert_says(&program, "Set TMPDIR to a folder that may be written to.\n");
}

static void wrong_use_is_told(void **state)
{
    struct test_program program = {.environment = "GPUCLASSIFY_DISABLE=nonsense"};
    (void)state;
    TEST_RUN(&program, "doctor", "me");
    assert_int_equal(program.exit_code, 2);
    assert_non_null(strstr(program.err, "`doctor` takes no argument: leave 'me' out"));
    TEST_RUN(&program, "doctor");
    assert_int_equal(program.exit_code, 1);
    assert_says(&program, "PROBLEM  GPUCLASSIFY_DISABLE: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engines_are_tested),
        cmocka_unit_test(broken_drivers_are_problems),
        cmocka_unit_test(no_room_is_a_problem),
        cmocka_unit_test(wrong_use_is_told),
    };
    /* Drivers are not looked at where it takes OpenCL out. */
    unsetenv("GPUCLASSIFY_DISABLE");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
