#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes src/math/exp_log_tables.c.

usage: tools/make_exp_log_tables.py            write the tables
       tools/make_exp_log_tables.py --check    exit with 1 unless the committed ones are these

Integers only, so the result depends on no floating-point library.
"""
import pathlib
import sys
from fractions import Fraction
from math import isqrt

BITS = 400  # of the working precision: far more than any entry keeps
ONE = 1 << BITS
TABLES = pathlib.Path(__file__).resolve().parent.parent / "src" / "math" / "exp_log_tables.c"

EXP_STEPS = 128
EXP_BITS = 125
LOG_STEPS, LOG_FIRST, LOG_END = 128, 90, 180
LOG_BITS = 116
FIXED_LIMBS = 5
INVERSE_ONE = 1024

HEAD = """\
/* SPDX-License-Identifier: Apache-2.0 */
/* Written by tools/make_exp_log_tables.py; exp_log_tables.h defines what an entry is. */
#include "math/exp_log_tables.h"

"""


def rounded(value, bits):
    """A number of the working precision to the nearest one with `bits` fraction bits."""
    unit = 1 << (BITS - bits)
    quotient, rest = divmod(value, unit)
    # The working precision is good to a few units, so a tie would be no tie.
    assert abs(rest - unit // 2) > 1 << 20, "not decided"
    return quotient + (rest > unit // 2)


def log(numerator, denominator):
    """log(numerator / denominator) = 2 atanh((n - d) / (n + d)), truncated."""
    ratio = ((numerator - denominator) << BITS) // (numerator + denominator)
    square = ratio * ratio >> BITS
    total, power, k = 0, ratio, 1
    while power not in (0, -1):
        total += power // k
        power = power * square >> BITS
        k += 2
    return 2 * total


def words(value, count):
    """The 64-bit words of an integer, the lowest first, as C constants."""
    return [f"0x{value >> 64 * i & (1 << 64) - 1:016x}" for i in range(count)]


def exp_entries():
    root = 2 * ONE
    for _ in range(EXP_STEPS.bit_length() - 1):
        root = isqrt(root << BITS)
    power = ONE
    for i in range(EXP_STEPS):
        value = rounded(power, EXP_BITS) if i else 1 << EXP_BITS
        low, high = words(value, 2)
        yield f"    {{{high}, {low}}}, /* 2^({i}/{EXP_STEPS}) */\n"
        power = power * root >> BITS


def inverse_of(step):
    """The nearest multiple of 1/1024 to the inverse of the step's middle; 1 on both sides of 1,
    so that the logarithm of a number close to 1 is computed from what it differs from 1.
    """
    if step in (LOG_STEPS - 1, LOG_STEPS):
        return INVERSE_ONE
    middle = Fraction(2 * step + 1, 2 * LOG_STEPS)
    inverse = round(INVERSE_ONE / middle)
    for end in (step, step + 1):
        assert abs(Fraction(end * inverse, LOG_STEPS * INVERSE_ONE) - 1) < Fraction(1, 128)
    return inverse


def log_entries():
    for step in range(LOG_FIRST, LOG_END):
        inverse = inverse_of(step)
        exact = log(INVERSE_ONE, inverse)
        value = rounded(exact, LOG_BITS) if exact else 0
        low, high = words(value, 2)
        nearest = float(Fraction(exact, ONE)).hex()
        yield f"    {{{inverse}, {nearest}, {high}, {low}}},\n"


def tables():
    ln2 = log(2, 1)
    high, low = words(rounded(ln2, LOG_BITS), 2)[::-1]
    limbs = words(rounded(ln2, 256), FIXED_LIMBS)
    # What ln2 / 128 exceeds the constant with which exp.c reduces its argument by.
    rest = Fraction(ln2, ONE * EXP_STEPS) - Fraction(float.fromhex("0x1.62e42fef8p-8"))
    step_low = round(rest * 2 ** 88)
    lines = [HEAD]
    pairs = [", ".join(limbs[i:i + 2]) for i in range(0, len(limbs), 2)]
    lines += ["const struct gpuc_fixed gpuc_ln2 = {{" + (",\n" + 37 * " ").join(pairs) + "}};\n\n"]
    lines += [f"const struct gpuc_words128 gpuc_ln2_q116 = {{{high}, {low}}};\n\n"]
    lines += [f"const int64_t gpuc_ln2_step_low_q88 = INT64_C({step_low});\n\n"]
    lines += ["const struct gpuc_words128 gpuc_exp_table[GPUC_EXP_STEPS] = {\n", *exp_entries()]
    lines += ["};\n\nconst struct gpuc_log_entry gpuc_log_table[GPUC_LOG_END - GPUC_LOG_FIRST] = {\n"]
    lines += [*log_entries(), "};\n"]
    return "".join(lines)


def main():
    arguments = sys.argv[1:]
    if arguments == ["--check"]:
        if TABLES.read_text() != tables():
            sys.exit(f"{TABLES} is not what {sys.argv[0]} writes")
    elif arguments:
        sys.exit(__doc__)
    else:
        TABLES.write_text(tables())


main()
