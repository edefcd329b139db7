/* SPDX-License-Identifier: Apache-2.0 */
#include "opencl/known_jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { N_ROWS = 2000 };

struct test_folder known_jobs_folder;
struct known_job known_jobs[N_KNOWN_JOBS] = {
    {.model_path = GPUC_TEST_DATA "/golden/models/xgb_exact/model.ubj",
     .input_path = GPUC_TEST_DATA "/golden/models/xgb_exact/in.csv",
     .setup.options.ignore = "id"},
    {.model_path = GPUC_TEST_DATA "/golden/models/lgb_multiclass5/model.txt",
     .input_path = GPUC_TEST_DATA "/golden/models/lgb_multiclass5/in.csv",
     .setup.options.ignore = "id"},
    {.model_path = "blackbox:py3,slowness=1"},
};

static void make_texts_input(void)
{
    static char path[512], text[N_ROWS * 64];
    size_t used = (size_t)sprintf(text, ",a,b\n");
    for (int i = 0; i < N_ROWS; i++)
        used += (size_t)sprintf(text + used, "r%d,%d,%.*s\n", i, i * i, i % 30,
                                "abcdefghijklmnopqrstuvwxyzabcdef");
    snprintf(path, sizeof path, "%s",
             test_folder_write(&known_jobs_folder, "in.csv", text, used));
    known_jobs[N_KNOWN_JOBS - 1].input_path = path;
}

int known_jobs_make(void **state)
{
    struct gpuc_engine *scalar = forest_open_engine("scalar");
    (void)state;
    known_jobs_folder = test_folder_new();
    make_texts_input();
    for (size_t i = 0; i < N_KNOWN_JOBS; i++) {
        struct known_job *job = &known_jobs[i];
        struct gpuc_error error;
        job->setup.model = forest_open_model(job->model_path, NULL);
        job->setup.engine = scalar;
        job->setup.options.input_path = job->input_path;
        job->setup.options.cancel_fd = -1;
        if (forest_run(&job->setup, &job->expected, &error) != GPUC_OK)
            fail_msg("%s: %s", job->model_path, error.message);
        assert_true(job->expected.size > 1000);
    }
    gpuc_engine_close(scalar);
    return 0;
}

int known_jobs_free(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_KNOWN_JOBS; i++) {
        free(known_jobs[i].expected.bytes);
        gpuc_model_free(known_jobs[i].setup.model);
    }
    test_folder_free(&known_jobs_folder);
    return 0;
}

static uint64_t count_rows(const struct gpuc_job_report *report)
{
    uint64_t n_rows = 0;
    for (size_t i = 0; i < report->n_shares; i++)
        n_rows += report->shares[i].rows;
    return n_rows;
}

const struct gpuc_device_share *known_job_share(const struct gpuc_job_report *report,
                                                const char *name)
{
    for (size_t i = 0; i < report->n_shares; i++) {
        if (strcmp(report->shares[i].name, name) == 0)
            return &report->shares[i];
    }
    fail_msg("%s has no share", name);
    return NULL;
}

/* Runs a job in small batches; its output must be scalar's, and every row somebody's. */
void known_job_check(const struct known_job *job, struct gpuc_engine *engine,
                     uint32_t n_threads, uint32_t batch_rows,
                     struct gpuc_job_report *ret_report)
{
    struct gpuc_job_options options = job->setup.options;
    struct forest_output output = {0};
    struct gpuc_error error;
    options.n_threads = n_threads;
    options.batch_rows = batch_rows;
    options.piece_bytes = 1000;
    options.write = forest_collect;
    options.context = &output;
    *ret_report = (struct gpuc_job_report){0};
    if (gpuc_job_run(job->setup.model, engine, &options, ret_report, &error) != GPUC_OK)
        fail_msg("%s: %s", gpuc_engine_device(engine)->name, error.message);
    if (output.size != job->expected.size ||
        memcmp(output.bytes, job->expected.bytes, output.size) != 0)
        fail_msg("%s: other bytes with %u threads, batches of %u",
                 gpuc_engine_device(engine)->name, (unsigned)n_threads,
                 (unsigned)batch_rows);
    assert_int_equal(count_rows(ret_report), ret_report->rows);
    free(output.bytes);
}

void known_job_check_failure(const struct known_job *job, struct gpuc_engine *engine,
                             enum gpuc_status expected, struct gpuc_error *ret_error)
{
    struct gpuc_job_options options = job->setup.options;
    char output[512];
    snprintf(output, sizeof output, "%s",
             test_folder_file(&known_jobs_folder, "out.csv"));
    options.output_path = output;
    options.n_threads = 2;
    options.batch_rows = 50;
    assert_int_equal(gpuc_job_run(job->setup.model, engine, &options, NULL, ret_error),
                     expected);
    assert_int_equal(test_folder_count(&known_jobs_folder), 1);
}
