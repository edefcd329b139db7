/* SPDX-License-Identifier: Apache-2.0 */
#include "cpu/forest_plan.h"

#include "base/memory.h"

enum { BLOCK_ROWS = 1024 };

enum gpuc_status gpuc_forest_plan_init(struct gpuc_forest_plan *plan,
                                       const struct gpuc_forest *forest,
                                       struct gpuc_error *error)
{
    (void)error;
    *plan = (struct gpuc_forest_plan){
        .forest = forest,
        .block_rows = BLOCK_ROWS,
        .scratch_size = GPUC_ALIGNMENT,
    };
    return GPUC_OK;
}

void gpuc_forest_plan_done(struct gpuc_forest_plan *plan)
{
    (void)plan;
}
