/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/forest_runs.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

int forest_collect(void *context, const void *bytes, size_t size)
{
    struct forest_output *output = context;
    output->bytes = realloc(output->bytes, output->size + size + 1);
    assert_non_null(output->bytes);
    memcpy(output->bytes + output->size, bytes, size);
    output->size += size;
    output->bytes[output->size] = '\0';
    return 0;
}

enum gpuc_status forest_run(const struct forest_run_setup *run,
                            struct forest_output *ret_output, struct gpuc_error *error)
{
    struct gpuc_job_options options = run->options;
    *ret_output = (struct forest_output){0};
    *error = (struct gpuc_error){0};
    options.write = forest_collect;
    options.context = ret_output;
    return gpuc_job_run(run->model, run->engine, &options, NULL, error);
}

struct gpuc_model *forest_open_model(const char *path, const char *iterations)
{
    const struct gpuc_model_options options = {.iterations = iterations};
    struct gpuc_model *model = NULL;
    struct gpuc_error error;
    if (gpuc_model_open(path, &options, &model, &error) != GPUC_OK)
        fail_msg("%s", error.message);
    return model;
}

struct gpuc_engine *forest_open_engine(const char *name)
{
    struct gpuc_engine *engine = NULL;
    struct gpuc_error error;
    if (gpuc_engine_open(name, &engine, &error) != GPUC_OK)
        fail_msg("%s", error.message);
    return engine;
}
