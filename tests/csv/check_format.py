#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what print_formatted writes with what Python's % does: random bits of both types,
numbers of few digits, powers of two, and numbers half-way between two texts or next to that.

usage: check_format.py PRINT_FORMATTED COUNT
"""
import math
import random
import struct
import subprocess
import sys
from fractions import Fraction

program, count = sys.argv[1], int(sys.argv[2])
rng = random.Random(7)


def halves():
    """A number that ends half-way, and its neighbours."""
    digits = rng.randrange(1, 18)
    value = float(Fraction(2 * rng.randrange(10 ** digits) + 1, 2) /
                  Fraction(10) ** rng.randrange(-20, 25))
    return [value, math.nextafter(value, math.inf), math.nextafter(value, 0)]


def numbers():
    yield from (0.0, math.nan, math.inf, 5e-324, 2.0 ** -1022, 1.7976931348623157e308, 9.5, 0.5,
                1.5, 2.5, 0.25, 0.125, 99.5, 999999.5, 0.0009995, 123456789012345678.0, 2.0 ** 75)
    yield from (2.0 ** k for k in range(-1074, 1024))
    yield from (float(f"{d}e{k}") for k in range(-323, 308, 3) for d in (1, 5, 25, 9.5, 99.5))
    while True:
        yield struct.unpack(">d", rng.randbytes(8))[0]
        yield struct.unpack(">f", rng.randbytes(4))[0]
        yield rng.random()
        yield struct.unpack("f", struct.pack("f", rng.random()))[0]
        yield rng.randrange(10 ** rng.randrange(1, 7)) / 10 ** rng.randrange(7)
        yield rng.randrange(1 << 12) / (1 << rng.randrange(16))
        yield from halves()


checked = 0
for style in "efg":
    for digits in [None, *range(18)]:
        form = f"%{'' if digits is None else f'.{digits}'}{style}"
        values = [value * rng.choice((1, -1)) for value, _ in
                  zip(numbers(), range(3500 + count // 57))]
        # Python writes no sign for NaN, and neither do we.
        lines = subprocess.run([program, form], check=True, text=True, capture_output=True,
                               input="\n".join(struct.pack(">d", v).hex() for v in values))
        texts = lines.stdout.splitlines()
        if len(texts) != len(values):
            sys.exit(f"{form}: {len(texts)} lines, not {len(values)}")
        for value, text in zip(values, texts):
            if form % value != text:
                sys.exit(f"{form} of {value.hex()}: {text}, but Python has {form % value}")
        checked += len(values)
for form in ("", "f", "%", "%.f", "%.18f", "%5.2f", "%+f", "%.4F", "%.4fx", "%%", "%.2lf", "%d",
             "%.99999999999f", "%s"):
    if subprocess.run([program, form], input="", text=True, capture_output=True).returncode != 2:
        sys.exit(f"{form!r} was taken for a format")
print(f"{checked} numbers are written as Python does")
