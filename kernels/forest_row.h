/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trees on codes for one row: the reference that every engine must equal, and the parts
 * of a forest image that take part in it. src/model/forest.h says what the codes mean.
 */
#ifndef GPUC_FOREST_ROW_H
#define GPUC_FOREST_ROW_H

#include "gpuc_shared.h"

enum { GPUC_COLUMN_NUMERIC, GPUC_COLUMN_CATEGORY };

struct gpuc_code_column {
    gpuc_u32 kind; /* GPUC_COLUMN_NUMERIC or GPUC_COLUMN_CATEGORY */
    gpuc_u32 feature;
    gpuc_u32 code_size;       /* bytes of a code: 1, 2 or 4 */
    gpuc_u32 place;           /* sum of the code sizes of the columns before */
    gpuc_u32 n_categories;    /* category columns: codes go from 0 to n_categories + 1 */
    gpuc_u32 missing_code;    /* of NaN */
    gpuc_u32 zero_is_missing; /* numeric columns: +0 and -0 get missing_code too */
    /* Category columns: values above -1 are truncated toward zero first (LightGBM); else
     * any value below 0 is no category (XGBoost). */
    gpuc_u32 truncate_first;
};

/* An inner node. Children: >= 0 is a node of the tree, < 0 is leaf ~child of the tree. */
struct gpuc_node {
    gpuc_u32 column;
    gpuc_u32
        split; /* numeric: right where code > split; category: first word of the set */
    gpuc_i32 left;
    gpuc_i32 right;
};

/*
 * Nodes stand in preorder, left before right, so children come after their parent; leaves
 * are numbered from left to right.
 */
struct gpuc_tree {
    gpuc_u32 first_node;
    gpuc_u32 n_nodes; /* inner nodes; 0: the tree is its one leaf */
    gpuc_u32 first_leaf;
    gpuc_u32 n_leaves; /* n_nodes + 1 */
    gpuc_u32 output;   /* that a one-value leaf is added to */
    gpuc_u32 depth;    /* splits on the longest way to a leaf */
    gpuc_u32 has_categories;
    gpuc_u32 has_linear_leaves;
};

/* The code of a row in a column; `codes` and `stride` as in struct gpuc_codes. */
static inline gpuc_u32 gpuc_row_code(GPUC_GLOBAL const gpuc_u8 *codes, gpuc_u64 stride,
                                     GPUC_GLOBAL const struct gpuc_code_column *column,
                                     gpuc_u64 row)
{
    GPUC_GLOBAL const gpuc_u8 *bytes = codes + column->place * stride;

    if (column->code_size == 1)
        return bytes[row];
    if (column->code_size == 2)
        return ((GPUC_GLOBAL const gpuc_u16 *)bytes)[row];
    return ((GPUC_GLOBAL const gpuc_u32 *)bytes)[row];
}

/* Whether a row goes right at a node. `words`: the forest's category words. */
static inline gpuc_u32
gpuc_row_is_right(GPUC_GLOBAL const struct gpuc_code_column *column, gpuc_u32 split,
                  GPUC_GLOBAL const gpuc_u32 *words, GPUC_GLOBAL const gpuc_u8 *codes,
                  gpuc_u64 stride, gpuc_u64 row)
{
    gpuc_u32 code = gpuc_row_code(codes, stride, column, row);

    if (column->kind == GPUC_COLUMN_NUMERIC)
        return code > split;
    return words[split + code / 32] >> (code % 32) & 1;
}

/*
 * gpuc_row_leaf(): the leaf, from 0, that a row comes to in the tree whose first node is
 * `nodes`. OpenCL C 1.2 has no pointers to any address space, so devices have one
 * function for nodes in global memory and one, gpuc_row_leaf_local(), for nodes in local
 * memory.
 */
#define GPUC_DEFINE_ROW_LEAF(name, space)                                                \
  static inline gpuc_u32 name(space const struct gpuc_node *nodes, gpuc_u32 n_nodes,     \
                              GPUC_GLOBAL const struct gpuc_code_column *columns,        \
                              GPUC_GLOBAL const gpuc_u32 *words,                         \
                              GPUC_GLOBAL const gpuc_u8 *codes, gpuc_u64 stride,         \
                              gpuc_u64 row)                                              \
  {                                                                                      \
    gpuc_i32 at = n_nodes > 0 ? 0 : ~0;                                                  \
                                                                                         \
    while (at >= 0) {                                                                    \
      gpuc_u32 is_right = gpuc_row_is_right(columns + nodes[at].column, nodes[at].split, \
                                            words, codes, stride, row);                  \
      at = is_right ? nodes[at].right : nodes[at].left;                                  \
    }                                                                                    \
    return (gpuc_u32)~at;                                                                \
  }

/* NOLINTNEXTLINE(readability-function-size): the parameters are those of a kernel. */
GPUC_DEFINE_ROW_LEAF(gpuc_row_leaf, GPUC_GLOBAL)
#ifdef GPUC_LOCAL
GPUC_DEFINE_ROW_LEAF(gpuc_row_leaf_local, GPUC_LOCAL)
#endif

#endif
