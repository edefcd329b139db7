#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the texts of print_doubles with Python's repr().

usage: check_repr.py PRINT_DOUBLES COUNT
"""
import struct
import subprocess
import sys

program, count = sys.argv[1:]
lines = subprocess.run([program, count], check=True, capture_output=True, text=True).stdout
checked = 0
for line in lines.splitlines():
    bits, text = line.split(" ")
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    if repr(value) != text:
        sys.exit(f"{bits}: {text}, but repr is {value!r}")
    checked += 1
if checked != int(count):
    sys.exit(f"{checked} lines, not {count}")
print(f"{checked} doubles print as repr() does")
