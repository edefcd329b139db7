/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

enum gpuc_status gpuc_bytes_reserve(struct gpuc_bytes *bytes, size_t n_more,
                                    struct gpuc_error *error)
{
    if (n_more <= bytes->capacity - bytes->size)
        return GPUC_OK;
    if (n_more > SIZE_MAX - bytes->size)
        return gpuc_fail_memory(error, SIZE_MAX, "a buffer");
    void *block = bytes->data;
    enum gpuc_status status =
        gpuc_grow(&block, &bytes->capacity, bytes->size + n_more, 1, "a buffer", error);
    bytes->data = block;
    return status;
}

enum gpuc_status gpuc_bytes_append(struct gpuc_bytes *bytes, const void *data,
                                   size_t size, struct gpuc_error *error)
{
    enum gpuc_status status = gpuc_bytes_reserve(bytes, size, error);
    if (status == GPUC_OK)
        gpuc_bytes_put(bytes, data, size);
    return status;
}

void gpuc_bytes_done(struct gpuc_bytes *bytes)
{
    gpuc_free(bytes->data);
    *bytes = (struct gpuc_bytes){0};
}
