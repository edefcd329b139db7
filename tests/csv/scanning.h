/* SPDX-License-Identifier: Apache-2.0 */
/* One text through a scanner, and what differs from another, for tests. */
#ifndef GPUC_TEST_SCANNING_H
#define GPUC_TEST_SCANNING_H

#include "csv/scan.h"
#include "support/random.h"

enum { SCANNING_SIZE_MAX = 1024, N_SCANNING_DIALECTS = 10 };

/* Every kind of dialect. */
extern const struct gpuc_dialect scanning_dialects[N_SCANNING_DIALECTS];

/* A text of SCANNING_SIZE_MAX bytes at most from `begin` to `end`, and where it begins.
 */
struct scanning_text {
    const struct gpuc_dialect *dialect;
    struct gpuc_scan_text text;
    struct gpuc_scan_state state;
};

/* What was found, and what writing too far would change. */
struct scanned {
    struct gpuc_scan_state state;
    struct gpuc_index index;
    uint32_t ends[SCANNING_SIZE_MAX + 16];
    uint32_t record_ends[SCANNING_SIZE_MAX + 16];
};

/* Empties, with the room that a scanner may ask for a text of `size` bytes. */
void scanned_reset(struct scanned *scanned, size_t size);

/*
 * Scans a text in two pieces, cut behind `cut` bytes; 0 is one piece. Fails the test if
 * the scanner writes where it has no room.
 */
void scanning_run(const struct scanning_text *text, const struct gpuc_scanner *scanner,
                  size_t cut, struct scanned *ret_scanned);

/* What differs in two results, NULL if nothing does. */
const char *scanned_difference(const struct scanned *a, const struct scanned *b);

/* Fails the test, and shows the text. */
void scanning_fail(const struct scanning_text *text, const char *scanner, size_t cut,
                   const char *difference);

/* Runs a scanner and compares. */
void scanning_check(const struct scanning_text *text, const struct gpuc_scanner *scanner,
                    size_t cut, const struct scanned *expected);

/*
 * Fills `bytes` with at most SCANNING_SIZE_MAX bytes for a dialect: bytes that mean
 * something in it, often or seldom, among others. Returns the size.
 */
size_t scanning_random(struct test_random *random, const struct gpuc_dialect *dialect,
                       uint8_t *bytes);

#endif
