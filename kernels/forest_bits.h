/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trees as programs on bits: a word has one bit for each of the rows of a work-item, and
 * a step computes with whole words what a split says about all of them.
 *
 * Codes stand as eight words, one a bit, lowest first. Whether codes are above a split is
 * found from the lowest bit up: above so far, or the code's bit, where the split's bit is
 * 0; both, where it is 1; which is the majority of the two and of a mask.
 *
 * Leaves are numbered from left to right, and the split whose right subtree begins with
 * leaf k is step k's. "At leaf k or beyond" is "beyond the split's subtree, or in it or
 * beyond and above the split"; the two bounds of its subtree are those of splits above
 * it, or all rows and none. From these words comes a row's leaf in Gray code: the codes
 * of leaves k - 1 and k differ in one bit, in which the row changes where it is at k or
 * beyond. So a split costs eight operations for its codes and two for its leaves,
 * whatever the form of the tree.
 *
 * A block has GPUC_BITS_HEAD words: the number of steps, and where values begin; then the
 * steps, parents before children; then the leaves' values in the order of Gray codes, if
 * a leaf has one value.
 */
#ifndef GPUC_FOREST_BITS_H
#define GPUC_FOREST_BITS_H

#include "gpuc_shared.h"

enum {
    GPUC_BITS_ROWS = 32, /* of a work-item */
    GPUC_BITS_CODE = 8,  /* bits of a code */
    GPUC_BITS_LEAF = 8,  /* bits of a leaf's number, at most */
    GPUC_BITS_HEAD = 4
};

/* Words of a work-item: those of codes, column by column, then numbered slots. */
enum {
    GPUC_BITS_ALL,  /* slot of the word that has all rows */
    GPUC_BITS_NONE, /* of the word that has none */
    GPUC_BITS_SLOTS_MIN
};

/* Words of a work-item are GPUC_LANES apart in local memory, and so are places. */
struct gpuc_bits_step {
    gpuc_u32 zeros[GPUC_BITS_CODE]; /* all bits are set where the split's bit is 0 */
    gpuc_u32 column;                /* place of the first of the codes' words */
    gpuc_u32 from;                  /* of the subtree's lower bound */
    gpuc_u32 beyond;                /* of its upper bound */
    gpuc_u32 to; /* of the result, times GPUC_BITS_LEAF, plus the Gray code's bit */
};

#endif
