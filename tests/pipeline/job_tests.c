/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/job_tests.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka_all.h"

struct job_tests job_tests_new(void)
{
    struct job_tests tests = {.cases = test_cases_load(), .folder = test_folder_new()};
    assert_int_equal(gpuc_model_open("blackbox:py3", NULL, &tests.model, NULL), GPUC_OK);
    assert_int_equal(gpuc_engine_open("scalar", &tests.engine, NULL), GPUC_OK);
    return tests;
}

void job_tests_free(struct job_tests *tests)
{
    test_folder_free(&tests->folder);
    gpuc_engine_close(tests->engine);
    gpuc_model_free(tests->model);
    test_cases_free(&tests->cases);
}

const struct test_case *job_tests_case(const struct job_tests *tests, const char *name)
{
    for (size_t i = 0; i < tests->cases.n_items; i++)
        if (strcmp(tests->cases.items[i].name, name) == 0)
            return &tests->cases.items[i];
    fail_msg("there is no case %s", name);
    return NULL;
}

enum gpuc_status job_tests_run(struct job_tests *tests,
                               const struct gpuc_job_options *base,
                               struct gpuc_error *error)
{
    char output_path[600];
    struct gpuc_job_options options = *base;
    snprintf(output_path, sizeof output_path, "%s/out.csv", tests->folder.path);
    options.output_path = output_path;
    options.batch_rows = 2;
    if (options.piece_bytes == 0)
        options.piece_bytes = 200;
    *error = (struct gpuc_error){0};
    return gpuc_job_run(tests->model, tests->engine, &options, NULL, error);
}

void job_tests_check(struct job_tests *tests, const struct test_case *item,
                     enum gpuc_status status, const char *old)
{
    const struct test_file *expected = &item->expected[1];
    bool is_there = status == GPUC_OK || old != NULL;
    if (status == GPUC_OK) {
        assert_non_null(expected->bytes);
        assert_true(test_folder_holds(&tests->folder, "out.csv", expected->bytes,
                                      expected->size));
    } else if (old != NULL) {
        assert_true(test_folder_holds(&tests->folder, "out.csv", old, strlen(old)));
    }
    assert_int_equal(test_folder_count(&tests->folder), is_there);
    unlink(test_folder_file(&tests->folder, "out.csv"));
}
