/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The output's text as JSON Lines: an object for each row, one a line whatever is in it.
 * Columns that pass through are strings, as what their fields say is all that is known of
 * them.
 */
#include "csv/json_text.h"
#include "jobs/forest_job.h"

static const char null[] = "null";

enum gpuc_status gpuc_forest_json_leads(struct gpuc_forest_job *job,
                                        struct gpuc_error *error)
{
    const struct gpuc_text_list *names = &job->names;
    struct gpuc_bytes lead = {0};
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < names->n_items; i++) {
        lead.size = 0;
        GPUC_TRY(gpuc_bytes_append(&lead, i == 0 ? "{" : ",", 1, error));
        GPUC_TRY(gpuc_json_append_key(&lead, gpuc_text_list_at(names, i),
                                      names->items[i].size, error));
        GPUC_TRY(gpuc_text_list_append(&job->leads, lead.data, lead.size, error));
    }
out:
    gpuc_bytes_done(&lead);
    return status;
}

/* A column that passes through; null where a row is too short for it. */
static enum gpuc_status append_passed(const struct gpuc_forest_job *job,
                                      struct gpuc_forest_worker *worker,
                                      struct gpuc_batch *batch, size_t row, size_t i,
                                      struct gpuc_error *error)
{
    const struct gpuc_rows *rows = &batch->rows;
    const struct gpuc_text_item *lead = &job->leads.items[i];
    struct gpuc_bytes *output = &batch->output;
    struct gpuc_field_says says = {0};
    uint32_t column = job->map.passed[i];
    bool is_there = column < rows->items[row].n_fields;
    enum gpuc_status status;
    if (is_there)
        GPUC_TRY(gpuc_field_read(&job->base.dialect, rows->text,
                                 gpuc_row_field(rows, &rows->items[row], column),
                                 &worker->scratch, &says, error));
    GPUC_TRY(gpuc_bytes_reserve(output,
                                lead->size + sizeof null + GPUC_JSON_TEXT_EXTRA +
                                    GPUC_JSON_TEXT_GROWTH * says.size,
                                error));
    gpuc_bytes_put(output, gpuc_text_list_at(&job->leads, i), lead->size);
    if (!is_there) {
        gpuc_bytes_put(output, null, sizeof null - 1);
        return GPUC_OK;
    }
    const uint8_t *end =
        gpuc_json_text(output->data + output->size, says.text, says.size);
    output->size = (size_t)(end - output->data);
out:
    return status;
}

/* Whether a text is that of a number which JSON does not have: nan, inf or -inf. */
static bool is_no_number(const uint8_t *text)
{
    return text[0] == 'n' || text[text[0] == '-'] == 'i';
}

static enum gpuc_status append_results(const struct gpuc_forest_job *job,
                                       const struct gpuc_result_columns *results,
                                       struct gpuc_bytes *output, size_t row,
                                       struct gpuc_error *error)
{
    enum gpuc_status status = gpuc_bytes_reserve(
        output, job->leads.bytes.size + results->size_max + GPUC_TEXT_SLACK, error);
    if (status != GPUC_OK)
        return status;
    for (size_t i = 0; i < results->n_items; i++) {
        const struct gpuc_result_column *result = &results->items[i];
        size_t k = job->map.n_passed + i;
        gpuc_bytes_put(output, gpuc_text_list_at(&job->leads, k),
                       job->leads.items[k].size);
        uint8_t *text = output->data + output->size;
        const uint8_t *end = result->put(text, result, row);
        output->size = (size_t)(end - output->data);
        if (is_no_number(text)) {
            output->size = (size_t)(text - output->data);
            gpuc_bytes_put(output, null, sizeof null - 1);
        }
    }
    gpuc_bytes_put(output, "}\n", 2);
    return GPUC_OK;
}

enum gpuc_status gpuc_forest_format_json(const struct gpuc_forest_job *job,
                                         struct gpuc_forest_worker *worker,
                                         struct gpuc_batch *batch, struct gpuc_span which,
                                         struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    for (size_t row = which.begin; row < which.end; row++) {
        for (size_t i = 0; i < job->map.n_passed; i++)
            GPUC_TRY(append_passed(job, worker, batch, row, i, error));
        GPUC_TRY(append_results(job, &worker->results, &batch->output, row - which.begin,
                                error));
    }
out:
    return status;
}
