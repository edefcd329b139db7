/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trees packed for local memory, each in one block of words, so that a split costs two
 * reads of local memory and four operations.
 *
 * A node is a word. Its low half is where in the group's codes those of its column begin,
 * in bytes; its high half is GPUC_PACKED_CODE_MAX - split: the word's highest bit is set
 * by adding there a code above the split. So a row goes left at a word of 0, and walks of
 * too many steps do no harm: all rows take as many as the deepest tree has levels, and
 * nothing branches.
 *
 * There are two forms. In level form all trees of the forest have the same number of
 * levels, n: node 1 is the root, node i's children are 2 * i and 2 * i + 1, and 2^n + p
 * is leaf position p. The nodes of one level are neighbours, so up to 32 of them stand in
 * different banks. In linked form a block begins with GPUC_PACKED_HEAD words, which are
 * the depth of the tree and where values begin, and a node has a second word: its low
 * half is the number of the left child, which the right one follows. A leaf is a node
 * whose left child is itself, with the leaf's number in the high half.
 *
 * Behind the nodes stand the values of the leaf positions, or of the leaves, if a leaf
 * has one value.
 */
#ifndef GPUC_FOREST_PACKED_H
#define GPUC_FOREST_PACKED_H

#include "gpuc_shared.h"

enum {
    GPUC_PACKED_ROWS = 4,  /* of a work-item: their 1-byte codes fill a word */
    GPUC_PACKED_UNIT = 16, /* bytes; blocks are whole units */
    GPUC_PACKED_HEAD = 4,
    GPUC_PACKED_LEVELS_MIN = 2, /* of level form: its top three nodes are read at once */
    GPUC_PACKED_CODE_MAX = 0x7fff
};

/* Trees are ordered by their output, those of one output as they are added. */
struct gpuc_packed_tree {
    gpuc_u32 start; /* of its block, in units; one tree more tells where the last ends */
    gpuc_u32 output;
    gpuc_u32 number;     /* in the forest */
    gpuc_u32 first_leaf; /* in the forest */
};

#endif
