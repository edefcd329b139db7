/* SPDX-License-Identifier: Apache-2.0 */
#include "cpu/forest_plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cpu/forest_kernels.h"

enum {
    BLOCK_ROWS = 2 * GPUC_SLICE_ROWS,
    /* Where no tree is sliced: large trees come to the cache once a block. */
    WALK_BLOCK_ROWS = 8 * GPUC_SLICE_ROWS
};

struct maker {
    struct gpuc_forest_plan *plan;
    const struct gpuc_forest_target *target;
    const struct gpuc_forest *forest;
    struct gpuc_plan_group group; /* the last one */
    /* The place of each column's first question: splits of numeric columns, words of
     * category columns. */
    size_t *first_places;
    uint32_t *groups_of;  /* by place: the number of the last group that asks, from 1 */
    uint16_t *answers_of; /* by place: the answer in that group */
    uint32_t n_groups;
    struct gpuc_netlist netlists[GPUC_N_LEAF_CODES];
};

static size_t place_of(const struct maker *maker, const struct gpuc_node *node)
{
    return maker->first_places[node->column] + node->split;
}

static enum gpuc_status alloc_places(struct maker *maker, struct gpuc_error *error)
{
    const struct gpuc_forest *forest = maker->forest;
    size_t n_columns = forest->columns.n_items;
    size_t n_places = forest->category_words.n_items;

    maker->first_places = gpuc_alloc(n_columns + 1, sizeof *maker->first_places);
    if (maker->first_places == NULL)
        return gpuc_fail_memory(error, n_columns, "a forest's plan");
    for (size_t c = 0; c < n_columns; c++) {
        const struct gpuc_code_column *column = &gpuc_forest_columns(forest)[c];
        if (column->kind == GPUC_COLUMN_CATEGORY)
            continue;
        maker->first_places[c] = n_places;
        n_places += gpuc_forest_features(forest)[column->feature].n_thresholds;
    }
    maker->groups_of = gpuc_alloc(n_places + 1, sizeof *maker->groups_of);
    maker->answers_of = gpuc_alloc(n_places + 1, sizeof *maker->answers_of);
    if (maker->groups_of == NULL || maker->answers_of == NULL)
        return gpuc_fail_memory(error, n_places, "a forest's plan");
    return GPUC_OK;
}

static bool can_slice(const struct maker *maker, const struct gpuc_tree *tree)
{
    const struct gpuc_node *nodes = gpuc_forest_nodes(maker->forest) + tree->first_node;

    if (tree->n_leaves > GPUC_SLICED_LEAVES_MAX)
        return false;
    for (uint32_t i = 0; i < tree->n_nodes; i++) {
        const struct gpuc_code_column *column =
            &gpuc_forest_columns(maker->forest)[nodes[i].column];
        if (column->kind == GPUC_COLUMN_CATEGORY && column->code_size > 1)
            return false;
    }
    return true;
}

static int compare_questions(const void *a, const void *b)
{
    const struct gpuc_question *x = a, *y = b;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return (x->split > y->split) - (x->split < y->split);
}

static enum gpuc_status end_group(struct maker *maker, struct gpuc_error *error)
{
    struct gpuc_plan_group *group = &maker->group;
    struct gpuc_question *questions = (void *)maker->plan->questions.data;

    if (group->n_trees == 0)
        return GPUC_OK;
    if (group->n_questions > 0)
        qsort(questions + group->first_question, group->n_questions, sizeof *questions,
              compare_questions);
    enum gpuc_status status =
        gpuc_bytes_append(&maker->plan->groups, group, sizeof *group, error);
    group->first_tree += group->n_trees;
    group->first_question += group->n_questions;
    group->n_trees = 0;
    group->n_questions = 0;
    maker->n_groups++;
    return status;
}

static uint32_t count_new_questions(const struct maker *maker,
                                    const struct gpuc_tree *tree)
{
    const struct gpuc_node *nodes = gpuc_forest_nodes(maker->forest) + tree->first_node;
    uint32_t n_new = 0;

    for (uint32_t i = 0; i < tree->n_nodes; i++)
        n_new += maker->groups_of[place_of(maker, &nodes[i])] != maker->n_groups + 1;
    return n_new;
}

/* Finds the answers to a tree's questions in the group, where they may be new. */
static enum gpuc_status ask(struct maker *maker, const struct gpuc_tree *tree,
                            uint16_t *answers, struct gpuc_error *error)
{
    const struct gpuc_node *nodes = gpuc_forest_nodes(maker->forest) + tree->first_node;
    enum gpuc_status status = gpuc_bytes_reserve(
        &maker->plan->questions, tree->n_nodes * sizeof(struct gpuc_question), error);

    if (status != GPUC_OK)
        return status;
    for (uint32_t i = 0; i < tree->n_nodes; i++) {
        size_t place = place_of(maker, &nodes[i]);
        if (maker->groups_of[place] != maker->n_groups + 1) {
            struct gpuc_question question = {
                .column = nodes[i].column,
                .split = nodes[i].split,
                .answer = GPUC_SIGNAL_ANSWERS + maker->group.n_questions++,
            };
            gpuc_bytes_put(&maker->plan->questions, &question, sizeof question);
            maker->groups_of[place] = maker->n_groups + 1;
            maker->answers_of[place] = (uint16_t)question.answer;
        }
        answers[i] = maker->answers_of[place];
    }
    return GPUC_OK;
}

static const uint8_t *leaf_bytes(const struct gpuc_forest *forest, size_t leaf,
                                 uint32_t output)
{
    const uint8_t *values = gpuc_forest_at(forest, &forest->leaf_values);
    return values +
           (leaf * forest->leaf_size + output) * gpuc_number_size(forest->number);
}

/* Pads the tables so that what comes next is aligned, and makes room for it. */
static enum gpuc_status reserve_table(struct gpuc_bytes *tables, size_t size,
                                      struct gpuc_error *error)
{
    size_t padding = (GPUC_ALIGNMENT - tables->size % GPUC_ALIGNMENT) % GPUC_ALIGNMENT;
    enum gpuc_status status = gpuc_bytes_reserve(tables, padding + size, error);

    if (status != GPUC_OK)
        return status;
    memset(tables->data + tables->size, 0, padding + size);
    tables->size += padding;
    return GPUC_OK;
}

/* The tables of a sliced tree: leaves and values by code. */
static enum gpuc_status put_tables(struct maker *maker, const struct gpuc_tree *tree,
                                   const struct gpuc_netlist *netlist,
                                   struct gpuc_plan_tree *planned,
                                   struct gpuc_error *error)
{
    const struct gpuc_forest *forest = maker->forest;
    struct gpuc_bytes *tables = &maker->plan->tables;
    size_t number_size = gpuc_number_size(forest->number);
    size_t n_codes = (size_t)1 << netlist->n_bits;
    size_t n_values =
        planned->has_planes ? gpuc_plane_size(maker->target, netlist->n_bits) : n_codes;
    size_t values_size = n_values * number_size;
    enum gpuc_status status =
        reserve_table(tables, forest->leaf_size * values_size, error);

    if (status != GPUC_OK)
        return status;
    planned->values = tables->size;
    for (uint32_t output = 0; output < forest->leaf_size; output++) {
        uint8_t *values = tables->data + tables->size;
        for (size_t code = 0; code < n_codes; code++) {
            const uint8_t *bytes =
                leaf_bytes(forest, tree->first_leaf + netlist->leaves[code], output);
            for (size_t k = 0; k < number_size; k++)
                values[planned->has_planes ? k * n_values + code
                                           : code * number_size + k] = bytes[k];
        }
        tables->size += values_size;
    }
    planned->leaves = tables->size;
    return gpuc_bytes_append(tables, netlist->leaves, n_codes, error);
}

/* Estimated time of a sliced tree, in operations on a signal. */
static uint32_t sliced_cost(const struct gpuc_netlist *netlist)
{
    return netlist->n_ops + (UINT32_C(1) << netlist->n_bits) / 2;
}

static enum gpuc_status add_sliced(struct maker *maker, const struct gpuc_tree *tree,
                                   struct gpuc_plan_tree *planned,
                                   struct gpuc_error *error)
{
    struct gpuc_forest_plan *plan = maker->plan;
    const struct gpuc_node *nodes = gpuc_forest_nodes(maker->forest) + tree->first_node;
    const struct gpuc_netlist *best = &maker->netlists[GPUC_LEAF_GRAY];
    uint16_t answers[GPUC_SLICED_LEAVES_MAX];
    enum gpuc_status status = GPUC_OK;

    if (maker->group.n_questions + count_new_questions(maker, tree) > GPUC_ANSWERS_MAX)
        GPUC_TRY(end_group(maker, error));
    GPUC_TRY(ask(maker, tree, answers, error));
    /* The first code is Gray's, which has room for every tree that is sliced. */
    for (int code = 0; code < GPUC_N_LEAF_CODES; code++) {
        struct gpuc_netlist *netlist = &maker->netlists[code];
        if (gpuc_netlist_make(tree, nodes, answers, (enum gpuc_leaf_code)code, netlist) &&
            sliced_cost(netlist) < sliced_cost(best))
            best = netlist;
    }
    planned->evaluator = GPUC_TREE_SLICED;
    planned->n_bits = (uint8_t)best->n_bits;
    planned->has_planes =
        best->n_bits <= maker->target->plane_bits_max[maker->forest->number];
    planned->first_op = (uint32_t)(plan->ops.size / sizeof *best->ops);
    planned->n_ops = best->n_ops;
    memcpy(planned->bits, best->bits, sizeof planned->bits);
    if (plan->n_made_max < best->n_made)
        plan->n_made_max = best->n_made;
    GPUC_TRY(
        gpuc_bytes_append(&plan->ops, best->ops, best->n_ops * sizeof *best->ops, error));
    GPUC_TRY(put_tables(maker, tree, best, planned, error));
out:
    return status;
}

static enum gpuc_status add_trees(struct maker *maker, struct gpuc_error *error)
{
    const struct gpuc_forest *forest = maker->forest;
    struct gpuc_forest_plan *plan = maker->plan;
    enum gpuc_status status = GPUC_OK;

    for (uint32_t t = 0; t < forest->n_trees; t++) {
        const struct gpuc_tree *tree = &gpuc_forest_trees(forest)[t];
        struct gpuc_plan_tree *planned = &plan->trees[t];
        if (forest->linear_leaves.n_items > 0 && t % GPUC_RUN_TREES == 0)
            GPUC_TRY(end_group(maker, error));
        planned->evaluator = GPUC_TREE_WALKED;
        if (can_slice(maker, tree))
            GPUC_TRY(add_sliced(maker, tree, planned, error));
        maker->group.n_trees++;
        plan->n_by_evaluator[planned->evaluator]++;
    }
    GPUC_TRY(end_group(maker, error));
out:
    return status;
}

static enum gpuc_status make_plan(struct gpuc_forest_plan *plan,
                                  const struct gpuc_forest_target *target,
                                  struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    struct maker *maker = gpuc_alloc(1, sizeof *maker);

    plan->trees = gpuc_alloc((size_t)plan->forest->n_trees + 1, sizeof *plan->trees);
    if (maker == NULL || plan->trees == NULL) {
        gpuc_free(maker);
        return gpuc_fail_memory(error, sizeof *maker, "a forest's plan");
    }
    maker->plan = plan;
    maker->target = target;
    maker->forest = plan->forest;
    GPUC_TRY(alloc_places(maker, error));
    GPUC_TRY(add_trees(maker, error));
out:
    gpuc_free(maker->first_places);
    gpuc_free(maker->groups_of);
    gpuc_free(maker->answers_of);
    gpuc_free(maker);
    return status;
}

enum gpuc_status gpuc_forest_plan_init(struct gpuc_forest_plan *plan,
                                       const struct gpuc_forest *forest,
                                       const struct gpuc_forest_target *target,
                                       struct gpuc_error *error)
{
    *plan = (struct gpuc_forest_plan){.forest = forest, .block_rows = BLOCK_ROWS};
    enum gpuc_status status = target != NULL ? make_plan(plan, target, error) : GPUC_OK;
    if (status != GPUC_OK) {
        gpuc_forest_plan_done(plan);
        return status;
    }
    if (plan->n_by_evaluator[GPUC_TREE_WALKED] > 0 &&
        plan->n_by_evaluator[GPUC_TREE_SLICED] == 0)
        plan->block_rows = WALK_BLOCK_ROWS;
    plan->scratch_size = gpuc_forest_scratch_size(plan);
    return status;
}

void gpuc_forest_plan_describe(const struct gpuc_forest_plan *plan, char *text,
                               size_t size)
{
    uint32_t n_sliced = plan->n_by_evaluator[GPUC_TREE_SLICED];

    snprintf(text, size,
             "%" PRIu32 " trees by bit operations (%zu questions in %zu groups), %" PRIu32
             " trees walked",
             n_sliced, plan->questions.size / sizeof(struct gpuc_question),
             plan->groups.size / sizeof(struct gpuc_plan_group),
             plan->forest->n_trees - n_sliced);
}

void gpuc_forest_plan_done(struct gpuc_forest_plan *plan)
{
    gpuc_free(plan->trees);
    gpuc_bytes_done(&plan->groups);
    gpuc_bytes_done(&plan->questions);
    gpuc_bytes_done(&plan->ops);
    gpuc_bytes_done(&plan->tables);
    *plan = (struct gpuc_forest_plan){0};
}
