#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the texts of print_numbers with Python's repr().

usage: check_repr.py PRINT_NUMBERS float32|float64 COUNT

Python has no float32. But a decimal of up to 15 digits is what repr() makes of the double
nearest to it, so the layout of a float32's text must be that of its double; and that double
must round to the float32.
"""
import struct
import subprocess
import sys

program, kind, count = sys.argv[1:]
is_float64 = kind == "float64"
command = [program, kind, count]
lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout
checked = 0
for line in lines.splitlines():
    bits, text = line.split(" ")
    (value,) = struct.unpack(">d" if is_float64 else ">f", bytes.fromhex(bits))
    if not is_float64:
        if value == value and struct.pack(">f", float(text)).hex() != bits:
            sys.exit(f"{bits}: {text}, which is another float32")
        value = float(text)
    if repr(value) != text:
        sys.exit(f"{bits}: {text}, but repr is {value!r}")
    checked += 1
if checked != int(count):
    sys.exit(f"{checked} lines, not {count}")
print(f"{checked} numbers of {kind} print as repr() does")
