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

static bool can_be_program(const struct gpuc_forest *forest, const struct gpuc_tree *tree)
{
    const struct gpuc_code_column *columns = gpuc_forest_columns(forest);
    const struct gpuc_node *nodes = gpuc_forest_nodes(forest) + tree->first_node;

    if (tree->n_leaves > GPUC_SELECT_LEAVES_MAX || tree->has_categories)
        return false;
    for (uint32_t i = 0; i < tree->n_nodes; i++) {
        /* A split of 255 sends nothing to the right, and a larger one would be cut. */
        if (columns[nodes[i].column].code_size != 1 || nodes[i].split > UINT8_MAX)
            return false;
    }
    return true;
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

/*
 * Writes the steps of the subtree at a node, whose result goes to `slot`; slots above it
 * are free. The subtree has at most NODES_MAX levels.
 */
static void write_steps(struct writer *writer, int32_t at, uint32_t slot)
{
    const struct gpuc_node *node = &writer->nodes[at];
    bool left_is_leaf = node->left < 0;
    bool right_is_leaf = node->right < 0;
    bool right_first =
        slots_of(writer, node->right) > slots_of(writer, node->left) && !left_is_leaf;
    uint32_t left_slot = slot + right_first;
    uint32_t right_slot = slot + (!left_is_leaf && !right_first);

    if (right_first)
        write_steps(writer, node->right, right_slot);
    if (!left_is_leaf)
        write_steps(writer, node->left, left_slot);
    if (!right_is_leaf && !right_first)
        write_steps(writer, node->right, right_slot);
    writer->steps[writer->n_written++] = (struct gpuc_select_step){
        .place = writer->columns[node->column].place,
        .split = (uint8_t)node->split,
        .kind = (uint8_t)(right_is_leaf ? (left_is_leaf ? GPUC_SELECT_LEAVES
                                                        : GPUC_SELECT_RIGHT_LEAF)
                                        : (left_is_leaf ? GPUC_SELECT_LEFT_LEAF
                                                        : GPUC_SELECT_SLOTS_BOTH)),
        .left = (uint8_t)(left_is_leaf ? (uint32_t)~node->left : left_slot),
        .right = (uint8_t)(right_is_leaf ? (uint32_t)~node->right : right_slot),
        .slot = slot,
    };
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
        if (tree->n_nodes == 0 || !can_be_program(forest, tree))
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
