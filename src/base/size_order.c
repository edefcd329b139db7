/* SPDX-License-Identifier: Apache-2.0 */
#include "base/size_order.h"

#include <string.h>

#include "base/memory.h"

enum { RADIX_SIZE = 1 << GPUC_SIZE_ORDER_BITS };

static enum gpuc_status reserve(struct gpuc_size_order *order, size_t n_rows,
                                struct gpuc_error *error)
{
    void *rows = order->rows;
    void *spare = order->spare;
    enum gpuc_status status = GPUC_OK;

    GPUC_TRY(gpuc_grow(&rows, &order->capacity, n_rows, sizeof(uint32_t),
                       "the order of rows", error));
    GPUC_TRY(gpuc_grow(&spare, &order->spare_capacity, n_rows, sizeof(uint32_t),
                       "the order of rows", error));
out:
    order->rows = rows;
    order->spare = spare;
    return status;
}

/* One pass of a stable radix sort, by the bits of (size - least) from `shift` up. */
static void sort_pass(struct gpuc_size_order *order, const uint32_t *sizes, size_t n_rows,
                      uint32_t least, unsigned shift)
{
    uint32_t *starts = order->starts;
    uint32_t start = 0;

    memset(starts, 0, sizeof order->starts);
    for (size_t row = 0; row < n_rows; row++)
        starts[((sizes[row] - least) >> shift) % RADIX_SIZE]++;
    for (size_t digit = 0; digit < RADIX_SIZE; digit++) {
        uint32_t n_digit_rows = starts[digit];
        starts[digit] = start;
        start += n_digit_rows;
    }
    for (size_t k = 0; k < n_rows; k++) {
        uint32_t row = order->rows[k];
        uint32_t digit = ((sizes[row] - least) >> shift) % RADIX_SIZE;
        order->spare[starts[digit]++] = row;
    }
    uint32_t *sorted = order->spare;
    order->spare = order->rows;
    order->rows = sorted;
}

enum gpuc_status gpuc_size_order_sort(struct gpuc_size_order *order,
                                      const uint32_t *sizes, size_t n_rows,
                                      struct gpuc_error *error)
{
    uint32_t least = UINT32_MAX, most = 0;

    enum gpuc_status status = reserve(order, n_rows, error);
    if (status != GPUC_OK)
        return status;
    for (size_t row = 0; row < n_rows; row++) {
        least = sizes[row] < least ? sizes[row] : least;
        most = sizes[row] > most ? sizes[row] : most;
        order->rows[row] = (uint32_t)row;
    }
    /* Most batches need one pass. */
    for (unsigned shift = 0; shift < 32 && n_rows > 0 && (most - least) >> shift > 0;
         shift += GPUC_SIZE_ORDER_BITS)
        sort_pass(order, sizes, n_rows, least, shift);
    return GPUC_OK;
}

void gpuc_size_order_done(struct gpuc_size_order *order)
{
    gpuc_free(order->rows);
    gpuc_free(order->spare);
    *order = (struct gpuc_size_order){0};
}
