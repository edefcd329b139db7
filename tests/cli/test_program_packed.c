/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packed input through the program: the bytes of the plain input, or an error. Packed
 * output: the bytes of the plain output, packed the same way whatever the threads.
 */
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

/* ---- output --------------------------------------------------------------------- */

static const char *const suffixes[] = {".gz", ".zst"};
static const char *const unpackers[] = {"gzip", "zstd"};

enum { N_SUFFIXES = sizeof suffixes / sizeof suffixes[0] };

/* Makes an input whose output is packed in several blocks: the rows again and again. */
static void write_long_input(const char *path, const char *rows_path, int n_times)
{
    struct test_file file = test_read_file(rows_path);
    const char *rows = strchr((const char *)file.bytes, '\n') + 1;
    size_t size = file.size - (size_t)(rows - (const char *)file.bytes);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    fwrite(file.bytes, 1, file.size - size, stream);
    for (int i = 0; i < n_times; i++)
        assert_int_equal(fwrite(rows, 1, size, stream), size);
    assert_int_equal(fclose(stream), 0);
    free(file.bytes);
}

static struct test_file run_to(const char *model, const char *input, const char *to,
                               const char *threads, const char *batch_rows)
{
    struct test_program program = {0};
    TEST_RUN(&program, "-m", model, input, "-o", to, "--threads", threads, "--batch-rows",
             batch_rows);
    assert_string_equal(program.err, "");
    assert_int_equal(program.exit_code, 0);
    return test_read_file(to);
}

/* What the format's own program makes of a file is the plain output. */
static void check_with_tool(const char *unpacker, const char *path)
{
    char command[400];
    snprintf(command, sizeof command, "command -v %s > /dev/null", unpacker);
    if (system(command) != 0) {
        print_message("skipped in part: no %s\n", unpacker);
        return;
    }
    snprintf(command, sizeof command, "%s -dc '%s' | cmp - '%s'", unpacker, path, output);
    assert_int_equal(system(command), 0);
}

/* What another job reads from a packed output is what it reads from the plain one. */
static void check_as_input(const char *model, const char *path, const char *columns)
{
    char command[600];
    snprintf(command, sizeof command,
             "'%s' -m '%s' %s '%s' > '%s/a' && '%s' -m '%s' %s '%s' | cmp - '%s/a'",
             GPUC_PROGRAM, model, columns, output, folder, GPUC_PROGRAM, model, columns,
             path, folder);
    assert_int_equal(system(command), 0);
}

static void check_packed_output(const struct job *job, const char *input, size_t i)
{
    static const char *const runs[][2] = {{"2", "1000"}, {"5", "97"}, {"1", "65536"}};
    char path[112];
    snprintf(path, sizeof path, "%s%s", output, suffixes[i]);
    struct test_file expected = run_to(job->model, input, path, "1", "4096");
    check_with_tool(unpackers[i], path);
    check_as_input(job->model, path,
                   strncmp(job->model, "blackbox", 8) == 0 ? "" : "--columns id");
    for (size_t k = 0; k < sizeof runs / sizeof runs[0]; k++) {
        struct test_file got = run_to(job->model, input, path, runs[k][0], runs[k][1]);
        assert_int_equal(got.size, expected.size);
        assert_memory_equal(got.bytes, expected.bytes, got.size);
        free(got.bytes);
    }
    free(expected.bytes);
    remove(path);
}

static void packed_output_is_the_same_for_all_threads(void **state)
{
    char input[96];
    (void)state;
    snprintf(input, sizeof input, "%s/long.csv", folder);
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i += 2) {
        write_long_input(input, jobs[i].input, i == 0 ? 90 : 400);
        struct test_file plain = run_to(jobs[i].model, input, output, "2", "4096");
        assert_true(plain.size > 1 << 20);
        for (size_t k = 0; k < N_SUFFIXES; k++)
            check_packed_output(&jobs[i], input, k);
        free(plain.bytes);
    }
    remove(input);
}

/* No rows, no header: nothing to pack, and a file all the same that unpacks to nothing.
 */
static void empty_output_is_packed(void **state)
{
    (void)state;
    test_write_file(packed_path, "ID,SKU\n", 7);
    test_write_file(output, "", 0);
    for (size_t i = 0; i < N_SUFFIXES; i++) {
        char path[112];
        snprintf(path, sizeof path, "%s%s", output, suffixes[i]);
        struct test_file got = run_to("blackbox", packed_path, path, "2", "4096");
        assert_true(got.size > 0);
        free(got.bytes);
        check_with_tool(unpackers[i], path);
        remove(path);
    }
}

/* Bad input late: rows have been packed, and no file is left. */
static void failed_jobs_leave_no_packed_output(void **state)
{
    (void)state;
    FILE *stream = fopen(packed_path, "wb");
    assert_non_null(stream);
    fputs("id,x0,x1,x2\n", stream);
    for (int i = 0; i < 60000; i++)
        fprintf(stream, "%d,%d.5,2,3\n", i, i % 7);
    fputs("60001,what,2,3\n", stream);
    assert_int_equal(fclose(stream), 0);
    remove(output);
    for (size_t i = 0; i < N_SUFFIXES; i++) {
        struct test_program program = {0};
        char path[112];
        size_t n_files = test_folder_count(folder);
        snprintf(path, sizeof path, "%s%s", output, suffixes[i]);
        TEST_RUN(&program, "-m", jobs[0].model, packed_path, "-o", path);
        assert_int_equal(program.exit_code, 1);
        assert_non_null(strstr(program.err, ":60002: column 'x0'"));
        assert_int_equal(test_folder_count(folder), n_files);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packed_input_gives_the_same_bytes),
        cmocka_unit_test(truncated_input_is_an_error),
        cmocka_unit_test(packed_output_is_the_same_for_all_threads),
        cmocka_unit_test(empty_output_is_packed),
        cmocka_unit_test(failed_jobs_leave_no_packed_output),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
