/* SPDX-License-Identifier: Apache-2.0 */
/* What the caller wants of a job: read and checked before anything is opened. */
#include "jobs/forest_job.h"
#include "jobs/job_bad_rows.h"
#include "jobs/job_range.h"

enum gpuc_status gpuc_forest_read_options(struct gpuc_forest_job *job,
                                          struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->base.options;
    const struct gpuc_model *model = job->base.model;
    struct gpuc_feature_reader *features = &job->features;
    enum gpuc_status status;

    GPUC_TRY(gpuc_job_columns_options(&job->columns, &job->base, error));
    GPUC_TRY(gpuc_job_bad_rows_options(&job->base, error));
    GPUC_TRY(gpuc_job_range_options(&job->base, error));
    features->dialect = &job->base.dialect;
    features->map = &job->map;
    GPUC_TRY(
        gpuc_value_rules_init(&features->rules, model,
                              &(struct gpuc_value_options){.missing = options->missing,
                                                           .unseen = options->unseen},
                              error));
    GPUC_TRY(gpuc_forest_outputs_read(options, model, &job->outputs, error));
    job->naming.options = options;
    GPUC_TRY(gpuc_result_style_read(&job->style, options, error));
    job->naming.dialect = job->style.is_json ? NULL : &job->base.dialect;
    GPUC_TRY(gpuc_forest_class_names_read(&job->naming, model, error));
    GPUC_TRY(gpuc_result_style_classes(&job->style, &job->naming.classes,
                                       &job->base.dialect, error));
    GPUC_TRY(
        gpuc_forest_filter_read(&job->filter, &job->naming, model, &job->outputs, error));
out:
    return status;
}
