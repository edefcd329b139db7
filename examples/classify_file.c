/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Classifies a CSV file with a model into another file:
 *
 *     classify_file MODEL INPUT.csv OUTPUT.csv [DEVICE]
 */
#include <gpuclassify.h>
#include <stdio.h>

static void show(void *context, const struct gpuc_progress *progress)
{
    (void)context;
    fprintf(stderr, "\r%llu rows", (unsigned long long)progress->rows);
}

int main(int argc, char **argv)
{
    struct gpuc_error error;
    struct gpuc_model *model = NULL;
    struct gpuc_engine *engine = NULL;
    struct gpuc_job_report report;
    struct gpuc_job_options options = GPUC_JOB_OPTIONS_INIT;

    if (argc < 4) {
        fprintf(stderr, "usage: %s MODEL INPUT.csv OUTPUT.csv [DEVICE]\n", argv[0]);
        return 2;
    }
    options.input_path = argv[2];
    options.output_path = argv[3];
    options.progress = show;
    enum gpuc_status status = gpuc_model_open(argv[1], NULL, &model, &error);
    if (status == GPUC_OK)
        status = gpuc_engine_open(argc > 4 ? argv[4] : "auto", &engine, &error);
    if (status == GPUC_OK)
        status = gpuc_job_run(model, engine, &options, &report, &error);
    if (status == GPUC_OK)
        fprintf(stderr, "\r%llu rows on %s\n", (unsigned long long)report.rows,
                gpuc_engine_device(engine)->name);
    else
        fprintf(stderr, "\n%s: %s\n", argv[0], error.message);
    gpuc_engine_close(engine);
    gpuc_model_free(model);
    return status == GPUC_OK ? 0 : 1;
}
