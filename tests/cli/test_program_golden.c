/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The golden cases through the program, on every device that `devices --names` prints,
 * from a file and from standard input. Thread counts and batch sizes take turns, so that
 * each device meets every pair many times.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/program.h"

static const char *const thread_counts[] = {"1", "2", "5"};
static const char *const batch_sizes[] = {"1", "7", "64", "100", "4096"};

static bool run_case(const struct test_case *item, int model_number, const char *device,
                     unsigned turn, const char *folder)
{
    struct test_program program = {0};
    const struct test_file *expected = &item->expected[model_number];
    bool from_stdin = turn % 2 == 1;
    char output[96];
    snprintf(output, sizeof output, "%s/out.csv", folder);
    program.input = from_stdin ? item->input_path : NULL;
    TEST_RUN(&program, "-m", test_case_models[model_number],
             from_stdin ? "-" : item->input_path, "-o", output, "--device", device,
             "--threads", thread_counts[turn % 3], "--batch-rows", batch_sizes[turn % 5]);
    struct test_file got = test_read_file(output);
    bool good;
    if (expected->bytes == NULL)
        good = program.exit_code == 1 && got.bytes == NULL && program.out[0] == '\0' &&
               strncmp(program.err, "gpuclassify: ", 13) == 0;
    else
        good =
            program.exit_code == 0 && got.bytes != NULL && got.size == expected->size &&
            memcmp(got.bytes, expected->bytes, got.size) == 0 && program.err[0] == '\0';
    /* Nothing may stay beside the output. */
    good = good && test_folder_count(folder) == (got.bytes != NULL ? 1 : 0);
    if (!good)
        print_error("%s %s %s: exit %d, %s\n", item->name, test_case_models[model_number],
                    device, program.exit_code, program.err);
    free(got.bytes);
    unlink(output);
    return good;
}

static void golden_cases_through_the_program(void **state)
{
    struct test_cases cases = test_cases_load();
    struct test_program devices = {0};
    char folder[64];
    unsigned n_bad = 0, turn = 0;
    (void)state;
    TEST_RUN(&devices, "devices", "--names");
    assert_int_equal(devices.exit_code, 0);
    assert_non_null(strstr(devices.out, "scalar\n"));
    test_folder_make(folder);
    for (char *name = strtok(devices.out, "\n"); name != NULL;
         name = strtok(NULL, "\n")) {
        for (size_t i = 0; i < cases.n_items; i++)
            for (int model = 0; model < 2; model++)
                n_bad += !run_case(&cases.items[i], model, name, turn++, folder);
        print_message("%s: %zu runs\n", name, 2 * cases.n_items);
    }
    test_folder_remove(folder);
    test_cases_free(&cases);
    assert_int_equal(n_bad, 0);
}

/* All devices in one job: some cases, for each opens every one of them. */
static void golden_cases_on_all_devices_together(void **state)
{
    struct test_cases cases = test_cases_load();
    struct test_program devices = {0};
    char folder[64], together[TEST_SAID_SIZE] = "";
    unsigned n_bad = 0, turn = 0;
    (void)state;
    TEST_RUN(&devices, "devices", "--names");
    for (char *name = strtok(devices.out, "\n"); name != NULL; name = strtok(NULL, "\n"))
        snprintf(together + strlen(together), sizeof together - strlen(together), "%s%s",
                 together[0] != '\0' ? "+" : "", name);
    test_folder_make(folder);
    for (size_t i = 0; i < cases.n_items; i += 5, turn++)
        n_bad += !run_case(&cases.items[i], (int)(turn % 2), together, turn, folder);
    print_message("%s: %u runs\n", together, turn);
    test_folder_remove(folder);
    test_cases_free(&cases);
    assert_int_equal(n_bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_cases_through_the_program),
        cmocka_unit_test(golden_cases_on_all_devices_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
