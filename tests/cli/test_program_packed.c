/* SPDX-License-Identifier: Apache-2.0 */
/* Packed input through the program: the bytes of the plain input, or an error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/packing.h"
#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/program.h"

#define MODELS GPUC_TEST_DATA "/golden/models/"
#define BLACKBOX GPUC_TEST_DATA "/golden/blackbox/batch-late-float/"

static const struct job {
    const char *model;
    const char *input;
} jobs[] = {{MODELS "xgb_exact/model.ubj", MODELS "xgb_exact/in.csv"},
            {MODELS "lgb_cat_strings/model.txt", MODELS "lgb_cat_strings/in.csv"},
            {"blackbox:py3", BLACKBOX "in.csv"}};

static char folder[64], packed_path[96], output[96];

static int make_folder(void **state)
{
    (void)state;
    test_folder_make(folder);
    /* Its name says nothing. */
    snprintf(packed_path, sizeof packed_path, "%s/in.csv", folder);
    snprintf(output, sizeof output, "%s/out.csv", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

/* Packs the first half and the rest separately; `n_cut` bytes are lacking at the end. */
static void write_packed(enum packing packing, const struct test_file *plain,
                         size_t n_cut)
{
    struct packed packed = {0};
    packed_add(&packed, packing, plain->bytes, plain->size / 2);
    packed_add(&packed, packing, plain->bytes + plain->size / 2,
               plain->size - plain->size / 2);
    test_write_file(packed_path, packed.bytes, packed.size - n_cut);
    free(packed.bytes);
}

static struct test_file run(const char *model, const char *input, const char *batch_rows)
{
    struct test_program program = {0};
    TEST_RUN(&program, "-m", model, input, "-o", output, "--batch-rows", batch_rows);
    assert_string_equal(program.err, "");
    assert_int_equal(program.exit_code, 0);
    return test_read_file(output);
}

static void check_same(const struct test_file *expected)
{
    struct test_file got = test_read_file(output);
    assert_non_null(got.bytes);
    assert_int_equal(got.size, expected->size);
    assert_memory_equal(got.bytes, expected->bytes, expected->size);
    free(got.bytes);
}

/* From a file, from a file on standard input, and from a pipe. */
static void packed_input_gives_the_same_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        struct test_file plain = test_read_file(jobs[i].input);
        struct test_file expected = run(jobs[i].model, jobs[i].input, "4096");
        assert_true(plain.size > 0 && expected.size > 0);
        for (int packing = 0; packing < N_PACKINGS; packing++) {
            char command[1024];
            write_packed(packing, &plain, 0);
            struct test_file got = run(jobs[i].model, packed_path, "7");
            free(got.bytes);
            check_same(&expected);
            snprintf(command, sizeof command, "'%s' -m '%s' - < '%s' > '%s'",
                     GPUC_PROGRAM, jobs[i].model, packed_path, output);
            assert_int_equal(system(command), 0);
            check_same(&expected);
            snprintf(command, sizeof command, "cat '%s' | '%s' -m '%s' > '%s'",
                     packed_path, GPUC_PROGRAM, jobs[i].model, output);
            assert_int_equal(system(command), 0);
            check_same(&expected);
        }
        free(plain.bytes);
        free(expected.bytes);
    }
}

/* Nothing is written of input that is cut off. */
static void truncated_input_is_an_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        struct test_file plain = test_read_file(jobs[i].input);
        for (int packing = 0; packing < N_PACKINGS; packing++) {
            struct test_program program = {0};
            char message[200];
            write_packed(packing, &plain, 3);
            remove(output);
            TEST_RUN(&program, "-m", jobs[i].model, packed_path, "-o", output);
            snprintf(message, sizeof message,
                     "gpuclassify: %s: the %s data is truncated\n", packed_path,
                     packing_names[packing]);
            assert_string_equal(program.err, message);
            assert_int_equal(program.exit_code, 1);
            assert_int_equal(test_folder_count(folder), 1);
        }
        free(plain.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packed_input_gives_the_same_bytes),
        cmocka_unit_test(truncated_input_is_an_error),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
