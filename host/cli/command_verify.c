/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify: the scalar engine's output goes to a temporary file; the output of every other
 * run is compared with it as it is made, so that memory stays small for any input.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/cli/commands.h"
#include "host/cli/inputs.h"
#include "host/cli/options.h"
#include "host/cli/progress.h"
#include "host/cli/report.h"
#include "host/cli/signals.h"
#include "jobs/forest_outputs.h"

enum {
    N_THREAD_COUNTS = 3,
    N_BATCH_SIZES = 6,
    REFERENCE_BATCH_ROWS = 4096,
    /* Tiny batches cost a launch each, so a long input is not cut into them. */
    N_BATCHES_MAX = 5000
};

static const uint32_t thread_counts[N_THREAD_COUNTS] = {1, 2, 3};
static const uint32_t batch_sizes[N_BATCH_SIZES] = {1, 63, 64, 65, 1000, 65536};

struct verify {
    const struct gpuc_options *options;
    struct gpuc_inputs inputs;
    const struct gpuc_model *model;
    char output_columns[64]; /* where the user names none */
    int cancel_fd;
    FILE *reference; /* the scalar engine's output */
    uint64_t reference_size;
    uint64_t n_rows;
    unsigned n_equal;
    unsigned n_different;
};

/* One run's output, on its way to the reference or compared with it. */
struct output {
    FILE *reference;
    bool is_reference;
    uint64_t size;
    bool differs;
    uint64_t first_difference;
};

static void note_difference(struct output *output, uint64_t position)
{
    if (!output->differs)
        output->first_difference = position;
    output->differs = true;
}

static int compare(struct output *output, const char *bytes, size_t size)
{
    char expected[1 << 16];
    while (size > 0) {
        size_t piece = size < sizeof expected ? size : sizeof expected;
        ssize_t n =
            pread(fileno(output->reference), expected, piece, (off_t)output->size);
        if (n < 0)
            return errno;
        size_t same = 0;
        while (same < (size_t)n && expected[same] == bytes[same])
            same++;
        if (same < piece)
            note_difference(output, output->size + same);
        output->size += piece;
        bytes += piece;
        size -= piece;
    }
    return 0;
}

static int take_output(void *context, const void *bytes, size_t size)
{
    struct output *output = context;
    if (!output->is_reference)
        return compare(output, bytes, size);
    output->size += size;
    if (fwrite(bytes, 1, size, output->reference) != size ||
        fflush(output->reference) != 0)
        return errno;
    return 0;
}

static void print_run(const char *device, uint32_t n_threads, uint32_t batch_rows,
                      uint64_t rows_per_second, const struct output *output)
{
    char speed[32];
    printf("%-12s %7u %10u %12s  ", device, n_threads, batch_rows,
           gpuc_grouped(rows_per_second, speed));
    if (output->is_reference)
        printf("the reference, %" PRIu64 " bytes\n", output->size);
    else if (output->differs)
        printf("DIFFERS from byte %" PRIu64 " on\n", output->first_difference);
    else
        printf("equal\n");
    fflush(stdout);
}

static enum gpuc_status run_job(struct verify *verify, struct gpuc_engine *engine,
                                uint32_t n_threads, uint32_t batch_rows,
                                struct output *output, struct gpuc_error *error)
{
    struct gpuc_job_options job = verify->options->job;
    struct gpuc_job_report report;
    job.input_paths = (const char *const *)verify->inputs.paths;
    job.n_input_paths = verify->inputs.n_paths;
    if (job.output_columns == NULL)
        job.output_columns = verify->output_columns;
    job.n_threads = n_threads;
    job.batch_rows = batch_rows;
    job.cancel_fd = verify->cancel_fd;
    job.write = take_output;
    job.context = output;
    output->reference = verify->reference;
    double start = gpuc_clock_seconds();
    enum gpuc_status status = gpuc_job_run(verify->model, engine, &job, &report, error);
    double seconds = gpuc_clock_seconds() - start;
    if (status != GPUC_OK)
        return status;
    if (!output->is_reference && output->size != verify->reference_size)
        note_difference(output, output->size);
    verify->n_rows = report.rows;
    print_run(gpuc_engine_device(engine)->name, n_threads, batch_rows,
              gpuc_rows_per_second(report.rows, seconds), output);
    return GPUC_OK;
}

/* All results but leaves, of which a large model has too many for every row. */
static void choose_outputs(struct verify *verify)
{
    if (verify->model->kind == GPUC_MODEL_FOREST)
        gpuc_forest_outputs_all(verify->model, verify->output_columns,
                                sizeof verify->output_columns);
    else
        snprintf(verify->output_columns, sizeof verify->output_columns, "pred,digest");
}

static enum gpuc_status make_reference(struct verify *verify, struct gpuc_error *error)
{
    struct gpuc_engine *engine = NULL;
    struct output output = {.is_reference = true};
    enum gpuc_status status = gpuc_engine_open("scalar", &engine, error);
    if (status == GPUC_OK)
        status = run_job(verify, engine, 1, REFERENCE_BATCH_ROWS, &output, error);
    gpuc_engine_close(engine);
    verify->reference_size = output.size;
    return status;
}

/* All runs of one device. */
static enum gpuc_status verify_device(struct verify *verify, const char *name,
                                      struct gpuc_error *error)
{
    struct gpuc_engine *engine = NULL;
    enum gpuc_status status = gpuc_engine_open(name, &engine, error);
    for (size_t i = 0; status == GPUC_OK && i < N_THREAD_COUNTS * N_BATCH_SIZES; i++) {
        struct output output = {0};
        uint32_t batch_rows = batch_sizes[i % N_BATCH_SIZES];
        bool is_largest = i % N_BATCH_SIZES == N_BATCH_SIZES - 1;
        if (verify->n_rows / batch_rows > N_BATCHES_MAX && !is_largest)
            continue;
        status = run_job(verify, engine, thread_counts[i / N_BATCH_SIZES], batch_rows,
                         &output, error);
        if (status != GPUC_OK)
            break;
        verify->n_different += output.differs;
        verify->n_equal += !output.differs;
    }
    gpuc_engine_close(engine);
    return status;
}

static enum gpuc_status verify_all(struct verify *verify, struct gpuc_error *error)
{
    static struct gpuc_device_list list;
    enum gpuc_status status = gpuc_devices_list(&list, error);
    if (status != GPUC_OK)
        return status;
    printf("%-12s %7s %10s %12s  %s\n", "device", "threads", "batch rows", "rows/s",
           "output");
    status = make_reference(verify, error);
    for (size_t i = 0; i < list.n_devices && status == GPUC_OK; i++) {
        const struct gpuc_device *device = &list.devices[i];
        if (!device->usable) {
            printf("%-12s skipped: %s\n", device->name, device->reason);
            continue;
        }
        status = verify_device(verify, device->name, error);
        if (status == GPUC_EDEVICE) {
            /* A device that fails is a finding of its own; the others are still worth it.
             */
            printf("%-12s FAILED: %s\n", device->name, error->message);
            verify->n_different++;
            status = GPUC_OK;
        }
    }
    return status;
}

int gpuc_command_verify(int argc, char **argv)
{
    struct gpuc_options options;
    struct gpuc_error error;
    struct gpuc_model *model = NULL;
    gpuc_options_read_verify(argc, argv, &options);
    bool is_stdin = options.n_inputs == 0;
    for (size_t i = 0; i < options.n_inputs; i++)
        is_stdin = is_stdin || strcmp(options.inputs[i], "-") == 0;
    if (is_stdin) {
        fputs("gpuclassify: verify needs a file: it reads its input many times\n",
              stderr);
        return GPUC_EXIT_USAGE;
    }
    struct verify verify = {.options = &options, .cancel_fd = gpuc_signals_catch()};
    enum gpuc_status status =
        gpuc_inputs_expand(&verify.inputs, options.inputs, options.n_inputs, &error);
    if (status == GPUC_OK)
        status = gpuc_model_open(options.model, &options.model_options, &model, &error);
    if (status == GPUC_OK) {
        verify.model = model;
        choose_outputs(&verify);
        verify.reference = tmpfile();
        if (verify.reference == NULL) {
            perror("gpuclassify: cannot make a temporary file");
            gpuc_model_free(model);
            return GPUC_EXIT_DATA;
        }
        status = verify_all(&verify, &error);
        fclose(verify.reference);
    }
    gpuc_model_free(model);
    gpuc_inputs_done(&verify.inputs);
    if (status != GPUC_OK) {
        int exit_code = gpuc_report_error(&error);
        if (status == GPUC_ECANCELLED)
            gpuc_signals_raise();
        return exit_code;
    }
    printf("%u runs equal, %u different\n", verify.n_equal, verify.n_different);
    return verify.n_different > 0 ? GPUC_EXIT_DATA : GPUC_EXIT_OK;
}
