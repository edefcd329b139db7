/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_select.h"

#include "base/memory.h"

enum { NODES_MAX = GPUC_SELECT_LEAVES_MAX - 1 };

/* One tree on its way to a program. */
struct writer {
    const struct gpuc_code_column *columns;
    const struct gpuc_node *nodes;
    uint8_t n_slots[NODES_MAX]; /* that a node's subtree needs */
    struct gpuc_select_step *steps;
    uint32_t n_written;
};

static bool can_be_program(const struct gpuc_tree *tree)
{
    return tree->n_nodes > 0 && tree->n_leaves <= GPUC_SELECT_LEAVES_MAX;
}

static uint8_t codes_of(const struct writer *writer, const struct gpuc_node *node)
{
    const struct gpuc_code_column *column = &writer->columns[node->column];

    if (column->kind == GPUC_COLUMN_NUMERIC && column->code_size == 1 &&
        node->split <= GPUC_SELECT_SPLIT_MAX)
        return GPUC_SELECT_BYTES;
    if (column->kind == GPUC_COLUMN_NUMERIC && column->code_size == 2)
        return GPUC_SELECT_PAIRS;
    return GPUC_SELECT_OTHERS;
}

static uint8_t slots_of(const struct writer *writer, int32_t child)
{
    return child >= 0 ? writer->n_slots[child] : 0;
}

/* As Sethi and Ullman count registers. Children have higher numbers than parents. */
static void count_slots(struct writer *writer, uint32_t n_nodes)
{
    for (uint32_t i = n_nodes; i-- > 0;) {
        uint8_t left = slots_of(writer, writer->nodes[i].left);
        uint8_t right = slots_of(writer, writer->nodes[i].right);
        uint8_t larger = left > right ? left : right;
        writer->n_slots[i] = left == right ? larger + 1 : larger;
    }
}

static bool has_two_leaves(const struct writer *writer, int32_t at)
{
    return at >= 0 && writer->nodes[at].left < 0 && writer->nodes[at].right < 0;
}

static bool has_bytes(const struct writer *writer, int32_t at)
{
    return codes_of(writer, &writer->nodes[at]) == GPUC_SELECT_BYTES;
}

/* A node with its two children in one step. */
static bool is_three(const struct writer *writer, int32_t at)
{
    const struct gpuc_node *node = &writer->nodes[at];
    return has_two_leaves(writer, node->left) && has_two_leaves(writer, node->right) &&
           has_bytes(writer, at) && has_bytes(writer, node->left) &&
           has_bytes(writer, node->right);
}

static uint8_t kind_of(const struct gpuc_node *node)
{
    if (node->left < 0)
        return node->right < 0 ? GPUC_SELECT_LEAVES : GPUC_SELECT_LEFT_LEAF;
    return node->right < 0 ? GPUC_SELECT_RIGHT_LEAF : GPUC_SELECT_SLOTS_BOTH;
}

/* Writes one step. `left` and `right`: the slots of children that are nodes. */
static void write_step(struct writer *writer, int32_t at, uint32_t slot, uint32_t left,
                       uint32_t right)
{
    const struct gpuc_node *node = &writer->nodes[at];
    const struct gpuc_code_column *column = &writer->columns[node->column];

    writer->steps[writer->n_written++] = (struct gpuc_select_step){
        .column = node->column,
        .place = column->place,
        .split = node->split,
        .kind = kind_of(node),
        .codes = codes_of(writer, node),
        .left = (uint8_t)(node->left < 0 ? (uint32_t)~node->left : left),
        .right = (uint8_t)(node->right < 0 ? (uint32_t)~node->right : right),
        .slot = slot,
    };
}

/*
 * Writes the steps of the subtree at a node, whose result goes to `slot`; slots above it
 * are free. A tree has at most NODES_MAX levels, which bounds the recursion.
 */
static void write_steps(struct writer *writer, int32_t at, /* NOLINT(misc-no-recursion) */
                        uint32_t slot)
{
    const struct gpuc_node *node = &writer->nodes[at];
    bool right_first = slots_of(writer, node->right) > slots_of(writer, node->left);
    uint32_t left = slot + (right_first && node->left >= 0);
    uint32_t right = slot + (!right_first && node->left >= 0);

    if (is_three(writer, at)) {
        uint32_t first = writer->n_written;
        write_step(writer, at, slot, 0, 0);
        write_step(writer, node->left, slot, 0, 0);
        write_step(writer, node->right, slot, 0, 0);
        writer->steps[first].kind = GPUC_SELECT_THREE;
        return;
    }
    if (node->right >= 0 && right_first)
        write_steps(writer, node->right, right);
    if (node->left >= 0)
        write_steps(writer, node->left, left);
    if (node->right >= 0 && !right_first)
        write_steps(writer, node->right, right);
    write_step(writer, at, slot, left, right);
}

enum gpuc_status gpuc_select_programs_make(const struct gpuc_forest *forest,
                                           struct gpuc_select_programs *ret_programs,
                                           struct gpuc_error *error)
{
    struct writer writer = {.columns = gpuc_forest_columns(forest)};
    struct gpuc_select_programs programs = {
        .steps = gpuc_alloc(forest->nodes.n_items, sizeof *programs.steps),
        .n_steps = gpuc_alloc(forest->n_trees, sizeof *programs.n_steps),
    };
    if (programs.steps == NULL || programs.n_steps == NULL) {
        gpuc_select_programs_done(&programs);
        return gpuc_fail_memory(error, forest->nodes.n_items * sizeof *programs.steps,
                                "the trees' programs");
    }
    for (uint32_t t = 0; t < forest->n_trees; t++) {
        const struct gpuc_tree *tree = &gpuc_forest_trees(forest)[t];
        if (!can_be_program(tree))
            continue;
        writer.nodes = gpuc_forest_nodes(forest) + tree->first_node;
        writer.steps = programs.steps + tree->first_node;
        writer.n_written = 0;
        count_slots(&writer, tree->n_nodes);
        write_steps(&writer, 0, 0);
        programs.n_steps[t] = writer.n_written;
    }
    *ret_programs = programs;
    return GPUC_OK;
}

void gpuc_select_programs_done(struct gpuc_select_programs *programs)
{
    gpuc_free(programs->steps);
    gpuc_free(programs->n_steps);
    *programs = (struct gpuc_select_programs){0};
}
