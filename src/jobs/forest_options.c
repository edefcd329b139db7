/* SPDX-License-Identifier: Apache-2.0 */
/* What the caller wants of a job: read and checked before anything is opened. */
#include "jobs/forest_job.h"
#include "jobs/job_bad_rows.h"

static enum gpuc_status read_unseen(const struct gpuc_job_options *options,
                                    enum gpuc_unseen_rule *rule, struct gpuc_error *error)
{
    if (options->unseen == NULL)
        return GPUC_OK;
    if (strcmp(options->unseen, "error") == 0)
        *rule = GPUC_UNSEEN_ERROR;
    else if (strcmp(options->unseen, "missing") == 0)
        *rule = GPUC_UNSEEN_MISSING;
    else
        return gpuc_fail(error, GPUC_EUSAGE,
                         "an unseen category is an 'error' or 'missing', not '%s'",
                         options->unseen);
    return GPUC_OK;
}

enum gpuc_status gpuc_forest_read_options(struct gpuc_forest_job *job,
                                          struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->base.options;
    const struct gpuc_model *model = job->base.model;
    struct gpuc_feature_reader *features = &job->features;
    enum gpuc_status status;

    GPUC_TRY(gpuc_job_columns_options(&job->columns, &job->base, error));
    GPUC_TRY(gpuc_job_bad_rows_options(&job->base, error));
    features->dialect = &job->base.dialect;
    features->info = &model->info;
    features->map = &job->map;
    features->number = (enum gpuc_number)model->forest->number;
    features->unseen_rule = (enum gpuc_unseen_rule)model->info.unseen_rule;
    GPUC_TRY(read_unseen(options, &features->unseen_rule, error));
    GPUC_TRY(gpuc_missing_tokens_init(&features->missing, options->missing, error));
    GPUC_TRY(gpuc_category_tables_init(&features->tables, &model->info, error));
    GPUC_TRY(
        gpuc_forest_outputs_read(options->output_columns, model, &job->outputs, error));
out:
    return status;
}
