/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that pack blocks side by side, and give them back in the order in which they
 * came. Blocks live in a ring of slots, which the caller owns: a slot is its owner's,
 * then submitted and a thread's, then collected and its owner's again.
 *
 * One thread, the owner, calls these functions.
 */
#ifndef GPUC_PACK_THREADS_H
#define GPUC_PACK_THREADS_H

#include "base/error.h"

struct gpuc_pack_threads;

struct gpuc_pack_work {
    /* Packs the block in a slot, on one of the threads. */
    void (*pack)(void *context, uint32_t slot);
    void *context;
};

/* A ring for up to `n_threads` threads, none of which is started yet. */
enum gpuc_status gpuc_pack_threads_open(uint32_t n_threads,
                                        const struct gpuc_pack_work *work,
                                        struct gpuc_pack_threads **ret_threads,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Waits for the blocks that are being packed, and drops the others. NULL is fine. */
void gpuc_pack_threads_close(struct gpuc_pack_threads *threads);

/* Slots of the ring: enough that threads need not wait for the owner to write. */
uint32_t gpuc_pack_threads_slots(uint32_t n_threads);

/* The slot that will be submitted next. */
uint32_t gpuc_pack_threads_next(const struct gpuc_pack_threads *threads);

/* True if every slot is submitted: one must be collected before the next is filled. */
bool gpuc_pack_threads_full(const struct gpuc_pack_threads *threads);

/*
 * Hands the next slot to the threads. Starts one more while there are more blocks than
 * threads, so little output costs few threads.
 */
enum gpuc_status gpuc_pack_threads_submit(struct gpuc_pack_threads *threads,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Takes back the slot that was submitted first; false if none is out, or if it is not
 * packed yet and `wait` is false.
 */
bool gpuc_pack_threads_collect(struct gpuc_pack_threads *threads, bool wait,
                               uint32_t *ret_slot);

#endif
