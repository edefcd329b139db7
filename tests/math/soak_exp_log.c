/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All 2^32 floats through gpuc_exp_f32() or gpuc_log_f32():
 *
 *     soak_exp_log exp|log [PART PARTS] [every]
 *
 * The C library's function in double is right to a few units in the last place. Where it
 * lies more than 2^12 of them from the middle of two floats, rounding it to float is the
 * correct result; anywhere else, and everywhere with the word "every" (hours), MPFR
 * decides. Prints the first differences; exits with 1 if there is one.
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "math/exp_log.h"
#include "math/reference.h"

enum { MARGIN = 1 << 12, MAX_PRINTED = 20 };

struct counts {
    uint64_t inputs;
    uint64_t by_mpfr;
    uint64_t wrong;
};

static uint32_t bits_of_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Whether rounding a double to float is safe in spite of an error of MARGIN. */
static bool is_decided(double value)
{
    const double magnitude = fabs(value);
    if (!(magnitude > 0x1p-151 && magnitude < 0x1p129))
        return true; /* zero, infinity or not a number, whatever the error */
    const uint64_t middle = UINT64_C(1) << 28;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return magnitude >= 0x1p-125 && magnitude < 0x1p127 &&
           ((bits - middle + MARGIN) & (2 * middle - 1)) > 2 * MARGIN;
}

static void check(enum function function, uint32_t bits, bool is_every,
                  struct counts *counts)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    const bool is_exp = function == FUNCTION_EXP;
    const float result = is_exp ? gpuc_exp_f32(x) : gpuc_log_f32(x);
    const double near = is_exp ? exp((double)x) : log((double)x);
    float expected;
    if (is_every || !is_decided(near)) {
        counts->by_mpfr++;
        expected = reference_f32(function, x);
    } else {
        expected = (float)near;
    }
    counts->inputs++;
    if (bits_of_float(result) == bits_of_float(expected) ||
        (isnan(result) && isnan(expected)))
        return;
    if (++counts->wrong > MAX_PRINTED)
        return;
    printf("%s(%a) is %a, not %a\n", is_exp ? "exp" : "log", (double)x, (double)result,
           (double)expected);
}

int main(int argc, char **argv)
{
    const bool is_every = argc > 1 && strcmp(argv[argc - 1], "every") == 0;
    argc -= is_every;
    const bool is_exp = argc > 1 && strcmp(argv[1], "exp") == 0;
    const bool is_log = argc > 1 && strcmp(argv[1], "log") == 0;
    const uint64_t part = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
    const uint64_t parts = argc == 4 ? strtoull(argv[3], NULL, 10) : 1;
    if ((!is_exp && !is_log) || (argc != 2 && argc != 4) || part >= parts) {
        fprintf(stderr, "usage: soak_exp_log exp|log [PART PARTS] [every]\n");
        return 2;
    }
    struct counts counts = {0};
    for (uint64_t bits = part; bits <= UINT32_MAX; bits += parts)
        check(is_exp ? FUNCTION_EXP : FUNCTION_LOG, (uint32_t)bits, is_every, &counts);
    printf("%s: %" PRIu64 " inputs, %" PRIu64 " of them by MPFR, %" PRIu64 " wrong\n",
           argv[1], counts.inputs, counts.by_mpfr, counts.wrong);
    return counts.wrong != 0;
}
