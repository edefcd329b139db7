/* SPDX-License-Identifier: Apache-2.0 */
/* The golden cases of tests/golden/blackbox, made by the pandas job itself. */
#ifndef GPUC_TEST_CASES_H
#define GPUC_TEST_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test_file {
    uint8_t *bytes; /* NULL: there is no such file */
    size_t size;
};

struct test_case {
    char name[64];
    char input_path[512];
    struct test_file expected[2]; /* with Python 2 seeding, with Python 3 seeding */
    char error[256];              /* what pandas raised; empty: it did not */
};

struct test_cases {
    struct test_case *items;
    size_t n_items;
};

/* The two models that the expected outputs are of. */
extern const char *const test_case_models[2];

/* Reads a file whole, with a NUL behind it; `bytes` is NULL if it cannot be opened. */
struct test_file test_read_file(const char *path);

/* Loads all cases, sorted by name. Fails the test if there are fewer than 100. */
struct test_cases test_cases_load(void);

void test_cases_free(struct test_cases *cases);

#endif
