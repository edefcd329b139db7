/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows sorted by the size of what they hold, so that neighbours take equally long side by
 * side in vector lanes. The memory stays from sort to sort; only more rows allocate.
 */
#ifndef GPUC_SIZE_ORDER_H
#define GPUC_SIZE_ORDER_H

#include "base/error.h"

enum { GPUC_SIZE_ORDER_BITS = 11 }; /* of a size that one pass sorts by */

/* All zero: nothing sorted. */
struct gpuc_size_order {
    uint32_t *rows;  /* every row once, the smallest size first, else in order */
    uint32_t *spare; /* where a pass writes */
    size_t capacity;
    size_t spare_capacity;
    uint32_t starts[1 << GPUC_SIZE_ORDER_BITS];
};

/* Sorts rows 0 to n_rows - 1 into order->rows. */
enum gpuc_status gpuc_size_order_sort(struct gpuc_size_order *order,
                                      const uint32_t *sizes, size_t n_rows,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_size_order_done(struct gpuc_size_order *order);

#endif
