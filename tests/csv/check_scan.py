#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the fields and records that a scanner finds with Python's csv module.

usage: check_scan.py PRINT_INDEX SCANNER N
"""
import csv
import io
import random
import re
import subprocess
import sys

from check_csv import random_text

QUOTED = re.compile(r'"((?:[^"]|"")*)"?(.*)', re.DOTALL)


def unquoted(raw):
    match = QUOTED.match(raw)
    return match[1].replace('""', '"') + match[2] if match else raw


def rows_of(printed):
    """The rows that Python would make of the fields as they stand in the text."""
    for record in printed.split(';')[:-1]:
        raw = [bytes.fromhex(field).decode() for field in record.split(',')[:-1]]
        yield [] if raw == [''] else [unquoted(field) for field in raw]


def main():
    program, scanner, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
    random.seed(2)
    texts = [random_text() for _ in range(n)]
    texts = [text for text in texts if '\0' not in text or sys.version_info >= (3, 11)]
    lines = ''.join(text.encode().hex() + '\n' for text in texts)
    results = subprocess.run([program, scanner], input=lines, capture_output=True,
                             text=True, check=True).stdout.split('\n')
    if len(results) != len(texts) + 1:
        sys.exit(f'{len(results)} lines for {len(texts)} texts')
    for text, result in zip(texts, results):
        expected = list(csv.reader(io.StringIO(text, newline='')))
        found = list(rows_of(result))
        if found != expected:
            sys.exit(f'{text!r}: {found} and not {expected}')
    print(f'{len(texts)} texts as Python reads them')


if __name__ == '__main__':
    main()
