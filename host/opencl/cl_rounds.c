/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_rounds.h"

#include <inttypes.h>

#include "host/opencl/cl_split.h"

/* Rows that a work-item has at most, and rounds for a tree beside its splits: of the
 * loops over trees, over tiles and around them. */
enum { ROWS_OF_ITEM = 4, ROUNDS_OF_TREE = 4 };

/* Nodes that a work-item copies at most of those that its group does. */
enum { NODES_OF_GROUP = 16 };

/* A byte of a text takes at most a round, but its last block is whole. */
enum { ROUNDS_OF_WORK = 2 };

static enum gpuc_status check(const struct gpuc_cl_device *device, uint64_t n_rounds,
                              const char *what, struct gpuc_error *error)
{
    if (device->max_rounds == 0 || n_rounds <= device->max_rounds)
        return GPUC_OK;
    return gpuc_fail(error, GPUC_EDEVICE,
                     "%s may take %" PRIu64
                     " rounds of loops, and %s ends them after %" PRIu64
                     " without a word",
                     what, n_rounds, device->name, (uint64_t)device->max_rounds);
}

enum gpuc_status gpuc_cl_forest_check_rounds(const struct gpuc_cl_device *device,
                                             const struct gpuc_forest *forest,
                                             struct gpuc_error *error)
{
    uint64_t n_rounds = forest->n_outputs;

    for (uint32_t t = 0; t < forest->n_trees; t++) {
        const struct gpuc_tree *tree = &gpuc_forest_trees(forest)[t];
        /* A round goes down a split, and may be another to find the loop at its end. */
        n_rounds += ROUNDS_OF_TREE + 2 * (uint64_t)tree->depth + forest->leaf_size +
                    tree->n_nodes / NODES_OF_GROUP;
    }
    return check(device, ROWS_OF_ITEM * n_rounds, "a row of this forest", error);
}

enum gpuc_status gpuc_cl_texts_check_rounds(const struct gpuc_cl_device *device,
                                            const struct gpuc_texts *texts,
                                            uint32_t slowness, struct gpuc_error *error)
{
    uint64_t most = 0;

    for (size_t row = 0; device->max_rounds > 0 && row < texts->n_rows; row++) {
        uint64_t work = gpuc_cl_row_work(texts->sizes[row], slowness);
        most = work > most ? work : most;
    }
    return check(device, ROUNDS_OF_WORK * most, "a row's text", error);
}
