/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree as a straight program for many rows at a time: one step for each node, children
 * before parents. A step computes, for every row of a block, the leaf that the row comes
 * to below its node: that of the right child where the row's code is above the split,
 * else that of the left child. Every row takes the same steps, so there is nothing to
 * jump over, and many rows fit into one vector. Leaves are bytes: trees have up to 256.
 *
 * What steps leave behind stands in numbered slots. The last step writes slot 0.
 */
#ifndef GPUC_FOREST_SELECT_H
#define GPUC_FOREST_SELECT_H

#include "gpuc_shared.h"

enum {
    GPUC_SELECT_LEAVES_MAX = 256,
    GPUC_SELECT_SPLIT_MAX = 254, /* no byte is above 255 */
    /* The child that needs more slots goes first, so n leaves need 1 + log2(n) at most.
     */
    GPUC_SELECT_SLOTS = 9,
    GPUC_SELECT_ROWS = 512 /* of a block: enough to make a step's overhead small */
};

/* Which children are leaves. */
enum {
    GPUC_SELECT_LEAVES,     /* both */
    GPUC_SELECT_LEFT_LEAF,  /* the left one; the right one is in a slot */
    GPUC_SELECT_RIGHT_LEAF, /* the right one; the left one is in a slot */
    GPUC_SELECT_SLOTS_BOTH, /* none */
    /* None, and each child has two leaves: the two steps that follow are the children's
     * and part of this one, which writes the only slot. All have codes of one byte. */
    GPUC_SELECT_THREE
};

/* The codes that a step compares. */
enum {
    GPUC_SELECT_BYTES, /* numeric, of 1 byte, with splits up to GPUC_SELECT_SPLIT_MAX */
    GPUC_SELECT_PAIRS, /* numeric, of 2 bytes */
    GPUC_SELECT_OTHERS /* what is none of these */
};

struct gpuc_select_step {
    gpuc_u32 column;
    gpuc_u32 place; /* of the column: see struct gpuc_code_column */
    gpuc_u32 split; /* as in struct gpuc_node */
    gpuc_u8 kind;   /* of children */
    gpuc_u8 codes;  /* kind of */
    gpuc_u8 left;   /* a leaf's number, or a slot */
    gpuc_u8 right;  /* likewise */
    gpuc_u32 slot;  /* that the step writes */
};

#endif
