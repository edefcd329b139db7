/* SPDX-License-Identifier: Apache-2.0 */
/* A temporary folder of files for one test. Every function fails the test on trouble. */
#ifndef GPUC_TEST_FOLDER_H
#define GPUC_TEST_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

struct test_folder {
    char path[256];
    char file_path[512]; /* what test_folder_file() returned last */
};

struct test_folder test_folder_new(void);

/* Removes the folder and the files in it; it must hold no folders. */
void test_folder_free(struct test_folder *folder);

/* The path of a file in the folder; valid until the next call. */
const char *test_folder_file(struct test_folder *folder, const char *name);

/* Makes a file, and returns its path as above. */
const char *test_folder_write(struct test_folder *folder, const char *name,
                              const void *bytes, size_t size);

/* True if the file is there and holds just these bytes. */
bool test_folder_holds(struct test_folder *folder, const char *name, const void *bytes,
                       size_t size);

/* The number of files in the folder. */
size_t test_folder_count(const struct test_folder *folder);

#endif
