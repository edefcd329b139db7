/* SPDX-License-Identifier: Apache-2.0 */
#include "engine.h"
#include "jobs/blackbox_job.h"
#include "jobs/csv_job.h"
#include "jobs/forest_job.h"
#include "jobs/job_finished.h"

enum gpuc_status gpuc_job_run(const struct gpuc_model *model, struct gpuc_engine *engine,
                              const struct gpuc_job_options *options,
                              struct gpuc_job_report *ret_report,
                              struct gpuc_error *error)
{
    const struct gpuc_job base = {.model = model,
                                  .engine = engine,
                                  .options = options,
                                  .dialect = GPUC_DIALECT_PANDAS};
    struct gpuc_job_report unwanted = {0};
    struct gpuc_job_report *report = ret_report != NULL ? ret_report : &unwanted;
    bool is_finished;
    enum gpuc_status status = gpuc_job_find_finished(&base, &is_finished, report, error);
    if (status != GPUC_OK || is_finished)
        return status;
    switch (model->kind) {
    case GPUC_MODEL_BLACKBOX:
        return gpuc_blackbox_job_run(&base, report, error);
    case GPUC_MODEL_FOREST:
        return gpuc_forest_job_run(&base, report, error);
    }
    return gpuc_fail(error, GPUC_EMODEL, "no job runs this kind of model");
}

enum gpuc_status gpuc_csv_run(const struct gpuc_job_options *options,
                              enum gpuc_csv_form form, struct gpuc_job_report *ret_report,
                              struct gpuc_error *error)
{
    const struct gpuc_job base = {.options = options, .dialect = GPUC_DIALECT_PANDAS};
    struct gpuc_job_report unwanted = {0};
    struct gpuc_job_report *report = ret_report != NULL ? ret_report : &unwanted;
    bool is_finished;
    enum gpuc_status status = gpuc_job_find_finished(&base, &is_finished, report, error);
    if (status != GPUC_OK || is_finished)
        return status;
    return gpuc_csv_job_run(&base, form, report, error);
}

const char *gpuc_version(void)
{
    return GPUC_VERSION;
}
