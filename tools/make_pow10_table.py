#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes src/csv/pow10_table.c, or proves that its precision is enough.

usage: tools/make_pow10_table.py            write the table
       tools/make_pow10_table.py --check    exit with 1 unless the committed table is this one
       tools/make_pow10_table.py --prove    check the bound that src/csv/double_text.c builds on

Integers only, so the result depends on no floating-point library.
"""
import math
import pathlib
import sys
from fractions import Fraction

MIN, MAX = -342, 342
TABLE = pathlib.Path(__file__).resolve().parent.parent / "src" / "csv" / "pow10_table.c"

HEAD = """\
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by tools/make_pow10_table.py; pow10_table.h defines what an entry is. Long,
 * because it is one line for each power.
 */
#include "csv/pow10_table.h"

const struct gpuc_pow10 gpuc_pow10_table[GPUC_POW10_MAX - GPUC_POW10_MIN + 1] = {
"""


def mantissa(power):
    """floor(10^power * 2^s), with s such that the result has exactly 128 bits."""
    numerator, denominator = 10 ** max(power, 0), 10 ** max(-power, 0)
    shift = 128 + denominator.bit_length() - numerator.bit_length()
    while True:
        value = (numerator << max(shift, 0)) // (denominator << max(-shift, 0))
        if value.bit_length() == 128:
            return value
        shift += 128 - value.bit_length()


def table():
    lines = []
    for power in range(MIN, MAX + 1):
        high, low = divmod(mantissa(power), 1 << 64)
        lines.append(f"    {{UINT64_C(0x{high:016x}), UINT64_C(0x{low:016x})}}, /* 1e{power} */\n")
    return HEAD + "".join(lines) + "};\n"


def nearest_to_integers(numerator, denominator, limit):
    """Least distance from m * numerator / denominator, m = 1..limit < denominator, down to an
    integer and up to an integer; both times denominator.

    Keeps the best m for either side. The sum of the two is the next m that can be better, and
    it is better for the side whose distance is the longer.
    """
    down, down_at = numerator % denominator, 1
    up, up_at = denominator, 0
    while down_at + up_at <= limit:
        if down > up:
            steps = min((down - 1) // up, (limit - down_at) // up_at)
            down, down_at = down - steps * up, down_at + steps * up_at
        else:
            steps = min((up - 1) // down, (limit - up_at) // down_at)
            up, up_at = up - steps * down, up_at + steps * down_at
    return Fraction(down, denominator), Fraction(up, denominator)


def prove():
    """Checks what double_text.c needs of its products m * 2^q * 10^-k: one that is no integer
    is at least 2^-66 away from the integers beside it.
    """
    least = Fraction(1)
    for q in range(-1074, 972):
        # m is even (4c - 2, 4c, 4c + 2 with c < 2^53), so take m = 2j.
        step = Fraction(2) ** (q + 1) / Fraction(10) ** (q * 315653 >> 20)
        limit = 2 ** 54 + 1
        if step.denominator <= limit:
            least = min(least, Fraction(1, step.denominator))
        else:
            least = min(least, *nearest_to_integers(*step.as_integer_ratio(), limit))
        # Powers of two, whose lower neighbour is nearer: c = 2^52 or, for float32, 2^23;
        # m from 4c - 1.
        step = Fraction(2) ** q / Fraction(10) ** ((q * 315653 - 131008) >> 20)
        for c in (2 ** 52, 2 ** 23):
            for m in (4 * c - 1, 4 * c, 4 * c + 2):
                rest = m * step % 1
                least = min(least, rest or 1, 1 - rest)
    assert least >= Fraction(1, 2 ** 66)
    print(f"proved: at least 2^-{math.log2(1 / least):.2f}")


def main():
    arguments = sys.argv[1:]
    if arguments == ["--prove"]:
        prove()
    elif arguments == ["--check"]:
        if TABLE.read_text() != table():
            sys.exit(f"{TABLE} is not what {sys.argv[0]} writes")
    elif arguments:
        sys.exit(__doc__)
    else:
        TABLE.write_text(table())


main()
