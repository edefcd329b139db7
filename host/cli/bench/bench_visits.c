/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job that writes leaves says which leaf each tree gave, by its number in the model
 * file. The depth of that leaf is the number of splits that the row met. The job is
 * stopped once there are rows enough.
 */
#include "host/cli/bench/bench_visits.h"

#include <errno.h>
#include <stdlib.h>

#include "model/model.h"

/* As many as tell the mean well; a small piece holds them, of which leaves are many. */
enum { ROWS_ENOUGH = 1000, PIECE_BYTES = 1 << 18 };

struct leaf_depth {
    uint32_t number; /* in the model file */
    uint32_t depth;
};

/* The output as it comes: rows of leaf numbers. */
struct counter {
    const struct gpuc_forest *forest;
    struct leaf_depth
        *leaves; /* of all trees; those of a tree stand together, by number */
    bool in_number;
    uint32_t number;
    uint32_t tree; /* that the number is of */
    uint64_t n_visits;
    uint64_t n_rows;
};

static int by_number(const void *a, const void *b)
{
    uint32_t x = ((const struct leaf_depth *)a)->number;
    uint32_t y = ((const struct leaf_depth *)b)->number;
    return (x > y) - (x < y);
}

static void set_child(int32_t child, uint32_t depth, uint32_t *node_depths,
                      struct leaf_depth *leaves)
{
    if (child >= 0)
        node_depths[child] = depth;
    else
        leaves[~child].depth = depth;
}

/* Children come after their parent. */
static void fill_tree(const struct gpuc_forest *forest, const struct gpuc_tree *tree,
                      uint32_t *node_depths, struct leaf_depth *leaves)
{
    const struct gpuc_node *nodes = gpuc_forest_nodes(forest) + tree->first_node;
    const uint32_t *numbers = gpuc_forest_leaf_numbers(forest) + tree->first_leaf;
    if (tree->n_nodes > 0)
        node_depths[0] = 0;
    for (uint32_t i = 0; i < tree->n_nodes; i++) {
        set_child(nodes[i].left, node_depths[i] + 1, node_depths, leaves);
        set_child(nodes[i].right, node_depths[i] + 1, node_depths, leaves);
    }
    for (uint32_t i = 0; i < tree->n_leaves; i++)
        leaves[i].number = numbers[i];
    qsort(leaves, tree->n_leaves, sizeof *leaves, by_number);
}

static enum gpuc_status fill_leaves(struct counter *counter, struct gpuc_error *error)
{
    const struct gpuc_forest *forest = counter->forest;
    const struct gpuc_tree *trees = gpuc_forest_trees(forest);
    uint32_t *node_depths = gpuc_alloc((size_t)forest->n_leaves + 1, sizeof *node_depths);
    counter->leaves = gpuc_alloc(forest->n_leaves, sizeof *counter->leaves);
    enum gpuc_status status = GPUC_OK;
    if (node_depths == NULL || counter->leaves == NULL) {
        status = gpuc_fail_memory(error, forest->n_leaves * sizeof *counter->leaves,
                                  "the depths of leaves");
        goto out;
    }
    for (uint32_t t = 0; t < forest->n_trees; t++)
        fill_tree(forest, &trees[t], node_depths, counter->leaves + trees[t].first_leaf);
out:
    gpuc_free(node_depths);
    return status;
}

static void count_leaf(struct counter *counter)
{
    const struct leaf_depth key = {.number = counter->number};
    const struct gpuc_tree *tree = &gpuc_forest_trees(counter->forest)[counter->tree];
    const struct leaf_depth *leaf = bsearch(&key, counter->leaves + tree->first_leaf,
                                            tree->n_leaves, sizeof key, by_number);
    if (leaf != NULL)
        counter->n_visits += leaf->depth;
}

static void take_byte(struct counter *counter, char byte)
{
    if (byte >= '0' && byte <= '9') {
        counter->number = 10 * counter->number + (uint32_t)(byte - '0');
        counter->in_number = true;
        return;
    }
    if (counter->in_number && counter->tree < counter->forest->n_trees)
        count_leaf(counter);
    counter->tree += counter->in_number;
    counter->in_number = false;
    counter->number = 0;
    if (byte != '\n')
        return;
    counter->n_rows++;
    counter->tree = 0;
}

static int take(void *context, const void *bytes, size_t size)
{
    struct counter *counter = context;
    const char *text = bytes;
    for (size_t i = 0; i < size; i++)
        take_byte(counter, text[i]);
    return counter->n_rows < ROWS_ENOUGH ? 0 : ECANCELED;
}

enum gpuc_status gpuc_bench_visits_count(const struct gpuc_bench_job *job,
                                         struct gpuc_engine *engine, double *ret_visits,
                                         uint64_t *ret_rows, struct gpuc_error *error)
{
    struct counter counter = {.forest = job->model->forest};
    struct gpuc_job_options options = job->options;
    enum gpuc_status status = GPUC_OK;
    *ret_visits = 0;
    *ret_rows = 0;
    if (counter.forest == NULL || counter.forest->n_trees == 0)
        return GPUC_OK;
    GPUC_TRY(fill_leaves(&counter, error));
    options.output_columns = "leaf";
    options.columns = "none";
    options.output_header = GPUC_HEADER_NEVER;
    options.n_top = 0;
    options.rename = NULL;
    options.format = "csv";
    options.piece_bytes = PIECE_BYTES;
    options.write = take;
    options.context = &counter;
    status = gpuc_job_run(job->model, engine, &options, NULL, error);
    if (counter.n_rows >= ROWS_ENOUGH)
        status = GPUC_OK;
    if (status == GPUC_OK && counter.n_rows > 0) {
        *ret_visits = (double)counter.n_visits / (double)counter.n_rows;
        *ret_rows = counter.n_rows;
    }
out:
    gpuc_free(counter.leaves);
    return status;
}
