/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What CPU kernels read of a forest: made once for an engine and a model, then constant
 * and shared by all sessions. How each tree is evaluated is decided here, by estimated
 * cost, and changes no result.
 *
 * Sliced trees: the program of forest_netlist.h for a slice of rows, then the values of
 * the leaves looked up by their codes. Trees stand in groups that share the answers to
 * their nodes' questions: each answer is found once for a slice and a group.
 *
 * Walked trees: from node to node, some rows in flight at a time.
 */
#ifndef GPUC_FOREST_PLAN_H
#define GPUC_FOREST_PLAN_H

#include "base/bytes.h"
#include "cpu/forest_netlist.h"

enum {
    GPUC_SLICE_ROWS = 512, /* one cache line of signal */
    GPUC_SIGNAL_SIZE = GPUC_SLICE_ROWS / 8,
    GPUC_WALK_ROWS = 8, /* that walk together */
    GPUC_RUN_TREES = 32 /* whose leaves a session can ask for without their values */
};

/* What the plan has to know of the kernels. */
struct gpuc_forest_target {
    /* By enum gpuc_number: leaf values for codes of so many bits come from byte planes;
     * for more bits, or where a plane would be cut, they are fetched one by one. */
    uint32_t plane_bits_max[2];
    uint32_t plane_size_min; /* bytes of a plane at least */
};

enum gpuc_tree_evaluator { GPUC_TREE_SLICED, GPUC_TREE_WALKED, GPUC_N_EVALUATORS };

/* The question of some nodes, and where in the bank the answer goes. */
struct gpuc_question {
    uint32_t column;
    uint32_t split; /* as in struct gpuc_node */
    uint32_t answer;
};

struct gpuc_plan_group {
    uint32_t first_tree;
    uint32_t n_trees;
    uint32_t first_question; /* ascending by column and split */
    uint32_t n_questions;
};

struct gpuc_plan_tree {
    uint8_t evaluator; /* enum gpuc_tree_evaluator */
    uint8_t n_bits;    /* of the leaves' codes */
    bool has_planes;   /* else plain values */
    uint32_t first_op;
    uint32_t n_ops;
    uint16_t bits[GPUC_CODE_BITS_MAX];
    size_t leaves; /* in the tables: the leaf of each code, a byte */
    /* In the tables, for one output or one after the other for all: the value of each
     * code; or each byte of the values, lowest first, in a plane of its own. */
    size_t values;
};

struct gpuc_forest_plan {
    const struct gpuc_forest *forest;
    size_t block_rows;   /* rows that are evaluated together: some slices */
    size_t scratch_size; /* bytes of scratch memory that a session needs */
    size_t n_made_max;   /* most signals that a tree's operations make */
    uint32_t n_by_evaluator[GPUC_N_EVALUATORS]; /* trees */

    /* Empty where there is no target. */
    struct gpuc_plan_tree *trees;
    struct gpuc_bytes groups;    /* struct gpuc_plan_group */
    struct gpuc_bytes questions; /* struct gpuc_question */
    struct gpuc_bytes ops;       /* struct gpuc_signal_op */
    struct gpuc_bytes tables;
};

/* Bytes of a plane for codes of so many bits. */
static inline size_t gpuc_plane_size(const struct gpuc_forest_target *target,
                                     uint32_t n_bits)
{
    size_t size = (size_t)1 << n_bits;
    return size > target->plane_size_min ? size : target->plane_size_min;
}

/*
 * The forest must outlive the plan. `target`: NULL for kernels that read the forest
 * itself. GPUC_ENOMEM; then nothing needs freeing.
 */
enum gpuc_status gpuc_forest_plan_init(struct gpuc_forest_plan *plan,
                                       const struct gpuc_forest *forest,
                                       const struct gpuc_forest_target *target,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * What share of the trees is evaluated how, as one line for people; cut where `size`
 * ends.
 */
void gpuc_forest_plan_describe(const struct gpuc_forest_plan *plan, char *text,
                               size_t size);

/* Frees the plan's memory; a zeroed plan is fine. */
void gpuc_forest_plan_done(struct gpuc_forest_plan *plan);

#endif
