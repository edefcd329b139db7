/* SPDX-License-Identifier: Apache-2.0 */
/* Before the first row: the input's header and the output's. */
#include "csv/field_text.h"
#include "jobs/forest_job.h"

/* A name twice in the output would make the file a riddle for whoever reads it. */
static enum gpuc_status check_unique(const struct gpuc_text_list *names,
                                     struct gpuc_error *error)
{
    size_t place;
    enum gpuc_status status = gpuc_text_list_duplicate(names, &place, error);
    if (status != GPUC_OK || place == SIZE_MAX)
        return status;
    return gpuc_fail(
        error, GPUC_EUSAGE,
        "the output would have the column '%.*s' twice: choose input columns with "
        "--columns or results with --output, or give one another name with --rename, or "
        "results a --prefix",
        (int)names->items[place].size, gpuc_text_list_at(names, place));
}

static bool is_header_wanted(const struct gpuc_forest_job *job)
{
    enum gpuc_output_header wanted = job->base.options->output_header;
    return wanted == GPUC_HEADER_AS_INPUT ? job->columns.has_header
                                          : wanted == GPUC_HEADER_ALWAYS;
}

static enum gpuc_status make_header(struct gpuc_forest_job *job, struct gpuc_error *error)
{
    const struct gpuc_text_list *names = &job->names;
    struct gpuc_bytes *header = &job->header;
    enum gpuc_status status;
    GPUC_TRY(check_unique(names, error));
    GPUC_TRY(gpuc_bytes_reserve(
        header, 2 * names->bytes.size + names->n_items * (GPUC_FIELD_TEXT_EXTRA + 1),
        error));
    uint8_t *to = header->data;
    for (size_t i = 0; i < names->n_items; i++) {
        const uint8_t *name = (const uint8_t *)gpuc_text_list_at(names, i);
        to = gpuc_field_text(to, name, names->items[i].size, &job->base.dialect, true);
        *to++ = i + 1 < names->n_items ? job->base.dialect.delimiter : '\n';
    }
    header->size = (size_t)(to - header->data);
out:
    return status;
}

/* What names the columns, before the rows or in each. */
static enum gpuc_status make_names(struct gpuc_forest_job *job, struct gpuc_error *error)
{
    enum gpuc_status status;
    GPUC_TRY(gpuc_forest_column_names(&job->naming, job->base.model, &job->map,
                                      &job->outputs, &job->names, error));
    if (job->style.is_json) {
        GPUC_TRY(check_unique(&job->names, error));
        GPUC_TRY(gpuc_forest_json_leads(job, error));
    } else if (is_header_wanted(job)) {
        GPUC_TRY(make_header(job, error));
    }
out:
    return status;
}

enum gpuc_status gpuc_forest_read_header(struct gpuc_forest_job *job,
                                         struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->base.options;
    struct gpuc_job_columns *columns = &job->columns;
    enum gpuc_status status;
    GPUC_TRY(gpuc_job_columns_read(columns, &job->base, error));
    const struct gpuc_column_options column_options = {.has_header = columns->has_header,
                                                       .line = columns->line,
                                                       .ignore = options->ignore,
                                                       .columns = options->columns};
    GPUC_TRY(gpuc_column_map_init(&job->map, &columns->names, &job->base.model->info,
                                  &column_options, gpuc_source_name(job->base.source),
                                  error));
    GPUC_TRY(gpuc_feature_runs_init(&job->features.runs, &job->map,
                                    &job->base.model->info,
                                    job->features.rules.missing.any_number, error));
    GPUC_TRY(make_names(job, error));
out:
    return status;
}
