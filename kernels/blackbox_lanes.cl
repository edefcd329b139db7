/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The black box on a CPU device: a row in each lane of vectors, where blackbox.cl has one
 * in each work-item. A work-item is alone in its group and takes groups of rows in turn.
 */
#pragma OPENCL FP_CONTRACT OFF

#include "mt19937_lanes.h"
#include "python2_hash.h"
#include "sha_lanes.h"

/* The keys of all rows of a group; returns how many rows have one that fits the state. */
static uint gpuc_make_keys(const struct gpuc_group *group, uint seeding,
                           __global uint *scratch, uint sizes[GPUC_GROUP_ROWS])
{
    __global uint *keys = scratch + GPUC_SCRATCH_KEYS;
    __global uchar *spaces = (__global uchar *)(scratch + GPUC_SCRATCH_SPACES);

    if (seeding == GPUC_SEED_PY2) {
        for (uint row = 0; row < GPUC_GROUP_ROWS; row += GPUC_HASH_TEXTS) {
            ulong hashes[GPUC_HASH_TEXTS];
            gpuc_python2_hashes(&group->texts[row], &group->sizes[row], hashes);
            for (uint k = 0; k < GPUC_HASH_TEXTS; k++) {
                keys[(row + k) * GPUC_ROW_WORDS] = (uint)hashes[k];
                keys[(row + k) * GPUC_ROW_WORDS + 1] = (uint)(hashes[k] >> 32);
                sizes[row + k] = gpuc_mt_make_key(group->texts[row + k], 0, 2,
                                                  keys + (row + k) * GPUC_ROW_WORDS);
            }
        }
        return GPUC_GROUP_ROWS;
    }
    uint n_fitting = 0;
    for (uint row = 0; row < GPUC_GROUP_ROWS; row += GPUC_LANES64)
        gpuc_sha512_group(group, row, spaces, keys, GPUC_ROW_WORDS);
    for (; n_fitting < GPUC_GROUP_ROWS; n_fitting++) {
        if (group->sizes[n_fitting] > 4 * (GPUC_MT_SIZE - 16))
            break;
        sizes[n_fitting] =
            gpuc_mt_make_key(group->texts[n_fitting], group->sizes[n_fitting], 16,
                             keys + n_fitting * GPUC_ROW_WORDS);
    }
    return n_fitting;
}

/* Makes the ring of a group from its keys, which it repeats; returns the ring's size. */
static uint gpuc_make_ring(__global uint *scratch, uint sizes[GPUC_GROUP_ROWS])
{
    __global uint *keys = scratch + GPUC_SCRATCH_KEYS;
    uint is_equal = 1;

    for (uint row = 0; row < GPUC_GROUP_ROWS; row++) {
        is_equal &= sizes[row] == sizes[0];
        sizes[row] = gpuc_mt_repeat_key(keys + row * GPUC_ROW_WORDS, sizes[row]);
    }
    /* Keys of one size come round together. */
    uint ring_size = GPUC_MT_SIZE;
    if (is_equal)
        ring_size = (GPUC_RING_MIN - 1 + sizes[0]) / sizes[0] * sizes[0];
    for (uint row = 0; row < GPUC_GROUP_ROWS; row += 4)
        gpuc_mt_fill_ring(keys + row * GPUC_ROW_WORDS, &sizes[row], ring_size,
                          scratch + GPUC_SCRATCH_RING + row);
    return ring_size;
}

/* The fraction of a row whose key is larger than the state. */
static ulong gpuc_long_fraction(__global const uchar *text, uint text_size,
                                __global const uint *head, __global uint *state_words)
{
    struct gpuc_mt_key key = {.head_size = 16, .text = text, .text_size = text_size};
    struct gpuc_mt_state state = {state_words, 1};

    for (uint i = 0; i < 16; i++)
        key.head[i] = head[i];
    gpuc_mt_seed(state, &key);
    return gpuc_mt_first_fraction(state);
}

static void gpuc_make_fractions(const struct gpuc_group *group, uint seeding,
                                __global uint *scratch, __global ulong *fractions)
{
    __global uint *keys = scratch + GPUC_SCRATCH_KEYS;
    uint sizes[GPUC_GROUP_ROWS];
    uint n_fitting = gpuc_make_keys(group, seeding, scratch, sizes);
    gpuc_mt_vec high[GPUC_MT_VECTORS], low[GPUC_MT_VECTORS];

    for (uint row = n_fitting; row < group->n_rows; row++)
        fractions[group->rows[row]] =
            gpuc_long_fraction(group->texts[row], group->sizes[row],
                               keys + row * GPUC_ROW_WORDS, scratch + GPUC_SCRATCH_STATE);
    if (n_fitting == 0)
        return;
    /* What is in the lanes of larger keys does not count. */
    for (uint row = n_fitting; row < GPUC_GROUP_ROWS; row++)
        sizes[row] = 1;
    uint ring_size = gpuc_make_ring(scratch, sizes);
    gpuc_mt_first_outputs((__global gpuc_mt_vec *)(scratch + GPUC_SCRATCH_STATE),
                          (__global const gpuc_mt_vec *)(scratch + GPUC_SCRATCH_RING),
                          ring_size, high, low);
    for (uint row = 0; row < n_fitting && row < group->n_rows; row++)
        fractions[group->rows[row]] =
            (ulong)(((const uint *)high)[row] >> 5) << 26 | ((const uint *)low)[row] >> 6;
}

static void gpuc_make_digests(const struct gpuc_group *group, uint slowness,
                              __global uint *scratch, __global uint *digests)
{
    if (slowness == 0) {
        uint words[8];
        gpuc_sha256_repeated(group->texts[0], 0, 0, words);
        for (uint row = 0; row < group->n_rows; row++)
            gpuc_write_digest(words, 1, digests + 8 * (size_t)group->rows[row]);
        return;
    }
    for (uint row = 0; row < group->n_rows; row += GPUC_LANES)
        gpuc_sha256_group(group, row, slowness,
                          (__global uchar *)(scratch + GPUC_SCRATCH_SPACES), digests);
}

/*
 * Row r of the launch is texts[offsets[r] - first_offset] and on; `order` has all rows
 * once, sorted by size, so that those in a group keep step. `scratch` has
 * GPUC_SCRATCH_WORDS for each work-item.
 */
__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
gpuc_blackbox_lanes(__global const uchar *texts, __global const uint *offsets,
                    __global const uint *sizes, __global const uint *order,
                    uint first_offset, uint n_rows, uint seeding, uint slowness,
                    __global uint *scratch, __global ulong *fractions,
                    __global uint *digests)
{
    size_t item = get_global_id(0);
    uint step = (uint)get_global_size(0) * GPUC_GROUP_ROWS;
    scratch += item * GPUC_SCRATCH_WORDS;

    for (uint first = (uint)item * GPUC_GROUP_ROWS; first < n_rows; first += step) {
        struct gpuc_group group;
        group.n_rows =
            n_rows - first < GPUC_GROUP_ROWS ? n_rows - first : GPUC_GROUP_ROWS;
        for (uint k = 0; k < GPUC_GROUP_ROWS; k++) {
            uint row = order[first + (k < group.n_rows ? k : group.n_rows - 1)];
            group.rows[k] = row;
            group.texts[k] = texts + (offsets[row] - first_offset);
            group.sizes[k] = sizes[row];
        }
        gpuc_make_digests(&group, slowness, scratch, digests);
        gpuc_make_fractions(&group, seeding, scratch, fractions);
    }
}
