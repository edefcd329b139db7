#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the native parser with Python's csv module, as pandas uses it.

usage: check_csv.py PRINT_RECORDS N
"""
import csv
import io
import random
import subprocess
import sys

PIECES = ['"', ',', '\n', '\r', '\r\n', '""', '","', 'a', ' ', 'xyz', '\t', '\0', '\v',
          '\f', '\x1c', '\x85', '\xa0', '\u2028', 'ä', '€', '😀', '"\n', ',"', 'a' * 40]


def random_text():
    palette = random.choices(PIECES, k=6)
    n = random.randrange(60 if random.randrange(8) == 0 else 15)
    return ''.join(random.choice(PIECES if random.randrange(4) == 0 else palette)
                   for _ in range(n))


def expected_of(text):
    rows = csv.reader(io.StringIO(text, newline=''), strict=True)
    printed = ''
    try:
        for row in rows:
            if len(row) > 1 or (row and row[0] and not row[0].isspace()):
                printed += ''.join(field.encode().hex() + ',' for field in row) + ';'
    except csv.Error as error:
        # Python is at the end of the input when it misses a quote; we name its line.
        line = rows.line_num if 'expected after' in str(error) else None
        return line, str(error)
    return printed


def is_equal(result, expected):
    if isinstance(expected, str):
        return result == expected
    line, message = expected
    if not result.startswith('!in.csv:') or not result.endswith(': ' + message):
        return False
    return line is None or result == f'!in.csv:{line}: {message}'


def main():
    program, n = sys.argv[1], int(sys.argv[2])
    random.seed(1)
    texts = [random_text() for _ in range(n)]
    texts = [text for text in texts if '\0' not in text or sys.version_info >= (3, 11)]
    lines = ''.join(text.encode().hex() + '\n' for text in texts)
    results = subprocess.run([program], input=lines, capture_output=True, text=True,
                             check=True).stdout.split('\n')
    n_read = 0
    for text, result in zip(texts, results):
        expected = expected_of(text)
        n_read += isinstance(expected, str)
        if not is_equal(result, expected):
            sys.exit(f'{text!r}: {result} and not {expected}')
    print(f'{len(texts)} texts as Python reads them, {n_read} of them without a fault')


if __name__ == '__main__':
    main()
