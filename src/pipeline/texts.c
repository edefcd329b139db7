/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/texts.h"

enum gpuc_status gpuc_texts_reset(struct gpuc_texts *texts, size_t n_rows,
                                  struct gpuc_error *error)
{
    texts->bytes.size = 0;
    texts->n_rows = 0;
    if (n_rows <= texts->row_capacity)
        return GPUC_OK;
    uint32_t *offsets = gpuc_alloc(n_rows, sizeof *offsets);
    uint32_t *sizes = gpuc_alloc(n_rows, sizeof *sizes);
    if (offsets == NULL || sizes == NULL) {
        gpuc_free(offsets);
        gpuc_free(sizes);
        return gpuc_fail_memory(error, 2 * n_rows * sizeof *sizes, "row texts");
    }
    gpuc_free(texts->offsets);
    gpuc_free(texts->sizes);
    texts->offsets = offsets;
    texts->sizes = sizes;
    texts->row_capacity = n_rows;
    return GPUC_OK;
}

void gpuc_texts_done(struct gpuc_texts *texts)
{
    gpuc_bytes_done(&texts->bytes);
    gpuc_free(texts->offsets);
    gpuc_free(texts->sizes);
    *texts = (struct gpuc_texts){0};
}
