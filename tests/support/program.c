/* SPDX-License-Identifier: Apache-2.0 */
#include "support/program.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/cmocka_all.h"

enum { ARGUMENTS_MAX = 32 };

static void open_as(const char *path, int flags, int target)
{
    int fd = open(path, flags, 0666);
    if (fd < 0 || dup2(fd, target) < 0)
        _exit(126);
    if (fd != target)
        close(fd);
}

static void run_child(const struct test_program *program, const char *const *arguments,
                      const char *out_path, const char *err_path)
{
    const char *argv[ARGUMENTS_MAX + 2] = {GPUC_PROGRAM};
    for (size_t i = 0; i < ARGUMENTS_MAX && arguments[i] != NULL; i++)
        argv[i + 1] = arguments[i];
    if (program->environment != NULL) {
        char *pair = strdup(program->environment);
        putenv(pair);
    }
    open_as(program->input != NULL ? program->input : "/dev/null", O_RDONLY,
            STDIN_FILENO);
    open_as(program->output != NULL ? program->output : out_path,
            O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    open_as(err_path, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    /* execv() takes no const, and changes nothing. */
    char *plain[ARGUMENTS_MAX + 2];
    memcpy(plain, argv, sizeof plain);
    execv(GPUC_PROGRAM, plain);
    _exit(127);
}

static void read_start(const char *path, char *text)
{
    FILE *file = fopen(path, "rb");
    size_t n = file != NULL ? fread(text, 1, TEST_SAID_SIZE - 1, file) : 0;
    text[n] = '\0';
    if (file != NULL)
        fclose(file);
}

void test_program_run(struct test_program *program, const char *const *arguments)
{
    char folder[64], out_path[96], err_path[96];
    int status;
    test_folder_make(folder);
    snprintf(out_path, sizeof out_path, "%s/out", folder);
    snprintf(err_path, sizeof err_path, "%s/err", folder);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        run_child(program, arguments, out_path, err_path);
    assert_int_equal(waitpid(child, &status, 0), child);
    program->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    read_start(out_path, program->out);
    read_start(err_path, program->err);
    test_folder_remove(folder);
}

void test_folder_make(char *path)
{
    snprintf(path, 64, "/tmp/gpuclassify-test-XXXXXX");
    assert_non_null(mkdtemp(path));
}

size_t test_folder_count(const char *path)
{
    size_t n = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return n;
}

void test_folder_remove(const char *path)
{
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char file[512];
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        unlink(file);
    }
    closedir(folder);
    assert_int_equal(rmdir(path), 0);
}

void test_write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}
