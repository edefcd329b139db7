/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts the library's blocks of memory that are not freed yet. A program with
 * live_blocks.c is linked with -Wl,--wrap=aligned_alloc -Wl,--wrap=free.
 */
#ifndef GPUC_TEST_LIVE_BLOCKS_H
#define GPUC_TEST_LIVE_BLOCKS_H

/* Compare the counts before and after something that asks for memory only through the
 * library; any number of threads. */
long test_live_blocks(void);

/* The blocks that were asked for so far, freed or not. */
long test_made_blocks(void);

#endif
