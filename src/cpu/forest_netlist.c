/* SPDX-License-Identifier: Apache-2.0 */
#include "cpu/forest_netlist.h"

#include <string.h>

enum {
    N_NODES_MAX = GPUC_SLICED_LEAVES_MAX - 1,
    ANY = UINT16_MAX /* a bit that no leaf below cares for */
};

/* The code bits of one node or leaf. */
struct code {
    uint16_t bits[GPUC_CODE_BITS_MAX];
};

struct maker {
    struct gpuc_netlist *netlist;
    const struct gpuc_node *nodes;
    const uint16_t *answers;
    enum gpuc_leaf_code code;
    uint8_t depths[N_NODES_MAX]; /* of nodes */
    struct code codes[N_NODES_MAX];
    uint16_t unused[GPUC_SLICED_OPS_MAX]; /* places that hold nothing any more */
    size_t n_unused;
};

static uint32_t bits_of(uint32_t n_codes)
{
    uint32_t n_bits = 0;
    while (UINT32_C(1) << n_bits < n_codes)
        n_bits++;
    return n_bits;
}

static uint16_t constant(uint32_t value, uint32_t bit)
{
    return (uint16_t)(value >> bit & 1 ? GPUC_SIGNAL_ONES : GPUC_SIGNAL_ZEROS);
}

/* The code of a leaf; the bits of its path are its parents' to fill in. */
static struct code leaf_code(const struct maker *maker, uint32_t leaf)
{
    uint32_t n_bits = maker->netlist->n_bits;
    struct code code = {0};

    for (uint32_t bit = 0; bit < n_bits; bit++)
        code.bits[bit] =
            maker->code == GPUC_LEAF_GRAY ? constant(leaf ^ leaf >> 1, bit) : ANY;
    return code;
}

static void drop(struct maker *maker, uint16_t signal)
{
    if (signal >= GPUC_SIGNAL_MADE)
        maker->unused[maker->n_unused++] = signal;
}

static uint16_t choose(struct maker *maker, uint16_t answer, uint16_t left,
                       uint16_t right)
{
    struct gpuc_netlist *netlist = maker->netlist;

    if (left == ANY || left == right)
        return right;
    if (right == ANY)
        return left;
    if (left == GPUC_SIGNAL_ZEROS && right == GPUC_SIGNAL_ONES)
        return answer;
    drop(maker, left);
    drop(maker, right);
    uint16_t target = (uint16_t)(GPUC_SIGNAL_MADE + netlist->n_made);
    if (maker->n_unused > 0)
        target = maker->unused[--maker->n_unused];
    else
        netlist->n_made++;
    netlist->ops[netlist->n_ops++] = (struct gpuc_signal_op){
        .answer = answer, .left = left, .right = right, .target = target};
    return target;
}

static struct code child_code(const struct maker *maker, int32_t child)
{
    return child >= 0 ? maker->codes[child] : leaf_code(maker, (uint32_t)~child);
}

static void make_node(struct maker *maker, size_t node)
{
    uint32_t n_bits = maker->netlist->n_bits;
    struct code left = child_code(maker, maker->nodes[node].left);
    struct code right = child_code(maker, maker->nodes[node].right);

    if (maker->code == GPUC_LEAF_PATH) {
        uint32_t level = n_bits - 1 - maker->depths[node];
        left.bits[level] = GPUC_SIGNAL_ZEROS;
        right.bits[level] = GPUC_SIGNAL_ONES;
    }
    for (uint32_t bit = 0; bit < n_bits; bit++)
        maker->codes[node].bits[bit] =
            choose(maker, maker->answers[node], left.bits[bit], right.bits[bit]);
}

/* Fills the part of the table that begins with the given code and a leaf's path. */
static void put_path(struct gpuc_netlist *netlist, uint32_t first, uint32_t depth,
                     uint32_t leaf)
{
    uint32_t n_codes = UINT32_C(1) << (netlist->n_bits - depth);
    memset(netlist->leaves + first, (int)leaf, n_codes);
}

static void make_path_table(const struct maker *maker, size_t n_nodes)
{
    struct gpuc_netlist *netlist = maker->netlist;
    uint8_t firsts[N_NODES_MAX] = {0}; /* the first code below a node */

    for (size_t node = 0; node < n_nodes; node++) {
        uint32_t depth = maker->depths[node];
        for (uint32_t side = 0; side < 2; side++) {
            int32_t child = side ? maker->nodes[node].right : maker->nodes[node].left;
            uint32_t first = firsts[node] + (side << (netlist->n_bits - 1 - depth));
            if (child < 0)
                put_path(netlist, first, depth + 1, (uint32_t)~child);
            else
                firsts[child] = (uint8_t)first;
        }
    }
}

static void make_gray_table(struct gpuc_netlist *netlist, uint32_t n_leaves)
{
    memset(netlist->leaves, 0, sizeof netlist->leaves);
    for (uint32_t leaf = 0; leaf < n_leaves; leaf++)
        netlist->leaves[leaf ^ leaf >> 1] = (uint8_t)leaf;
}

static void find_depths(struct maker *maker, size_t n_nodes)
{
    maker->depths[0] = 0;
    for (size_t node = 0; node < n_nodes; node++) {
        uint8_t below = (uint8_t)(maker->depths[node] + 1);
        if (maker->nodes[node].left >= 0)
            maker->depths[maker->nodes[node].left] = below;
        if (maker->nodes[node].right >= 0)
            maker->depths[maker->nodes[node].right] = below;
    }
}

bool gpuc_netlist_make(const struct gpuc_tree *tree, const struct gpuc_node *nodes,
                       const uint16_t *answers, enum gpuc_leaf_code code,
                       struct gpuc_netlist *ret_netlist)
{
    struct gpuc_netlist *netlist = ret_netlist;
    struct maker maker = {
        .netlist = netlist, .nodes = nodes, .answers = answers, .code = code};

    netlist->n_bits = code == GPUC_LEAF_PATH ? tree->depth : bits_of(tree->n_leaves);
    if (netlist->n_bits > GPUC_CODE_BITS_MAX)
        return false;
    netlist->n_ops = 0;
    netlist->n_made = 0;
    find_depths(&maker, tree->n_nodes);
    /* Children come after their parents. */
    for (size_t node = tree->n_nodes; node-- > 0;)
        make_node(&maker, node);
    for (uint32_t bit = 0; bit < GPUC_CODE_BITS_MAX; bit++)
        netlist->bits[bit] =
            bit < netlist->n_bits ? maker.codes[0].bits[bit] : GPUC_SIGNAL_ZEROS;
    if (tree->n_nodes == 0 || code == GPUC_LEAF_GRAY)
        make_gray_table(netlist, tree->n_leaves);
    else
        make_path_table(&maker, tree->n_nodes);
    return true;
}
