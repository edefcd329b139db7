/* SPDX-License-Identifier: Apache-2.0 */
/* Several inputs: read as one, or each with an output of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv/packing.h"
#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/program.h"

#define MODEL GPUC_TEST_DATA "/golden/models/xgb_exact/model.ubj"
#define INPUT GPUC_TEST_DATA "/golden/models/xgb_exact/in.csv"

enum { N_PARTS = 4 };

/* The golden input, cut after some of its rows into files with its header. */
struct parts {
    char root[64], folder[80], output[80];
    char paths[N_PARTS][100];
    struct test_file whole;
};

/* The end of line number `n`, from 0, of a text without quotes. */
static size_t line_end(const struct test_file *file, size_t n)
{
    size_t pos = 0;
    for (size_t i = 0; i <= n && pos < file->size; i++) {
        const char *lf = memchr((const char *)file->bytes + pos, '\n', file->size - pos);
        pos = lf != NULL ? (size_t)(lf - (const char *)file->bytes) + 1 : file->size;
    }
    return pos;
}

static void write_part(const struct parts *parts, size_t i, size_t begin, size_t end)
{
    const uint8_t *bytes = (const uint8_t *)parts->whole.bytes;
    size_t header = line_end(&parts->whole, 0);
    uint8_t *text = malloc(header + end - begin + 1);
    assert_non_null(text);
    memcpy(text, bytes, header);
    memcpy(text + header, bytes + begin, end - begin);
    test_write_file(parts->paths[i], text, header + end - begin);
    free(text);
}

/* Part 1 has no rows, part 2 is packed. */
static void make_parts(struct parts *parts)
{
    static const char *const names[] = {"b.csv", "c.csv", "d.csv.gz", "a.csv"};
    static const size_t first_lines[] = {0, 17, 17, 40, 10000};
    *parts = (struct parts){.whole = test_read_file(INPUT)};
    assert_non_null(parts->whole.bytes);
    test_folder_make(parts->root);
    snprintf(parts->folder, sizeof parts->folder, "%s/in", parts->root);
    snprintf(parts->output, sizeof parts->output, "%s/out/", parts->root);
    assert_int_equal(mkdir(parts->folder, 0777), 0);
    for (size_t i = 0; i < N_PARTS; i++) {
        snprintf(parts->paths[i], sizeof parts->paths[i], "%s/%s", parts->folder,
                 names[i]);
        write_part(parts, i, line_end(&parts->whole, first_lines[i]),
                   line_end(&parts->whole, first_lines[i + 1]));
    }
    struct test_file plain = test_read_file(parts->paths[2]);
    struct packed packed = {0};
    packed_add(&packed, PACKING_GZIP, plain.bytes, plain.size);
    test_write_file(parts->paths[2], packed.bytes, packed.size);
    free(packed.bytes);
    free(plain.bytes);
}

static void remove_parts(struct parts *parts)
{
    test_folder_remove(parts->folder);
    if (access(parts->output, F_OK) == 0)
        test_folder_remove(parts->output);
    test_folder_remove(parts->root);
    free(parts->whole.bytes);
}

static void check_equal(const char *path, const struct test_file *expected)
{
    struct test_file got = test_read_file(path);
    assert_non_null(got.bytes);
    assert_int_equal(got.size, expected->size);
    assert_memory_equal(got.bytes, expected->bytes, expected->size);
    free(got.bytes);
}

/* Runs a job that must succeed, and returns its output. */
static struct test_file run_to(const char *output, const char *const *inputs)
{
    struct test_program program = {0};
    const char *arguments[16] = {"-m", MODEL, "-o", output};
    size_t n = 4;
    while (*inputs != NULL)
        arguments[n++] = *inputs++;
    test_program_run(&program, arguments);
    assert_string_equal(program.err, "");
    assert_int_equal(program.exit_code, 0);
    return test_read_file(output);
}

static void parts_in_order_are_the_whole(void **state)
{
    struct parts parts;
    char one[80], other[80];
    (void)state;
    make_parts(&parts);
    snprintf(one, sizeof one, "%s/one.csv", parts.root);
    snprintf(other, sizeof other, "%s/other.csv", parts.root);
    struct test_file expected = run_to(one, (const char *const[]){INPUT, NULL});
    assert_true(expected.size > 0);
    free(run_to(other, (const char *const[]){parts.paths[0], parts.paths[1],
                                             parts.paths[2], parts.paths[3], NULL})
             .bytes);
    check_equal(other, &expected);
    free(expected.bytes);

    /* A folder is read in the order of names. */
    expected = run_to(
        one, (const char *const[]){parts.paths[3], parts.paths[0], parts.paths[2], NULL});
    free(run_to(other, (const char *const[]){parts.folder, NULL}).bytes);
    check_equal(other, &expected);
    free(expected.bytes);
    unlink(one);
    unlink(other);
    remove_parts(&parts);
}

static void a_folder_gets_an_output_for_each(void **state)
{
    struct parts parts;
    struct test_program program = {0};
    char path[120], one[80];
    (void)state;
    make_parts(&parts);
    unlink(parts.paths[2]);
    snprintf(one, sizeof one, "%s/one.csv", parts.root);
    TEST_RUN(&program, "-m", MODEL, parts.folder, "-o", parts.output);
    assert_string_equal(program.err, "");
    assert_int_equal(program.exit_code, 0);
    assert_int_equal(test_folder_count(parts.output), N_PARTS - 1);
    for (size_t i = 0; i < N_PARTS; i++) {
        if (i == 2)
            continue;
        struct test_file expected =
            run_to(one, (const char *const[]){parts.paths[i], NULL});
        snprintf(path, sizeof path, "%s%s", parts.output,
                 strrchr(parts.paths[i], '/') + 1);
        check_equal(path, &expected);
        free(expected.bytes);
    }
    unlink(one);
    remove_parts(&parts);
}

static void run_and_expect(const struct parts *parts, const char *const *arguments,
                           int exit_code, const char *message)
{
    struct test_program program = {0};
    test_program_run(&program, arguments);
    if (strstr(program.err, message) == NULL || program.exit_code != exit_code)
        fail_msg("exit code %d: %s", program.exit_code, program.err);
    assert_string_equal(program.out, "");
    assert_int_equal(test_folder_count(parts->root), 1);
}

static void mistakes_are_told_before_any_output(void **state)
{
    struct parts parts;
    char output[80], header[96], narrow[96];
    (void)state;
    make_parts(&parts);
    snprintf(output, sizeof output, "%s/out.csv", parts.root);
    snprintf(header, sizeof header, "%s/e.csv", parts.folder);
    snprintf(narrow, sizeof narrow, "%s/f.csv", parts.folder);
    test_write_file(header, "id,x1,x0,x2\n1,2,3,4\n", 20);
    test_write_file(narrow, "id,x0\n1,2\n", 10);
    const char *const *p = (const char *const[]){parts.paths[0], parts.paths[3]};
#define EXPECT(code, message, ...)                                                       \
  run_and_expect(&parts,                                                                 \
                 (const char *const[]){"-m", MODEL, "-o", output, __VA_ARGS__, NULL},    \
                 (code), (message))
    EXPECT(1, ":1: column ", p[0], header);
    EXPECT(1, "all inputs of a job have the same header", p[0], header);
    EXPECT(1, ":1: 2 columns, where the first input has ", p[0], narrow);
    EXPECT(1, "no.csv: No such file or directory", p[0], "no.csv");
    EXPECT(2, "standard input (-) is named twice", "-", p[0], "-");
    EXPECT(1, "a folder without a file whose name ends in .csv", p[0], parts.root);
    EXPECT(2, "input and output are the same file", p[0], p[1], "-o", p[1]);
    EXPECT(2, "would have the same output in folder", p[0], p[0], "-o", parts.folder);
    EXPECT(2, "standard input has no name", "-o", parts.folder, "-");
    EXPECT(2, "standard input has no name", "-o", parts.folder);
    run_and_expect(
        &parts, (const char *const[]){"-m", "blackbox", "-o", output, p[0], p[1], NULL},
        2, "one input at a time");
#undef EXPECT
    remove_parts(&parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_in_order_are_the_whole),
        cmocka_unit_test(a_folder_gets_an_output_for_each),
        cmocka_unit_test(mistakes_are_told_before_any_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
