/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls that fail when a test wants them to. A program with faults.c is linked
 * with the flags of faults.cmake, so calls from the library and from the tests come here
 * first. At most one fault is armed at a time; one thread.
 */
#ifndef GPUC_TEST_FAULTS_H
#define GPUC_TEST_FAULTS_H

#include <stdbool.h>

enum test_call {
    TEST_CALL_CLOSE,
    TEST_CALL_FCHMOD,
    TEST_CALL_FSYNC,
    TEST_CALL_MKSTEMP,
    TEST_CALL_POLL,
    TEST_CALL_PREAD,
    TEST_CALL_READ,
    TEST_CALL_RENAME,
    TEST_CALL_WRITE,
    TEST_N_CALLS
};

struct test_fault {
    enum test_call call;
    unsigned at;     /* which call of this kind after arming, from 0 */
    unsigned n;      /* how many calls from there on */
    int errno_value; /* what it fails with; 0: it transfers one byte at most */
};

/* Arms a fault and counts calls from now on. NULL: counts only. */
void test_fault_arm(const struct test_fault *fault);
void test_fault_disarm(void);

/* Calls of a kind since the last test_fault_arm(). */
unsigned test_fault_count(enum test_call call);

/* True if the armed fault has struck. */
bool test_fault_struck(void);

#endif
