/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/csv_runs.h"

#include "support/cmocka_all.h"

static int collect(void *context, const void *bytes, size_t size)
{
    struct csv_run *run = context;
    return gpuc_bytes_append(&run->output, bytes, size, NULL) == GPUC_OK ? 0 : 1;
}

enum gpuc_status csv_run_file(struct csv_run *run)
{
    struct gpuc_job_options options = run->options;
    options.cancel_fd = -1;
    options.write = collect;
    options.context = run;
    run->output.size = 0;
    run->error = (struct gpuc_error){0};
    return gpuc_csv_run(&options, run->form, &run->report, &run->error);
}

enum gpuc_status csv_run(struct csv_run *run, const void *input, size_t size)
{
    run->options.input_path = test_folder_write(run->folder, "in.csv", input, size);
    enum gpuc_status status = csv_run_file(run);
    run->options.input_path = NULL;
    return status;
}

void csv_run_done(struct csv_run *run)
{
    gpuc_bytes_done(&run->output);
}
