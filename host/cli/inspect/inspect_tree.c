/* SPDX-License-Identifier: Apache-2.0 */
/* One tree as indented text or as a graph in Graphviz's language. */
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "csv/double_text.h"
#include "csv/float_text.h"
#include "host/cli/inspect/inspect.h"

struct printer {
    FILE *stream;
    const struct gpuc_model_info *info;
    const struct gpuc_forest *forest;
    const struct gpuc_tree *tree;
    const struct gpuc_node *nodes; /* of the tree */
    bool is_graph;
};

/* Text of the model's. In a graph it stands between quotes. */
static void print_bytes(const struct printer *printer, struct gpuc_info_text text)
{
    const char *bytes = gpuc_info_text(printer->info, text);
    for (uint32_t i = 0; i < text.size; i++) {
        if (printer->is_graph && (bytes[i] == '"' || bytes[i] == '\\'))
            fputc('\\', printer->stream);
        fputc(bytes[i] == '\n' || bytes[i] == '\r' ? ' ' : bytes[i], printer->stream);
    }
}

static void print_number(const struct printer *printer, double number)
{
    char text[GPUC_DOUBLE_TEXT_SIZE];
    size_t size = printer->forest->number == GPUC_FLOAT32
                      ? gpuc_float_text((float)number, text)
                      : gpuc_double_text(number, text);
    fwrite(text, 1, size, printer->stream);
}

static void print_feature(const struct printer *printer, uint32_t feature)
{
    const struct gpuc_info_feature *info = &printer->info->features[feature];
    if (info->name.size > 0)
        print_bytes(printer, info->name);
    else
        fprintf(printer->stream, "feature %" PRIu32, feature);
}

static void print_category(const struct printer *printer, uint32_t feature, uint32_t code)
{
    const struct gpuc_info_feature *info = &printer->info->features[feature];
    if (!info->has_table || code >= info->n_categories) {
        fprintf(printer->stream, "%" PRIu32, code);
        return;
    }
    const struct gpuc_category *category =
        &printer->info->categories[info->first_category + code];
    if (category->kind == GPUC_CATEGORY_TEXT)
        print_bytes(printer, category->text);
    else if (category->kind == GPUC_CATEGORY_BOOL)
        fputs(category->number != 0 ? "True" : "False", printer->stream);
    else
        print_number(printer, category->number);
}

/* What a row must be to go left. */
static void print_numeric(const struct printer *printer, const struct gpuc_node *node)
{
    const struct gpuc_forest *forest = printer->forest;
    const struct gpuc_code_column *column = &gpuc_forest_columns(forest)[node->column];
    const struct gpuc_feature *feature = &gpuc_forest_features(forest)[column->feature];
    bool missing_left = column->missing_code <= node->split;

    print_feature(printer, column->feature);
    fputs(forest->less_equal ? " <= " : " < ", printer->stream);
    print_number(printer,
                 gpuc_forest_thresholds(forest)[feature->first_threshold + node->split]);
    if (missing_left)
        fputs(column->zero_is_missing ? ", zero or missing" : " or missing",
              printer->stream);
    else if (column->zero_is_missing)
        fputs(", not zero", printer->stream);
}

static bool is_listed(const uint32_t *words, uint32_t code)
{
    return (words[code / 32] >> (code % 32) & 1) != 0;
}

/* The categories that go left or those that go right, whatever are fewer. */
static void print_listed(const struct printer *printer, const struct gpuc_node *node)
{
    const struct gpuc_code_column *column =
        &gpuc_forest_columns(printer->forest)[node->column];
    const uint32_t *words = gpuc_forest_category_words(printer->forest) + node->split;
    const uint32_t other = column->n_categories, missing = other + 1;
    uint32_t n_right = 0, n_printed = 0;

    for (uint32_t code = 0; code <= missing; code++)
        n_right += is_listed(words, code);
    bool tells_right = n_right <= (missing + 1) / 2;
    print_feature(printer, column->feature);
    fputs(tells_right ? " is not " : " is ", printer->stream);
    for (uint32_t code = 0; code <= missing; code++) {
        if (is_listed(words, code) != tells_right)
            continue;
        fputs(n_printed++ > 0 ? ", " : "", printer->stream);
        if (code == missing)
            fputs("missing", printer->stream);
        else if (code == other)
            fputs("any other category", printer->stream);
        else
            print_category(printer, column->feature, code);
    }
    if (n_printed == 0)
        fputs("in an empty set", printer->stream);
}

static void print_condition(const struct printer *printer, uint32_t at)
{
    const struct gpuc_node *node = &printer->nodes[at];
    const struct gpuc_code_column *columns = gpuc_forest_columns(printer->forest);
    if (columns[node->column].kind == GPUC_COLUMN_CATEGORY)
        print_listed(printer, node);
    else
        print_numeric(printer, node);
    fputc('?', printer->stream);
}

static double leaf_value(const struct gpuc_forest *forest, size_t place)
{
    const void *values = gpuc_forest_at(forest, &forest->leaf_values);
    return forest->number == GPUC_FLOAT32 ? (double)((const float *)values)[place]
                                          : ((const double *)values)[place];
}

/* The number as the file and `--output leaf` have it, and what it adds. */
static void print_leaf(const struct printer *printer, uint32_t leaf)
{
    const struct gpuc_forest *forest = printer->forest;
    size_t place = (size_t)printer->tree->first_leaf + leaf;

    fprintf(printer->stream, "leaf %" PRIu32 ": ",
            gpuc_forest_leaf_numbers(forest)[place]);
    if (!printer->tree->has_linear_leaves) {
        for (uint32_t k = 0; k < forest->leaf_size; k++) {
            fputs(k > 0 ? ", " : "", printer->stream);
            print_number(printer, leaf_value(forest, place * forest->leaf_size + k));
        }
        return;
    }
    const struct gpuc_linear_leaf *linear =
        gpuc_forest_at(forest, &forest->linear_leaves);
    const struct gpuc_linear_term *terms = gpuc_forest_at(forest, &forest->linear_terms);
    linear += place;
    print_number(printer, linear->constant);
    for (uint32_t i = 0; i < linear->n_terms; i++) {
        fputs(" + ", printer->stream);
        print_number(printer, terms[linear->first_term + i].coefficient);
        fputs(" * ", printer->stream);
        print_feature(printer, terms[linear->first_term + i].feature);
    }
    if (linear->n_terms > 0) {
        fputs("; where one is missing: ", printer->stream);
        print_number(printer, leaf_value(forest, place));
    }
}

static void print_head(const struct printer *printer, uint32_t number)
{
    const struct gpuc_tree *tree = printer->tree;
    fprintf(printer->stream,
            "tree %" PRIu32 " of %" PRIu32 ": %" PRIu32 " splits, %" PRIu32
            " leaves, depth %" PRIu32,
            number, printer->forest->n_trees, tree->n_nodes, tree->n_leaves, tree->depth);
    if (printer->forest->n_outputs > 1 && printer->forest->leaf_size == 1)
        fprintf(printer->stream, ", adds to output %" PRIu32, tree->output);
}

/* A child that is still to be printed. */
struct pending {
    int32_t child;
    uint32_t depth;
    const char *answer; /* that leads to it */
};

/* Left children first, so no more right ones wait than the tree is deep. */
static void print_text(const struct printer *printer, struct pending *stack)
{
    size_t n_pending = 1;
    stack[0] = (struct pending){printer->tree->n_nodes > 0 ? 0 : ~0, 0, ""};
    while (n_pending > 0) {
        struct pending item = stack[--n_pending];
        fprintf(printer->stream, "%*s%s", (int)(2 * item.depth), "", item.answer);
        if (item.child < 0) {
            print_leaf(printer, (uint32_t)~item.child);
        } else {
            const struct gpuc_node *node = &printer->nodes[item.child];
            print_condition(printer, (uint32_t)item.child);
            stack[n_pending++] = (struct pending){node->right, item.depth + 1, "no: "};
            stack[n_pending++] = (struct pending){node->left, item.depth + 1, "yes: "};
        }
        fputc('\n', printer->stream);
    }
}

static void print_edge(const struct printer *printer, uint32_t at, int32_t child,
                       const char *answer)
{
    if (child < 0) {
        fprintf(printer->stream, "  leaf%" PRId32 " [shape=ellipse, label=\"", ~child);
        print_leaf(printer, (uint32_t)~child);
        fputs("\"];\n", printer->stream);
    }
    fprintf(printer->stream, "  node%" PRIu32 " -> %s%" PRId32 " [label=\"%s\"];\n", at,
            child < 0 ? "leaf" : "node", child < 0 ? ~child : child, answer);
}

static void print_graph(const struct printer *printer)
{
    fputs("  node [shape=box, fontname=\"Helvetica\"];\n", printer->stream);
    if (printer->tree->n_nodes == 0) {
        fputs("  leaf0 [shape=ellipse, label=\"", printer->stream);
        print_leaf(printer, 0);
        fputs("\"];\n", printer->stream);
    }
    for (uint32_t at = 0; at < printer->tree->n_nodes; at++) {
        fprintf(printer->stream, "  node%" PRIu32 " [label=\"", at);
        print_condition(printer, at);
        fputs("\"];\n", printer->stream);
        print_edge(printer, at, printer->nodes[at].left, "yes");
        print_edge(printer, at, printer->nodes[at].right, "no");
    }
    fputs("}\n", printer->stream);
}

enum gpuc_status gpuc_inspect_print_tree(const struct gpuc_model *model, uint32_t number,
                                         bool as_graph, FILE *stream,
                                         struct gpuc_error *error)
{
    const struct gpuc_forest *forest = model->forest;
    if (number >= forest->n_trees)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "there is no tree %" PRIu32 ": the model has %" PRIu32
                         " trees, the first one is number 0",
                         number, forest->n_trees);
    const struct gpuc_tree *tree = &gpuc_forest_trees(forest)[number];
    const struct printer printer = {.stream = stream,
                                    .info = &model->info,
                                    .forest = forest,
                                    .tree = tree,
                                    .nodes = gpuc_forest_nodes(forest) + tree->first_node,
                                    .is_graph = as_graph};
    if (as_graph) {
        fputs("digraph tree {\n  label=\"", stream);
        print_head(&printer, number);
        fputs("\";\n", stream);
        print_graph(&printer);
        return GPUC_OK;
    }
    struct pending *stack = gpuc_alloc((size_t)tree->depth + 2, sizeof *stack);
    if (stack == NULL)
        return gpuc_fail_memory(error, tree->depth * sizeof *stack, "a tree");
    print_head(&printer, number);
    fputc('\n', stream);
    print_text(&printer, stack);
    gpuc_free(stack);
    return GPUC_OK;
}
