/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_packed.h"

#include <string.h>

#include "base/memory.h"

/* Level form: what a tree may take up, and how much of the work may be for nothing. */
enum { LEVELS_MAX = 10, LEAVES_FACTOR = 4, STEPS_FACTOR = 2 };

/* What fits into half a node's word. */
enum { PLACES_END = 1 << 16 };

/* Nodes are numbered, and leaves too, in half a word. */
enum { LEAVES_MAX = 1 << 15 };

/* Work-items of a group, where local memory has room for so many rows. */
enum { LANES_MAX = 128 };

/* Bytes of a code in local memory; 0: there are codes that a node's word cannot hold. */
static uint32_t choose_code_bytes(const struct gpuc_forest *forest)
{
    uint32_t code_bytes = 1;

    for (size_t c = 0; c < forest->columns.n_items; c++) {
        const struct gpuc_code_column *column = &gpuc_forest_columns(forest)[c];
        const struct gpuc_feature *feature =
            &gpuc_forest_features(forest)[column->feature];
        if (column->kind != GPUC_COLUMN_NUMERIC ||
            feature->n_thresholds > GPUC_PACKED_CODE_MAX)
            return 0;
        if (column->code_size > code_bytes)
            code_bytes = column->code_size;
    }
    return code_bytes;
}

/* Levels for all trees; 0 if that would be a waste. */
static uint32_t choose_levels(const struct gpuc_forest *forest)
{
    uint64_t n_levels = GPUC_PACKED_LEVELS_MIN, n_steps = 0;

    for (uint32_t t = 0; t < forest->n_trees; t++) {
        uint32_t depth = gpuc_forest_trees(forest)[t].depth;
        n_steps += depth;
        if (depth > n_levels)
            n_levels = depth;
    }
    if (n_levels > LEVELS_MAX ||
        (uint64_t)forest->n_trees << n_levels >
            (uint64_t)LEAVES_FACTOR * forest->n_leaves ||
        forest->n_trees * n_levels > STEPS_FACTOR * n_steps)
        return 0;
    return (uint32_t)n_levels;
}

/* Words of a tree's nodes, and of a head. */
static uint64_t count_words(uint32_t n_levels, const struct gpuc_tree *tree)
{
    return n_levels > 0
               ? UINT64_C(1) << n_levels
               : GPUC_PACKED_HEAD + 2 * ((uint64_t)tree->n_nodes + tree->n_leaves);
}

static uint64_t block_size(const struct gpuc_forest *forest, uint32_t n_levels,
                           const struct gpuc_tree *tree)
{
    uint64_t n_values = n_levels > 0 ? UINT64_C(1) << n_levels : tree->n_leaves;
    uint64_t size = count_words(n_levels, tree) * sizeof(uint32_t);

    return gpuc_block_size(forest, size, n_values);
}

bool gpuc_packed_plan(const struct gpuc_forest *forest, uint64_t local_memory_size,
                      struct gpuc_packed_plan *ret_plan)
{
    struct gpuc_packed_plan plan = {.n_levels = choose_levels(forest),
                                    .code_bytes = choose_code_bytes(forest)};
    uint64_t lane_bytes = forest->columns.n_items * plan.code_bytes * GPUC_PACKED_ROWS;

    for (uint32_t t = 0; t < forest->n_trees; t++) {
        const struct gpuc_tree *tree = &gpuc_forest_trees(forest)[t];
        uint64_t size = block_size(forest, plan.n_levels, tree);
        if (tree->n_leaves > LEAVES_MAX)
            return false;
        if (size > plan.room.block_bytes)
            plan.room.block_bytes = size;
    }
    gpuc_block_room_choose(&plan.room, lane_bytes, LANES_MAX, local_memory_size);
    *ret_plan = plan;
    return plan.code_bytes > 0 && plan.room.codes_bytes <= PLACES_END &&
           gpuc_block_room_suffices(&plan.room, local_memory_size);
}

/* One tree on its way into a block. */
struct packer {
    const struct gpuc_forest *forest;
    const struct gpuc_packed_plan *plan;
    const struct gpuc_tree *tree;
    uint32_t *words;   /* the block's */
    uint32_t *leaf_of; /* the tree's; level form */
    uint32_t *places;  /* of the tree's nodes */
    uint32_t n_places; /* given away; linked form */
};

static uint32_t node_word(const struct packer *packer, const struct gpuc_node *node)
{
    const struct gpuc_packed_plan *plan = packer->plan;
    uint32_t place =
        node->column * plan->code_bytes * plan->room.n_lanes * GPUC_PACKED_ROWS;

    /* A code above the split carries into the word's highest bit. */
    return (GPUC_PACKED_CODE_MAX - node->split) << 16 | place;
}

/* Puts a leaf where a child has its place. */
static void pack_leaf(struct packer *packer, uint32_t leaf, uint32_t place)
{
    uint32_t n_levels = packer->plan->n_levels;

    if (n_levels > 0) {
        /* From a word with no node on, all ways lead to the left. */
        while (place >> n_levels == 0)
            place *= 2;
        packer->leaf_of[place - (UINT32_C(1) << n_levels)] = leaf;
    } else {
        packer->words[GPUC_PACKED_HEAD + 2 * place + 1] = place | leaf << 16;
    }
}

static void pack_child(struct packer *packer, int32_t child, uint32_t place)
{
    if (child >= 0)
        packer->places[child] = place;
    else
        pack_leaf(packer, (uint32_t)~child, place);
}

/* Packs nodes, parents first. */
static void pack_nodes(struct packer *packer)
{
    const struct gpuc_tree *tree = packer->tree;
    bool in_levels = packer->plan->n_levels > 0;

    packer->n_places = 1;
    pack_child(packer, tree->n_nodes > 0 ? 0 : ~0, in_levels ? 1 : 0);
    for (uint32_t i = 0; i < tree->n_nodes; i++) {
        const struct gpuc_node *node =
            &gpuc_forest_nodes(packer->forest)[tree->first_node + i];
        uint32_t place = packer->places[i];
        uint32_t children = in_levels ? 2 * place : packer->n_places;
        if (in_levels) {
            packer->words[place] = node_word(packer, node);
        } else {
            packer->words[GPUC_PACKED_HEAD + 2 * place] = node_word(packer, node);
            packer->words[GPUC_PACKED_HEAD + 2 * place + 1] = children;
            packer->n_places += 2;
        }
        pack_child(packer, node->left, children);
        pack_child(packer, node->right, children + 1);
    }
}

static void pack_values(struct packer *packer)
{
    const struct gpuc_forest *forest = packer->forest;
    uint32_t n_levels = packer->plan->n_levels;
    size_t size = gpuc_number_size((enum gpuc_number)forest->number);
    size_t n_words = (size_t)count_words(n_levels, packer->tree);
    const uint8_t *from = (const uint8_t *)gpuc_forest_at(forest, &forest->leaf_values) +
                          packer->tree->first_leaf * size;

    for (uint32_t p = 0; p < UINT32_C(1) << n_levels && n_levels > 0; p++)
        memcpy((uint8_t *)(packer->words + n_words) + p * size,
               from + packer->leaf_of[p] * size, size);
    if (n_levels == 0)
        memcpy(packer->words + n_words, from, packer->tree->n_leaves * size);
}

static void pack_tree(struct packer *packer)
{
    if (packer->plan->n_levels == 0) {
        packer->words[0] = packer->tree->depth;
        packer->words[1] = (uint32_t)count_words(0, packer->tree);
    }
    pack_nodes(packer);
    if (packer->forest->leaf_size == 1)
        pack_values(packer);
}

static uint32_t most_nodes(const struct gpuc_forest *forest)
{
    uint32_t most = 1;

    for (uint32_t t = 0; t < forest->n_trees; t++)
        if (gpuc_forest_trees(forest)[t].n_nodes > most)
            most = gpuc_forest_trees(forest)[t].n_nodes;
    return most;
}

enum gpuc_status gpuc_packed_make(const struct gpuc_forest *forest,
                                  const struct gpuc_packed_plan *plan,
                                  struct gpuc_blocks *ret_blocks, uint32_t **ret_leaf_of,
                                  struct gpuc_error *error)
{
    const size_t n_positions = (size_t)forest->n_trees << plan->n_levels;
    struct packer packer = {.forest = forest, .plan = plan};
    struct gpuc_blocks blocks = {0};
    uint32_t *leaf_of = NULL;
    enum gpuc_status status;

    GPUC_TRY(gpuc_blocks_init(&blocks, forest, plan->n_levels, block_size, error));
    packer.places = gpuc_alloc(most_nodes(forest), sizeof *packer.places);
    if (plan->n_levels > 0)
        leaf_of = gpuc_alloc(n_positions, sizeof *leaf_of);
    if (packer.places == NULL || (plan->n_levels > 0 && leaf_of == NULL)) {
        status = gpuc_fail_memory(error, n_positions * sizeof *leaf_of,
                                  "the trees of a forest");
        goto out;
    }
    for (uint32_t i = 0; i < forest->n_trees; i++) {
        packer.tree = &gpuc_forest_trees(forest)[blocks.trees[i].number];
        packer.words = gpuc_block_at(&blocks, i);
        if (plan->n_levels > 0)
            packer.leaf_of = leaf_of + ((size_t)i << plan->n_levels);
        pack_tree(&packer);
    }
    *ret_blocks = blocks;
    *ret_leaf_of = leaf_of;
    blocks = (struct gpuc_blocks){0};
    leaf_of = NULL;
out:
    gpuc_free(packer.places);
    gpuc_free(leaf_of);
    gpuc_blocks_done(&blocks);
    return status;
}
