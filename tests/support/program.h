/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the built program as a user would, and keeps what it said. */
#ifndef GPUC_TEST_PROGRAM_H
#define GPUC_TEST_PROGRAM_H

#include <stddef.h>
#include <sys/types.h>

enum { TEST_SAID_SIZE = 8192 };

struct test_program {
    const char *input;       /* file on standard input; NULL: /dev/null */
    const char *output;      /* file for standard output; NULL: kept in `out` */
    const char *environment; /* "NAME=VALUE" for this run; NULL: none */

    int exit_code;            /* 128 + signal if a signal ended it */
    char out[TEST_SAID_SIZE]; /* the start of what it printed */
    char err[TEST_SAID_SIZE];
};

/* Runs the program with the arguments, a NULL-terminated list without the program itself.
 */
void test_program_run(struct test_program *program, const char *const *arguments);

/* test_program_run() with the arguments in place. */
#define TEST_RUN(program, ...)                                                           \
  test_program_run((program), (const char *const[]){__VA_ARGS__, NULL})

/* A new empty folder for a test's files; `path` has room for 64 bytes. */
void test_folder_make(char *path);

/* The number of entries of a folder, hidden ones too. */
size_t test_folder_count(const char *path);

/* Removes a folder and the files in it. */
void test_folder_remove(const char *path);

/* Writes a file. */
void test_write_file(const char *path, const void *bytes, size_t size);

#endif
