/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree as a program of bit operations on many rows at once.
 *
 * A signal is one bit for each row. The answer to a node's question, right or left, is a
 * signal; so is each bit of a code that tells which leaf a row comes to. From the leaves
 * up, a node's code bits are its right child's where its answer is 1, else its left
 * child's: one operation a bit, and none where both children agree, where one of them
 * does not care, or where the bit is the answer itself.
 *
 * Signals stand in a bank, and a reference is a place there: two constants, then the
 * answers that the trees of a group need, then what operations make.
 */
#ifndef GPUC_FOREST_NETLIST_H
#define GPUC_FOREST_NETLIST_H

#include "model/forest.h"

enum {
    GPUC_CODE_BITS_MAX = 8,
    GPUC_SLICED_LEAVES_MAX = 1 << GPUC_CODE_BITS_MAX,
    GPUC_SLICED_OPS_MAX = GPUC_SLICED_LEAVES_MAX * GPUC_CODE_BITS_MAX,

    GPUC_SIGNAL_ZEROS = 0,
    GPUC_SIGNAL_ONES = 1,
    GPUC_SIGNAL_ANSWERS = 2,
    GPUC_ANSWERS_MAX = 7422, /* of a group; the bank is to stay in the L2 cache */
    GPUC_SIGNAL_MADE = GPUC_SIGNAL_ANSWERS + GPUC_ANSWERS_MAX
};

/* target = answer ? right : left, for every row. */
struct gpuc_signal_op {
    uint16_t answer;
    uint16_t left;
    uint16_t right;
    uint16_t target;
};

/* How leaves are coded. */
enum gpuc_leaf_code {
    GPUC_LEAF_GRAY, /* the Gray code of the leaf's number: neighbours share signals */
    GPUC_LEAF_PATH, /* a bit for each level: a shallow leaf does not care for the rest */
    GPUC_N_LEAF_CODES
};

struct gpuc_netlist {
    uint32_t n_bits;
    uint32_t n_ops;
    uint32_t n_made; /* places that operations write to, from GPUC_SIGNAL_MADE */
    uint16_t bits[GPUC_CODE_BITS_MAX];              /* of the leaf's code, lowest first */
    uint8_t leaves[GPUC_SLICED_LEAVES_MAX];         /* the leaf of each code */
    struct gpuc_signal_op ops[GPUC_SLICED_OPS_MAX]; /* in order */
};

/*
 * Makes the program of a tree of at most GPUC_SLICED_LEAVES_MAX leaves; `answers` holds
 * the reference to each node's answer. False if the code has no room for the tree.
 */
bool gpuc_netlist_make(const struct gpuc_tree *tree, const struct gpuc_node *nodes,
                       const uint16_t *answers, enum gpuc_leaf_code code,
                       struct gpuc_netlist *ret_netlist);

#endif
