/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/forest_faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka_all.h"

#define MODELS GPUC_TEST_DATA "/golden/models/"
#define CATEGORIES "x9,x8,x7,x6,x5,x4,x3,x2,x1,x0\n"

const struct forest_fault_job forest_fault_jobs[] = {
    {.model = MODELS "xgb_exact/model.ubj",
     .input = "\xEF\xBB\xBFid,x2,\"x\"\"y\",x0,x1\n1,1.5,\"a\"\"b\",NA,2\n\n2,,c,-999,3\n"
              "3,4,\"\n\",5,6\n4,1,d,2,3\n5,1,e,2,3",
     .options = {.ignore = "id",
                 .columns = "\"x\"\"y\",id",
                 .missing = "NA,,-999",
                 .output_columns = "leaf,margin,label,proba"}},
    {.model = MODELS "xgb_cat_strings/model.json",
     .input = CATEGORIES "1,2,3,4,5,red0,7,8,\"a,b3\",10\n1,2,3,4,5,?,7,8,green,10\n"
                         "1,2,3,4,5,,7,8,Blue1,10\n",
     .options = {.unseen = "missing", .csv_parser = "libcsv"}},
    {.model = MODELS "lgb_multiclass5/model.txt",
     .input = "1;2;3;4;5;6;7;8;9;0\n1;2;3;4;5;6;7;8;9;0\n1;2;3;4;5;6;7;8;9;1\n",
     .options = {.no_header = true, .delimiter = ';', .output_columns = "proba,label"}},
    {.model = MODELS "xgb_gblinear/model.json",
     .input = "x0,x1,x2,x3,x4,x5,x6,x7,x8\n1,2,3,4,5,6,7,8,9\n",
     .options = {.columns = "none"}},
    {.model = MODELS "xgb_exact/model.ubj",
     .input = "x0,x1,x2\n1,2,3\n1,2,3\n1,2,3\n1,2,\"oh, \"\"no\"\"\"\n1,2\n",
     .is_bad = true},
    {.model = MODELS "xgb_exact/model.ubj", .input = "x0,x1\n1,2\n", .is_bad = true},
    {.model = MODELS "xgb_exact/model.ubj",
     .input = "no CSV \"\n\nx0\tx1\tx2\n#\t\"\n1\t2\t3\n1\t2\n1\t'a''b'\t3\n1\t'2'x\t3\n",
     .options = {.delimiter = '\t',
                 .quote = '\'',
                 .comment = '#',
                 .skip_lines = 2,
                 .columns = "x1,x0",
                 .bad_rows = "null"},
     .rejects = "line,column,reason,row\n6,,\"expected 3 fields, saw 2\",1\t2\n"
                "7,x1,'a'b' is not a number,1\t'a''b'\t3\n"
                "8,,text behind a closing quote,1\t'2'x\t3\n"},
    {.model = MODELS "xgb_exact/model.ubj", .input = "", .is_bad = true},
};
const size_t forest_fault_n_jobs = sizeof forest_fault_jobs / sizeof forest_fault_jobs[0];

struct forest_fault_setup forest_fault_new(const struct forest_fault_job *job,
                                           const char *engine)
{
    struct forest_fault_setup setup = {.job = job,
                                       .model = forest_open_model(job->model, NULL),
                                       .engine = forest_open_engine(engine),
                                       .inputs = test_folder_new(),
                                       .outputs = test_folder_new()};
    struct gpuc_error error;
    snprintf(setup.input_path, sizeof setup.input_path, "%s",
             test_folder_write(&setup.inputs, "in.csv", job->input, strlen(job->input)));
    snprintf(setup.output_path, sizeof setup.output_path, "%s",
             test_folder_file(&setup.outputs, "out.csv"));
    snprintf(setup.rejects_path, sizeof setup.rejects_path, "%s",
             test_folder_file(&setup.outputs, "bad.csv"));
    struct forest_run_setup run = {
        .model = setup.model, .engine = setup.engine, .options = job->options};
    run.options.input_path = setup.input_path;
    run.options.cancel_fd = -1;
    enum gpuc_status status = forest_run(&run, &setup.expected, &error);
    assert_int_equal(status, job->is_bad ? GPUC_EDATA : GPUC_OK);
    return setup;
}

void forest_fault_free(struct forest_fault_setup *setup)
{
    test_folder_free(&setup->inputs);
    test_folder_free(&setup->outputs);
    gpuc_engine_close(setup->engine);
    gpuc_model_free(setup->model);
    free(setup->expected.bytes);
}

enum gpuc_status forest_fault_run(struct forest_fault_setup *setup, bool piped,
                                  struct gpuc_error *error)
{
    struct gpuc_job_options options = setup->job->options;
    options.input_path = piped ? "-" : setup->input_path;
    options.output_path = setup->output_path;
    if (setup->job->rejects != NULL)
        options.rejects_path = setup->rejects_path;
    options.batch_rows = 2;
    options.n_threads = 2;
    options.cancel_fd = -1;
    *error = (struct gpuc_error){0};
    return gpuc_job_run(setup->model, setup->engine, &options, NULL, error);
}

void forest_fault_check(struct forest_fault_setup *setup, enum gpuc_status status,
                        const char *old)
{
    bool is_there = status == GPUC_OK || old != NULL;
    if (status == GPUC_OK)
        assert_true(test_folder_holds(&setup->outputs, "out.csv", setup->expected.bytes,
                                      setup->expected.size));
    else if (old != NULL)
        assert_true(test_folder_holds(&setup->outputs, "out.csv", old, strlen(old)));
    const char *rejects = setup->job->rejects;
    bool is_listed = access(setup->rejects_path, F_OK) == 0;
    assert_true(is_listed || rejects == NULL || status != GPUC_OK);
    if (is_listed)
        assert_true(
            test_folder_holds(&setup->outputs, "bad.csv", rejects, strlen(rejects)));
    assert_int_equal(test_folder_count(&setup->outputs), is_there + is_listed);
    unlink(setup->output_path);
    unlink(setup->rejects_path);
}
