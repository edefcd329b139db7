/* SPDX-License-Identifier: Apache-2.0 */
/* Where output goes: new and old files, links, pipes, devices; and what is printed. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/program.h"

static const char input_text[] = "id,x\n1,2\n3,4\n";

struct files {
    char folder[64];
    char input[96];
    char output[96];
};

static void make_files(struct files *files)
{
    test_folder_make(files->folder);
    snprintf(files->input, sizeof files->input, "%s/in.csv", files->folder);
    snprintf(files->output, sizeof files->output, "%s/out.csv", files->folder);
    test_write_file(files->input, input_text, sizeof input_text - 1);
}

static void an_old_file_is_replaced_and_keeps_its_mode(void **state)
{
    struct files files;
    struct test_program program = {0};
    struct stat info;
    (void)state;
    make_files(&files);
    test_write_file(files.output, "old", 3);
    assert_int_equal(chmod(files.output, 0640), 0);
    TEST_RUN(&program, "-m", "blackbox", files.input, "-o", files.output);
    assert_int_equal(program.exit_code, 0);
    assert_int_equal(stat(files.output, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
    assert_true(info.st_size > 3);
    assert_int_equal(test_folder_count(files.folder), 2);
    test_folder_remove(files.folder);
}

static void check_content(const char *path, const char *content)
{
    struct test_file file = test_read_file(path);
    assert_non_null(file.bytes);
    assert_string_equal((const char *)file.bytes, content);
    free(file.bytes);
}

static void check_kept(struct test_program *program, const char *path)
{
    char expected[256];
    snprintf(expected, sizeof expected,
             "gpuclassify: %s: is there already, and --no-clobber keeps it: name another "
             "file, remove it, or give --force\n",
             path);
    assert_string_equal(program->err, expected);
    assert_int_equal(program->exit_code, 1);
    check_content(path, "old");
}

static void old_files_are_kept_where_that_is_wanted(void **state)
{
    struct files files;
    struct test_program program = {0};
    char rejects[96], folder[96], second[128];
    (void)state;
    make_files(&files);
    snprintf(rejects, sizeof rejects, "%s/bad.csv", files.folder);
    snprintf(folder, sizeof folder, "%s/out/", files.folder);
    snprintf(second, sizeof second, "%sbad.csv", folder);
    TEST_RUN(&program, "csv", "--no-clobber", files.input, "-o", files.output);
    assert_string_equal(program.err, "");
    check_content(files.output, input_text);
    test_write_file(files.output, "old", 3);
    TEST_RUN(&program, "csv", "--force", "--no-clobber", files.input, "-o", files.output);
    check_kept(&program, files.output);
    TEST_RUN(&program, "csv", "--no-clobber", "--force", files.input, "-o", files.output);
    check_content(files.output, input_text);

    test_write_file(rejects, "old", 3);
    TEST_RUN(&program, "csv", "--no-clobber", files.input, "--bad-rows", "skip",
             "--rejects", rejects);
    check_kept(&program, rejects);
    assert_int_equal(mkdir(folder, 0777), 0);
    test_write_file(second, "old", 3);
    TEST_RUN(&program, "csv", "--no-clobber", files.input, rejects, "-o", folder);
    check_kept(&program, second);
    assert_int_equal(test_folder_count(folder), 1);
    TEST_RUN(&program, "csv", "--no-clobber", files.input, "-o", "/dev/null");
    assert_int_equal(program.exit_code, 0);
    test_folder_remove(folder);
    test_folder_remove(files.folder);
}

static void a_link_stays_a_link(void **state)
{
    struct files files;
    struct test_program program = {0};
    struct stat info;
    char target[96];
    (void)state;
    make_files(&files);
    snprintf(target, sizeof target, "%s/target.csv", files.folder);
    test_write_file(target, "old", 3);
    assert_int_equal(symlink(target, files.output), 0);
    TEST_RUN(&program, "-m", "blackbox", files.input, "-o", files.output);
    assert_int_equal(program.exit_code, 0);
    assert_int_equal(lstat(files.output, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(stat(target, &info), 0);
    assert_true(info.st_size > 3);
    test_folder_remove(files.folder);
}

static void a_full_device_is_an_error(void **state)
{
    struct files files;
    struct test_program program = {0};
    (void)state;
    make_files(&files);
    TEST_RUN(&program, "-m", "blackbox", files.input, "-o", "/dev/full");
    assert_int_equal(program.exit_code, 1);
    assert_string_equal(program.err, "gpuclassify: /dev/full: No space left on device\n");
    program.output = "/dev/full";
    TEST_RUN(&program, "-m", "blackbox", files.input);
    assert_int_equal(program.exit_code, 1);
    assert_string_equal(program.err, "gpuclassify: <stdout>: No space left on device\n");
    TEST_RUN(&program, "devices");
    assert_int_equal(program.exit_code, 1);
    test_folder_remove(files.folder);
}

/* A limit on the size of files, as `ulimit -f` sets it. */
static void a_file_size_limit_is_an_error(void **state)
{
    static const char *const suffixes[] = {"", ".gz", ".zst"};
    struct files files;
    struct rlimit before, limit;
    (void)state;
    make_files(&files);
    FILE *input = fopen(files.input, "w");
    assert_non_null(input);
    for (int i = 0; i < 50000; i++)
        fprintf(input, "%d,%d\n", i, i);
    assert_int_equal(fclose(input), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 100000;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        struct test_program program = {0};
        char path[112], message[200];
        snprintf(path, sizeof path, "%s%s", files.output, suffixes[i]);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        TEST_RUN(&program, "-m", "blackbox:py3,slowness=0", files.input, "-o", path,
                 "--device", "scalar");
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        snprintf(message, sizeof message, "gpuclassify: %s: File too large\n", path);
        assert_string_equal(program.err, message);
        assert_int_equal(program.exit_code, 1);
        assert_int_equal(test_folder_count(files.folder), 1);
    }
    test_folder_remove(files.folder);
}

static void a_reader_that_leaves_is_an_error(void **state)
{
    struct files files;
    struct test_program program = {0};
    int ends[2];
    char fd_path[64];
    (void)state;
    make_files(&files);
    /* More output than any pipe holds, so that writing goes on after the reader left. */
    FILE *input = fopen(files.input, "w");
    assert_non_null(input);
    for (int i = 0; i < 50000; i++)
        fprintf(input, "%d,%d\n", i, i);
    assert_int_equal(fclose(input), 0);
    assert_int_equal(pipe(ends), 0);
    snprintf(fd_path, sizeof fd_path, "/proc/self/fd/%d", ends[1]);
    pid_t reader = fork();
    assert_true(reader >= 0);
    if (reader == 0) {
        char bytes[100];
        close(ends[1]);
        _exit(read(ends[0], bytes, sizeof bytes) > 0 ? 0 : 1);
    }
    close(ends[0]);
    program.output = fd_path;
    TEST_RUN(&program, "-m", "blackbox:py3,slowness=0", files.input);
    assert_int_equal(program.exit_code, 128 + SIGPIPE);
    assert_string_equal(program.err, "");
    close(ends[1]);
    int status;
    assert_int_equal(waitpid(reader, &status, 0), reader);
    assert_int_equal(status, 0);
    test_folder_remove(files.folder);
}

static void digest_is_the_sha256_of_the_load(void **state)
{
    struct files files;
    struct test_program program = {0};
    (void)state;
    make_files(&files);
    /* Without updates it is the SHA-256 of nothing, as FIPS 180-4's examples have it. */
    TEST_RUN(&program, "-m", "blackbox:py3,slowness=0", files.input, "--output",
             "digest,pred");
    assert_int_equal(program.exit_code, 0);
    assert_non_null(
        strstr(program.out,
               "1,2,e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
               ",0."));
    test_folder_remove(files.folder);
}

static void nothing_but_the_output_is_printed(void **state)
{
    struct files files;
    struct test_program program = {0};
    (void)state;
    make_files(&files);
    TEST_RUN(&program, "-m", "blackbox", files.input);
    assert_int_equal(program.exit_code, 0);
    assert_string_equal(program.err, "");
    TEST_RUN(&program, "classify", "-m", "blackbox", "-v", files.input, "--device",
             "scalar", "--threads", "1");
    assert_int_equal(program.exit_code, 0);
    assert_non_null(strstr(program.err, "device scalar"));
    assert_non_null(strstr(program.err, "2 rows in, 2 out"));
    test_folder_remove(files.folder);
}

static void version_is_told(void **state)
{
    struct test_program program = {0};
    (void)state;
    TEST_RUN(&program, "--version");
    assert_int_equal(program.exit_code, 0);
    static const char first_line[] = "gpuclassify " GPUC_EXPECTED_VERSION "\n";
    assert_memory_equal(program.out, first_line, sizeof first_line - 1);
}

static void verify_compares_all_devices(void **state)
{
    struct files files;
    struct test_program program = {0};
    (void)state;
    make_files(&files);
    TEST_RUN(&program, "verify", "-m", "blackbox:py2", files.input);
    assert_int_equal(program.exit_code, 0);
    assert_non_null(strstr(program.out, "the reference, "));
    assert_non_null(strstr(program.out, "equal\n"));
    assert_non_null(strstr(program.out, " runs equal, 0 different\n"));
    assert_null(strstr(program.out, "DIFFERS"));
    test_folder_remove(files.folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_file_is_replaced_and_keeps_its_mode),
        cmocka_unit_test(old_files_are_kept_where_that_is_wanted),
        cmocka_unit_test(a_link_stays_a_link),
        cmocka_unit_test(a_full_device_is_an_error),
        cmocka_unit_test(a_file_size_limit_is_an_error),
        cmocka_unit_test(a_reader_that_leaves_is_an_error),
        cmocka_unit_test(digest_is_the_sha256_of_the_load),
        cmocka_unit_test(nothing_but_the_output_is_printed),
        cmocka_unit_test(version_is_told),
        cmocka_unit_test(verify_compares_all_devices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
