/* SPDX-License-Identifier: Apache-2.0 */
/* What the caller wants of a job: read and checked before anything is opened. */
#include "jobs/forest_job.h"

static enum gpuc_status read_dialect(const struct gpuc_job_options *options,
                                     struct gpuc_dialect *dialect,
                                     struct gpuc_error *error)
{
    if (options->delimiter != 0)
        dialect->delimiter = (uint8_t)options->delimiter;
    if (options->quote != 0)
        dialect->quote = (uint8_t)options->quote;
    dialect->no_quote = options->no_quote;
    dialect->comment = (uint8_t)options->comment;
    if (options->max_field_chars != 0)
        dialect->max_field_chars = options->max_field_chars;
    if (options->no_quote && options->quote != 0)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "a quote character, and no quotes: give --quote or --no-quote");
    return gpuc_dialect_check(dialect, error);
}

static enum gpuc_status read_bad_rows(const struct gpuc_job_options *options,
                                      enum gpuc_bad_rows_rule *ret_rule,
                                      struct gpuc_error *error)
{
    static const char *const names[] = {[GPUC_BAD_ROWS_ERROR] = "error",
                                        [GPUC_BAD_ROWS_SKIP] = "skip",
                                        [GPUC_BAD_ROWS_NULL] = "null"};
    enum { N_NAMES = sizeof names / sizeof *names };
    size_t rule = 0;
    while (options->bad_rows != NULL && rule < N_NAMES &&
           strcmp(names[rule], options->bad_rows) != 0)
        rule++;
    if (rule == N_NAMES)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "bad rows are an 'error', or one can 'skip' them or 'null' what "
                         "is bad in them, not '%s'",
                         options->bad_rows);
    if (rule == GPUC_BAD_ROWS_ERROR && options->rejects_path != NULL)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "--rejects lists the bad rows that the job goes on after: say "
                         "--bad-rows skip or --bad-rows null too");
    *ret_rule = (enum gpuc_bad_rows_rule)rule;
    return GPUC_OK;
}

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

    GPUC_TRY(read_dialect(options, &job->base.dialect, error));
    GPUC_TRY(read_bad_rows(options, &job->bad_rows_rule, error));
    job->base.reads_on = job->bad_rows_rule != GPUC_BAD_ROWS_ERROR;
    job->has_header = !options->no_header;
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
