/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "base/memory.h"
#include "csv/sink.h"
#include "host/cli/commands.h"
#include "host/cli/report.h"
#include "host/cli/signals.h"
#include "host/cli/verify/verify.h"
#include "jobs/forest_outputs.h"

enum { DEVICE_WIDTH_LEAST = 12 };

static bool has_stdin(const struct gpuc_options *options)
{
    bool is_stdin = options->n_inputs == 0;
    for (size_t i = 0; i < options->n_inputs; i++)
        is_stdin = is_stdin || strcmp(options->inputs[i], "-") == 0;
    return is_stdin;
}

/* Lists the files that will be read, and sees to it that the report replaces none. */
static enum gpuc_status find_files(struct gpuc_verify *verify, struct gpuc_error *error)
{
    const struct gpuc_options *options = &verify->options->common;
    const char *report = verify->options->report_path;
    enum gpuc_status status;
    GPUC_TRY(
        gpuc_inputs_expand(&verify->inputs, options->inputs, options->n_inputs, error));
    verify->files = gpuc_alloc(verify->inputs.n_paths, sizeof *verify->files);
    if (verify->files == NULL)
        return gpuc_fail_memory(error, verify->inputs.n_paths, "the inputs");
    for (size_t i = 0; i < verify->inputs.n_paths; i++) {
        GPUC_TRY(gpuc_known_file_find(verify->inputs.paths[i], &verify->files[i], error));
        if (report != NULL)
            GPUC_TRY(gpuc_known_file_spare(&verify->files[i], report, error));
    }
    if (report == NULL || verify->model->kind == GPUC_MODEL_BLACKBOX)
        return GPUC_OK;
    GPUC_TRY(gpuc_known_file_find(options->model, &verify->model_file, error));
    GPUC_TRY(gpuc_known_file_spare(&verify->model_file, report, error));
out:
    return status;
}

static enum gpuc_status hash_files(struct gpuc_verify *verify, struct gpuc_error *error)
{
    int cancel_fd = verify->job.cancel_fd;
    enum gpuc_status status = GPUC_OK;
    if (verify->model_file.path != NULL)
        GPUC_TRY(gpuc_known_file_hash(&verify->model_file, cancel_fd, error));
    for (size_t i = 0; i < verify->inputs.n_paths; i++)
        GPUC_TRY(gpuc_known_file_hash(&verify->files[i], cancel_fd, error));
out:
    return status;
}

static enum gpuc_status check_files(const struct gpuc_verify *verify,
                                    struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    if (verify->model_file.path != NULL)
        GPUC_TRY(gpuc_known_file_check(&verify->model_file, error));
    for (size_t i = 0; i < verify->inputs.n_paths; i++)
        GPUC_TRY(gpuc_known_file_check(&verify->files[i], error));
out:
    return status;
}

/* The job that all runs share, with all results but leaves, of which a large model has
 * too many for every row. */
static void choose_job(struct gpuc_verify *verify)
{
    size_t size = sizeof verify->output_columns;
    verify->job = verify->options->common.job;
    verify->job.cancel_fd = gpuc_signals_catch();
    verify->job.input_paths = (const char *const *)verify->inputs.paths;
    verify->job.n_input_paths = verify->inputs.n_paths;
    if (verify->model->kind == GPUC_MODEL_FOREST)
        gpuc_forest_outputs_all(verify->model, verify->output_columns, size);
    else
        snprintf(verify->output_columns, size, "pred,digest");
    if (verify->job.output_columns == NULL)
        verify->job.output_columns = verify->output_columns;
}

/* Runs everything, and writes the report into the open sink; NULL: there is none. */
static enum gpuc_status run(struct gpuc_verify *verify, struct gpuc_sink *report,
                            struct gpuc_error *error)
{
    enum gpuc_status status;
    verify->reference_file = tmpfile();
    if (verify->reference_file == NULL)
        return gpuc_fail_errno(error, errno, "cannot make a temporary file");
    if (report != NULL)
        GPUC_TRY(hash_files(verify, error));
    GPUC_TRY(gpuc_verify_devices(verify, error));
    GPUC_TRY(check_files(verify, error));
    if (report != NULL) {
        GPUC_TRY(gpuc_verify_write_report(verify, report, error));
        GPUC_TRY(gpuc_sink_commit(report, error));
        if (verify->table == stdout)
            fprintf(verify->table, "report: %s\n", verify->options->report_path);
    }
    status = gpuc_verify_print_totals(verify, error);
out:
    fclose(verify->reference_file);
    return status;
}

static enum gpuc_status verify_model(struct gpuc_verify *verify, struct gpuc_error *error)
{
    const struct gpuc_verify_options *options = verify->options;
    struct gpuc_sink *report = NULL;
    enum gpuc_status status;
    GPUC_TRY(find_files(verify, error));
    choose_job(verify);
    if (options->report_path != NULL)
        GPUC_TRY(gpuc_sink_open(options->report_path, 1, verify->job.cancel_fd, &report,
                                error));
    status = run(verify, report, error);
out:
    gpuc_sink_close(report);
    return status;
}

static int end(const struct gpuc_verify *verify, enum gpuc_status status,
               const struct gpuc_error *error)
{
    if (status == GPUC_OK)
        return gpuc_verify_n_different(verify) + verify->failed.n_items > 0
                   ? GPUC_EXIT_DATA
                   : GPUC_EXIT_OK;
    if (status == GPUC_EPIPE)
        gpuc_signals_raise_pipe();
    int exit_code = gpuc_report_error(error);
    if (status == GPUC_ECANCELLED)
        gpuc_signals_raise();
    return exit_code;
}

static int verify_devices(int argc, char **argv)
{
    struct gpuc_verify_options options = {0};
    struct gpuc_verify verify = {.options = &options, .device_width = DEVICE_WIDTH_LEAST};
    struct gpuc_error error;
    struct gpuc_model *model = NULL;
    enum gpuc_status status;
    GPUC_TRY(gpuc_verify_options_read(argc, argv, &options, &error));
    if (has_stdin(&options.common)) {
        status = gpuc_fail(
            &error, GPUC_EUSAGE,
            "verify needs a file, as in verify -m model.json in.csv: it reads its "
            "input many times");
        goto out;
    }
    bool report_is_stdout =
        options.report_path != NULL && strcmp(options.report_path, "-") == 0;
    verify.table = report_is_stdout ? stderr : stdout;
    GPUC_TRY(gpuc_model_open(options.common.model, &options.common.model_options, &model,
                             &error));
    verify.model = model;
    status = verify_model(&verify, &error);
out:;
    int exit_code = end(&verify, status, &error);
    gpuc_verify_done(&verify);
    gpuc_free(verify.files);
    gpuc_inputs_done(&verify.inputs);
    gpuc_model_free(model);
    gpuc_verify_options_done(&options);
    return exit_code;
}

const struct gpuc_command gpuc_command_verify = {
    .name = "verify",
    .summary = "prove that every device gives the same bytes",
    .run = verify_devices,
    .argp = &gpuc_verify_argp,
};
