/* SPDX-License-Identifier: Apache-2.0 */
/* The output's text as CSV: the columns that pass through, then the results. */
#include "jobs/forest_passed.h"

enum gpuc_status gpuc_forest_format_csv(const struct gpuc_forest_job *job,
                                        struct gpuc_forest_worker *worker,
                                        struct gpuc_batch *batch, struct gpuc_span which,
                                        struct gpuc_error *error)
{
    struct gpuc_bytes *output = &batch->output;
    const struct gpuc_rows *rows = &batch->rows;
    const struct gpuc_result_columns *results = &worker->results;
    enum gpuc_status status = gpuc_bytes_reserve(
        output,
        (which.end - which.begin) * results->size_max +
            gpuc_forest_passed_size(job, rows, which) + GPUC_TEXT_SLACK,
        error);
    if (status != GPUC_OK)
        return status;
    uint8_t *to = output->data + output->size;
    for (size_t row = which.begin; row < which.end; row++) {
        to = gpuc_forest_passed_put(to, job, rows, &rows->items[row]);
        for (size_t i = 0; i < results->n_items; i++) {
            const struct gpuc_result_column *result = &results->items[i];
            to = result->put(to, result, row - which.begin);
            *to++ = job->base.dialect.delimiter;
        }
        to[-1] = '\n';
    }
    output->size = (size_t)(to - output->data);
    return GPUC_OK;
}
