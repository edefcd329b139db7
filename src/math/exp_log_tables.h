/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Constants of exp.c, log.c and accurate.c, all rounded to nearest. "Qn" is an integer
 * that counts units of 2^-n. Written by tools/make_exp_log_tables.py.
 */
#ifndef GPUC_EXP_LOG_TABLES_H
#define GPUC_EXP_LOG_TABLES_H

#include <stdint.h>

#include "math/fixed.h"

enum {
    GPUC_EXP_STEPS = 128,
    GPUC_LOG_STEPS = 128, /* steps of the logarithm's table from 1 to 2 */
    GPUC_LOG_FIRST = 90,  /* the table's first step, from 90/128 to 91/128 */
    GPUC_LOG_END = 180    /* behind the last */
};

/* The integer high * 2^64 + low, in two's complement. */
struct gpuc_words128 {
    uint64_t high;
    uint64_t low;
};

struct gpuc_log_entry {
    uint32_t
        inverse; /* units of 1/1024; |m * inverse - 1| <= 1/128 for all m of the step */
    double log;  /* -log(inverse) */
    uint64_t log_high, log_low; /* the same in Q116, two's complement */
};

/* ln(2) with 256 fraction bits, and in Q116. */
extern const struct gpuc_fixed gpuc_ln2;
extern const struct gpuc_words128 gpuc_ln2_q116;

/* ln(2) / 128 - 0x1.62e42fef8p-8 in Q88. */
extern const int64_t gpuc_ln2_step_low_q88;

/* 2^(i / 128) in Q125. */
extern const struct gpuc_words128 gpuc_exp_table[GPUC_EXP_STEPS];

/* Step s, m from s/128 to (s + 1)/128, is entry s - GPUC_LOG_FIRST. */
extern const struct gpuc_log_entry gpuc_log_table[GPUC_LOG_END - GPUC_LOG_FIRST];

#endif
