/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forest for a block of rows, slice by slice: see forest_plan.h for how trees are
 * evaluated. Included by the isa_<name>.c files after their forest_simd_<name>.h.
 */
#include "cpu/forest_answers_template.h"
#include "cpu/forest_leaves_template.h"
#include "cpu/forest_walk_template.h"

/* One slice of a block at work. */
struct slice {
    const struct gpuc_forest_plan *plan;
    const struct gpuc_trees_work *work;
    struct gpuc_forest_scratch *own;
    uint8_t *bank;
    void *sums;           /* GPUC_SLICE_ROWS an output */
    uint32_t *walk_codes; /* of spread_codes(), where trees are walked */
    size_t first_row;     /* of the block's */
    size_t n_rows;        /* that may be written */
};

static void load_sums(const struct slice *slice)
{
    const struct gpuc_forest *forest = slice->plan->forest;
    size_t size = gpuc_number_size(forest->number);

    for (size_t output = 0; output < forest->n_outputs; output++) {
        size_t first = output * slice->work->stride + slice->first_row;
        for (size_t i = 0; i < GPUC_SLICE_ROWS; i++) {
            size_t row = sum_row(i, size), sum = output * GPUC_SLICE_ROWS + i;
            bool exists = row < slice->n_rows;
            if (forest->number == GPUC_FLOAT32)
                ((float *)slice->sums)[sum] =
                    exists ? ((const float *)slice->work->margins)[first + row] : 0;
            else
                ((double *)slice->sums)[sum] =
                    exists ? ((const double *)slice->work->margins)[first + row] : 0;
        }
    }
}

static void store_sums(const struct slice *slice)
{
    const struct gpuc_forest *forest = slice->plan->forest;
    size_t size = gpuc_number_size(forest->number);

    for (size_t output = 0; output < forest->n_outputs; output++) {
        size_t first = output * slice->work->stride + slice->first_row;
        for (size_t i = 0; i < GPUC_SLICE_ROWS; i++) {
            size_t row = sum_row(i, size), sum = output * GPUC_SLICE_ROWS + i;
            if (row >= slice->n_rows)
                continue;
            if (forest->number == GPUC_FLOAT32)
                ((float *)slice->work->margins)[first + row] =
                    ((const float *)slice->sums)[sum];
            else
                ((double *)slice->work->margins)[first + row] =
                    ((const double *)slice->sums)[sum];
        }
    }
}

static void run_ops(uint8_t *bank, const struct gpuc_signal_op *ops, size_t n_ops)
{
    for (size_t i = 0; i < n_ops; i++) {
        choose_signal(bank + (size_t)ops[i].answer * GPUC_SIGNAL_SIZE,
                      bank + (size_t)ops[i].left * GPUC_SIGNAL_SIZE,
                      bank + (size_t)ops[i].right * GPUC_SIGNAL_SIZE,
                      bank + (size_t)ops[i].target * GPUC_SIGNAL_SIZE);
    }
}

static void add_codes(const struct slice *slice, const struct gpuc_plan_tree *planned,
                      uint32_t first_output)
{
    const struct gpuc_forest *forest = slice->plan->forest;
    const uint8_t *codes = slice->own->codes[0];
    size_t plane_size = gpuc_plane_size(&forest_target, planned->n_bits);
    size_t n_values = planned->has_planes ? plane_size : (size_t)1 << planned->n_bits;
    const uint8_t *values = slice->plan->tables.data + planned->values;

    for (uint32_t k = 0; k < forest->leaf_size; k++) {
        size_t first = (size_t)(first_output + k) * GPUC_SLICE_ROWS;
        if (forest->number == GPUC_FLOAT32) {
            float *sums = (float *)slice->sums + first;
            if (planned->has_planes)
                add_planes_of32(values, plane_size, planned->n_bits, codes, sums);
            else
                add_plain_of32((const float *)(const void *)values, codes, sums);
        } else {
            double *sums = (double *)slice->sums + first;
            if (planned->has_planes)
                add_planes_of64(values, plane_size, planned->n_bits, codes, sums);
            else
                add_plain_of64((const double *)(const void *)values, codes, sums);
        }
        values += n_values * gpuc_number_size(forest->number);
    }
}

/* Leaf numbers of the slice's rows, from codes. */
static void find_leaves(const struct slice *slice, const struct gpuc_plan_tree *planned,
                        uint32_t *leaves)
{
    const uint8_t *leaves_of = slice->plan->tables.data + planned->leaves;

    for (size_t row = 0; row < slice->n_rows; row++)
        leaves[row] = leaves_of[slice->own->codes[row % 8][row / 8]];
}

static void slice_tree(const struct slice *slice, size_t t, uint32_t *leaves)
{
    const struct gpuc_plan_tree *planned = &slice->plan->trees[t];
    const struct gpuc_forest *forest = slice->plan->forest;

    run_ops(slice->bank,
            (const struct gpuc_signal_op *)(const void *)slice->plan->ops.data +
                planned->first_op,
            planned->n_ops);
    make_codes(slice->bank, planned, slice->own->codes);
    if (leaves != NULL)
        find_leaves(slice, planned, leaves);
    if (slice->work->margins != NULL)
        add_codes(slice, planned,
                  forest->leaf_size == 1 ? gpuc_forest_trees(forest)[t].output : 0);
}

static void add_leaves(const struct slice *slice, const struct gpuc_tree *tree,
                       const uint32_t *leaves)
{
    const struct gpuc_forest *forest = slice->plan->forest;
    const void *values = gpuc_forest_at(forest, &forest->leaf_values);
    size_t size = gpuc_number_size(forest->number);

    for (size_t k = 0; k < forest->leaf_size; k++) {
        size_t output = forest->leaf_size == 1 ? tree->output : k;
        for (size_t i = 0; i < GPUC_SLICE_ROWS; i++) {
            size_t sum = output * GPUC_SLICE_ROWS + i, row = sum_row(i, size);
            if (row >= slice->n_rows)
                continue;
            size_t value =
                (size_t)(tree->first_leaf + leaves[row]) * forest->leaf_size + k;
            if (forest->number == GPUC_FLOAT32)
                ((float *)slice->sums)[sum] += ((const float *)values)[value];
            else
                ((double *)slice->sums)[sum] += ((const double *)values)[value];
        }
    }
}

static void walk_tree(const struct slice *slice, size_t t, uint32_t *leaves)
{
    const struct gpuc_forest *forest = slice->plan->forest;
    const struct gpuc_tree *tree = &gpuc_forest_trees(forest)[t];
    const struct walked_rows rows = {&slice->work->codes, slice->walk_codes,
                                     slice->first_row, slice->n_rows};

    if (leaves == NULL)
        leaves = slice->own->leaves;
    walk_rows(forest, tree, &rows, leaves);
    if (slice->work->margins != NULL)
        add_leaves(slice, tree, leaves);
}

/* The trees of a group that are asked for. */
static void evaluate_group(const struct slice *slice, const struct gpuc_plan_group *group)
{
    const struct gpuc_trees_work *work = slice->work;
    size_t end = work->first_tree + work->n_trees;
    size_t first =
        work->first_tree > group->first_tree ? work->first_tree : group->first_tree;
    size_t group_end = (size_t)group->first_tree + group->n_trees;

    if (first >= end || first >= group_end)
        return;
    answer_group(slice->plan, group, &work->codes, slice->first_row, slice->own,
                 slice->bank);
    for (size_t t = first; t < end && t < group_end; t++) {
        uint32_t *leaves = NULL;
        if (work->leaves != NULL)
            leaves =
                work->leaves + (t - work->first_tree) * work->stride + slice->first_row;
        if (slice->plan->trees[t].evaluator == GPUC_TREE_SLICED)
            slice_tree(slice, t, leaves);
        else
            walk_tree(slice, t, leaves);
    }
}

/* A gpuc_trees_function. */
static void evaluate_trees(const struct gpuc_forest_plan *plan,
                           const struct gpuc_trees_work *work, void *scratch)
{
    const struct gpuc_plan_group *groups = (const void *)plan->groups.data;
    size_t n_groups = plan->groups.size / sizeof *groups;
    size_t n_rows = (work->codes.n_rows + 63) / 64 * 64;
    struct slice slice = {.plan = plan, .work = work, .own = scratch};

    slice.bank = (uint8_t *)scratch + sizeof *slice.own;
    slice.sums = slice.bank + gpuc_forest_bank_size(plan);
    slice.walk_codes =
        (uint32_t *)(void *)((uint8_t *)slice.sums + gpuc_forest_sums_size(plan));
    if (plan->n_by_evaluator[GPUC_TREE_SLICED] == 0) {
        walk_block(plan, work, slice.own->leaves, slice.walk_codes);
        return;
    }
    memset(slice.bank + GPUC_SIGNAL_ZEROS * GPUC_SIGNAL_SIZE, 0, GPUC_SIGNAL_SIZE);
    memset(slice.bank + GPUC_SIGNAL_ONES * GPUC_SIGNAL_SIZE, 0xff, GPUC_SIGNAL_SIZE);
    for (; slice.first_row < n_rows; slice.first_row += GPUC_SLICE_ROWS) {
        slice.n_rows = n_rows - slice.first_row;
        if (slice.n_rows > GPUC_SLICE_ROWS)
            slice.n_rows = GPUC_SLICE_ROWS;
        if (work->margins != NULL)
            load_sums(&slice);
        if (plan->n_by_evaluator[GPUC_TREE_WALKED] > 0)
            spread_codes(plan->forest, &work->codes, slice.first_row, GPUC_SLICE_ROWS,
                         slice.walk_codes);
        for (size_t g = 0; g < n_groups; g++)
            evaluate_group(&slice, &groups[g]);
        if (work->margins != NULL)
            store_sums(&slice);
    }
}
