/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_bits.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "kernels/forest_bits.h"

enum { LEAVES_MAX = 1 << GPUC_BITS_LEAF, NODES_MAX = LEAVES_MAX - 1 };

/* Work-items of a group, where local memory has room for so many rows. */
enum { LANES_MAX = 64 };

/*
 * Slots of words that further steps need. The smaller of two subtrees comes first, so
 * where k subtrees wait, the one at hand has 2^-k of the leaves, and it takes two to make
 * a step. All that is needed are the k bounds between those, and the step's own.
 */
enum { SLOTS_MAX = GPUC_BITS_SLOTS_MIN + GPUC_BITS_LEAF };

/* A subtree that has no steps yet: its root and the bounds of its leaves. */
struct subtree {
    uint32_t node;
    uint32_t from;
    uint32_t beyond;
};

/* One tree on its way to a program. */
struct writer {
    const struct gpuc_forest *forest;
    const struct gpuc_bits_plan *plan;
    const struct gpuc_tree *tree;
    const struct gpuc_node *nodes;
    uint32_t n_leaves[NODES_MAX];       /* below each node */
    struct subtree order[NODES_MAX];    /* of steps */
    uint32_t last_step[LEAVES_MAX + 1]; /* that reads the bound's word */
    uint32_t slot[LEAVES_MAX + 1];      /* of the bound's word */
    bool is_taken[SLOTS_MAX];
};

static uint32_t count_leaf_bits(uint32_t n_leaves)
{
    uint32_t n_bits = 0;

    while (UINT32_C(1) << n_bits < n_leaves)
        n_bits++;
    return n_bits;
}

static uint64_t steps_size(const struct gpuc_tree *tree)
{
    return GPUC_BITS_HEAD * sizeof(uint32_t) +
           (uint64_t)tree->n_nodes * sizeof(struct gpuc_bits_step);
}

static uint64_t block_size(const struct gpuc_forest *forest, uint32_t n_levels,
                           const struct gpuc_tree *tree)
{
    (void)n_levels;
    return gpuc_block_size(forest, steps_size(tree),
                           UINT64_C(1) << count_leaf_bits(tree->n_leaves));
}

bool gpuc_bits_plan(const struct gpuc_forest *forest, uint64_t local_memory_size,
                    struct gpuc_bits_plan *ret_plan)
{
    struct gpuc_bits_plan plan = {0};
    const uint64_t n_columns = forest->columns.n_items;

    for (size_t c = 0; c < n_columns; c++) {
        const struct gpuc_code_column *column = &gpuc_forest_columns(forest)[c];
        if (column->kind != GPUC_COLUMN_NUMERIC || column->code_size != 1)
            return false;
    }
    for (uint32_t t = 0; t < forest->n_trees; t++) {
        const struct gpuc_tree *tree = &gpuc_forest_trees(forest)[t];
        uint64_t size = block_size(forest, 0, tree);
        uint32_t n_bits = count_leaf_bits(tree->n_leaves);
        if (tree->n_leaves > LEAVES_MAX)
            return false;
        if (size > plan.room.block_bytes)
            plan.room.block_bytes = size;
        if (n_bits > plan.n_leaf_bits)
            plan.n_leaf_bits = n_bits;
    }
    gpuc_block_room_choose(&plan.room,
                           (n_columns * GPUC_BITS_CODE + SLOTS_MAX) * sizeof(uint32_t),
                           LANES_MAX, local_memory_size);
    *ret_plan = plan;
    return gpuc_block_room_suffices(&plan.room, local_memory_size);
}

static uint32_t leaves_below(const struct writer *writer, int32_t child)
{
    return child >= 0 ? writer->n_leaves[child] : 1;
}

/* The bound between the two children of a subtree's root: its step's number. */
static uint32_t bound_of(const struct writer *writer, const struct subtree *subtree)
{
    return subtree->from + leaves_below(writer, writer->nodes[subtree->node].left);
}

/* Lists subtrees parents first and smaller children before larger ones. */
static void order_steps(struct writer *writer)
{
    struct subtree waiting[NODES_MAX + 1];
    uint32_t n_waiting = 0, n_steps = 0;

    for (uint32_t i = writer->tree->n_nodes; i-- > 0;)
        writer->n_leaves[i] = leaves_below(writer, writer->nodes[i].left) +
                              leaves_below(writer, writer->nodes[i].right);
    if (writer->tree->n_nodes > 0)
        waiting[n_waiting++] = (struct subtree){0, 0, writer->tree->n_leaves};
    while (n_waiting > 0) {
        const struct subtree subtree = waiting[--n_waiting];
        const struct gpuc_node *node = &writer->nodes[subtree.node];
        uint32_t bound = bound_of(writer, &subtree);
        struct subtree children[2] = {{(uint32_t)node->left, subtree.from, bound},
                                      {(uint32_t)node->right, bound, subtree.beyond}};
        bool left_last =
            leaves_below(writer, node->left) > leaves_below(writer, node->right);
        writer->last_step[subtree.from] = n_steps;
        writer->last_step[subtree.beyond] = n_steps;
        writer->last_step[bound] = n_steps;
        writer->order[n_steps++] = subtree;
        for (size_t i = 0; i < 2; i++) {
            size_t k = left_last ? i : 1 - i;
            if ((k == 0 ? node->left : node->right) >= 0)
                waiting[n_waiting++] = children[k];
        }
    }
}

static void free_slot(struct writer *writer, uint32_t bound, uint32_t step)
{
    bool is_inner = bound > 0 && bound < writer->tree->n_leaves;
    if (is_inner && writer->last_step[bound] == step)
        writer->is_taken[writer->slot[bound]] = false;
}

static uint32_t take_slot(struct writer *writer)
{
    uint32_t slot = GPUC_BITS_SLOTS_MIN;

    while (writer->is_taken[slot])
        slot++;
    assert(slot < SLOTS_MAX);
    writer->is_taken[slot] = true;
    return slot;
}

/* Where a slot's word is: behind those of the codes. */
static uint32_t place_of(const struct writer *writer, uint32_t slot)
{
    uint32_t n_code_words = (uint32_t)writer->forest->columns.n_items * GPUC_BITS_CODE;
    return (n_code_words + slot) * writer->plan->room.n_lanes;
}

static uint32_t lowest_bit(uint32_t number)
{
    uint32_t bit = 0;

    while ((number >> bit & 1) == 0)
        bit++;
    return bit;
}

static void write_step(struct writer *writer, uint32_t k, struct gpuc_bits_step *step)
{
    const struct subtree *subtree = &writer->order[k];
    const struct gpuc_node *node = &writer->nodes[subtree->node];
    uint32_t bound = bound_of(writer, subtree);

    step->column = node->column * GPUC_BITS_CODE * writer->plan->room.n_lanes;
    step->from = place_of(writer, writer->slot[subtree->from]);
    step->beyond = place_of(writer, writer->slot[subtree->beyond]);
    free_slot(writer, subtree->from, k);
    free_slot(writer, subtree->beyond, k);
    writer->slot[bound] = take_slot(writer);
    free_slot(writer, bound, k);
    step->to = place_of(writer, writer->slot[bound]) * GPUC_BITS_LEAF + lowest_bit(bound);
    for (uint32_t i = 0; i < GPUC_BITS_CODE; i++)
        step->zeros[i] = (node->split >> i & 1) == 0 ? UINT32_MAX : 0;
}

static void write_values(const struct writer *writer, uint8_t *to)
{
    const struct gpuc_forest *forest = writer->forest;
    size_t size = gpuc_number_size((enum gpuc_number)forest->number);
    const uint8_t *from = (const uint8_t *)gpuc_forest_at(forest, &forest->leaf_values) +
                          writer->tree->first_leaf * size;

    for (uint32_t leaf = 0; leaf < writer->tree->n_leaves; leaf++)
        memcpy(to + (leaf ^ leaf >> 1) * size, from + leaf * size, size);
}

static void write_tree(struct writer *writer, uint32_t *words)
{
    const struct gpuc_tree *tree = writer->tree;
    struct gpuc_bits_step *steps = (void *)(words + GPUC_BITS_HEAD);

    words[0] = tree->n_nodes;
    words[1] = (uint32_t)steps_size(tree) / GPUC_PACKED_UNIT;
    order_steps(writer);
    memset(writer->is_taken, 0, sizeof writer->is_taken);
    writer->slot[0] = GPUC_BITS_ALL;
    writer->slot[tree->n_leaves] = GPUC_BITS_NONE;
    for (uint32_t k = 0; k < tree->n_nodes; k++)
        write_step(writer, k, &steps[k]);
    if (writer->forest->leaf_size == 1)
        write_values(writer, (uint8_t *)words + steps_size(tree));
}

enum gpuc_status gpuc_bits_make(const struct gpuc_forest *forest,
                                const struct gpuc_bits_plan *plan,
                                struct gpuc_blocks *ret_blocks, struct gpuc_error *error)
{
    struct writer writer = {.forest = forest, .plan = plan};

    enum gpuc_status status = gpuc_blocks_init(ret_blocks, forest, 0, block_size, error);
    if (status != GPUC_OK)
        return status;
    for (uint32_t i = 0; i < forest->n_trees; i++) {
        writer.tree = &gpuc_forest_trees(forest)[ret_blocks->trees[i].number];
        writer.nodes = gpuc_forest_nodes(forest) + writer.tree->first_node;
        write_tree(&writer, gpuc_block_at(ret_blocks, i));
    }
    return GPUC_OK;
}
