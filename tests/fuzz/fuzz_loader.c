/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz_loader.h"

#include <stdlib.h>
#include <string.h>

#include "csv/table.h"

static const char name[] = "fuzzed";

static void require(bool is_so)
{
    if (!is_so)
        abort();
}

/* Whether a node's split can be looked up for every code of its column. */
static void check_split(const struct gpuc_forest *forest, const struct gpuc_node *node)
{
    require(node->column < forest->columns.n_items);
    const struct gpuc_code_column *column = &gpuc_forest_columns(forest)[node->column];
    require(column->feature < forest->n_features);
    if (column->kind == GPUC_COLUMN_CATEGORY)
        require((uint64_t)node->split + (column->n_categories + 1) / 32 <
                forest->category_words.n_items);
}

/* Every child comes after its parent, and every leaf and node has one parent. */
static void check_tree(const struct gpuc_forest *forest, const struct gpuc_tree *tree)
{
    const uint32_t n_nodes = tree->n_nodes;
    uint64_t n_children = 0;

    require(tree->output < forest->n_outputs);
    require(tree->n_leaves == n_nodes + 1);
    require((uint64_t)tree->first_leaf + tree->n_leaves <= forest->n_leaves);
    require((uint64_t)tree->first_node + n_nodes <= forest->nodes.n_items);
    const struct gpuc_node *nodes = gpuc_forest_nodes(forest) + tree->first_node;
    for (uint32_t i = 0; i < n_nodes; i++) {
        const int32_t children[] = {nodes[i].left, nodes[i].right};
        check_split(forest, &nodes[i]);
        for (size_t k = 0; k < 2; k++) {
            if (children[k] >= 0)
                require((uint32_t)children[k] > i && (uint32_t)children[k] < n_nodes);
            else
                require((uint32_t)~children[k] < tree->n_leaves);
            n_children++;
        }
    }
    require(n_children == 2 * (uint64_t)n_nodes);
}

static void check_forest(const struct gpuc_forest *forest)
{
    const size_t number_size = gpuc_number_size(forest->number);
    const struct gpuc_section *values = &forest->leaf_values;

    require(forest->trees.n_items == forest->n_trees);
    require(forest->leaf_numbers.n_items == forest->n_leaves);
    require(values->n_items == (uint64_t)forest->n_leaves * forest->leaf_size);
    require(values->offset + values->n_items * number_size <= forest->image_size);
    require(forest->start_margins.n_items == forest->n_outputs);
    for (uint32_t t = 0; t < forest->n_trees; t++)
        check_tree(forest, &gpuc_forest_trees(forest)[t]);
}

int fuzz_loader(const struct gpuc_loader *loader, const uint8_t *bytes, size_t size)
{
    const struct gpuc_iterations iterations = {.kind = GPUC_ITERATIONS_BEST};
    struct gpuc_model model = {.kind = GPUC_MODEL_FOREST};
    struct gpuc_error error = {.message = ""};
    uint8_t *copy = calloc(size + GPUC_TEXT_SLACK, 1);

    require(copy != NULL);
    if (size > 0)
        memcpy(copy, bytes, size);
    const struct gpuc_model_file file = {
        .name = name, .bytes = copy, .size = size, .with_gains = true};
    (void)loader->recognise(&file);
    const enum gpuc_status status = loader->load(&file, &iterations, &model, &error);
    free(copy);
    if (status == GPUC_OK)
        check_forest(model.forest);
    else
        require(status == GPUC_EMODEL &&
                strncmp(error.message, name, sizeof name - 1) == 0);
    gpuc_free(model.forest);
    gpuc_model_info_done(&model.info);
    return 0;
}
