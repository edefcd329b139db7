/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/batch.h"

static void free_results(struct gpuc_batch *batch)
{
    gpuc_free(batch->results.fractions);
    gpuc_free(batch->results.digests);
    batch->results = (struct gpuc_blackbox_results){0};
    batch->result_capacity = 0;
}

enum gpuc_status gpuc_batch_reserve_results(struct gpuc_batch *batch, size_t n_rows,
                                            struct gpuc_error *error)
{
    if (n_rows <= batch->result_capacity)
        return GPUC_OK;
    free_results(batch);
    batch->results.fractions = gpuc_alloc(n_rows, sizeof *batch->results.fractions);
    batch->results.digests = gpuc_alloc(n_rows, GPUC_DIGEST_SIZE);
    if (batch->results.fractions == NULL || batch->results.digests == NULL) {
        free_results(batch);
        return gpuc_fail_memory(error, n_rows * (GPUC_DIGEST_SIZE + sizeof(uint64_t)),
                                "results");
    }
    batch->result_capacity = n_rows;
    return GPUC_OK;
}

void gpuc_batch_done(struct gpuc_batch *batch)
{
    gpuc_bytes_done(&batch->input);
    gpuc_index_done(&batch->index);
    gpuc_rows_done(&batch->rows);
    gpuc_table_done(&batch->table);
    gpuc_texts_done(&batch->texts);
    free_results(batch);
    gpuc_bytes_done(&batch->output);
    gpuc_bytes_done(&batch->tally);
    gpuc_bytes_done(&batch->rejects);
}
