#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs random files through gpuclassify csv, and reads what it writes with Python's csv and
json modules: they must find what Python's csv module finds in the file itself, and what is
written must be written again as it is.

usage: check_csv_command.py GPUCLASSIFY COUNT [SEED]
"""
import csv
import io
import json
import random
import subprocess
import sys

PIECES = ['', '1', '2.5', 'a b', ' ', '\t', 'é', '日本', '😀', '\u2028', '\ufeff', '\x7f', '\x01',
          '\x1f', '\b', '\f', '\\', '/', '"', ',', ';', '\n', '\r', '\r\n', "'", 'x' * 70]
DELIMITERS = [',', ';', '\t', '|']


def random_rows(rng):
    n_columns = rng.randrange(2, 6)

    def field():
        return ''.join(rng.choice(PIECES) for _ in range(rng.choice([0, 1, 1, 2, 5])))

    rows = [[field() for _ in range(n_columns)] for _ in range(rng.randrange(1, 30))]
    rows[0] = [f'{i}{name}' for i, name in enumerate(rows[0])]
    return rows


def written(rows, delimiter, rng):
    text = ''
    for row in rows:
        line = io.StringIO(newline='')
        quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        # With this line end it quotes both CR and LF, in every version of Python.
        csv.writer(line, delimiter=delimiter, quoting=quoting,
                   lineterminator='\r\n').writerow(row)
        text += line.getvalue()[:-2] + rng.choice(['\n', '\r\n', '\r', '\n\n'])
    return text


def read(text, delimiter=','):
    return list(row for row in csv.reader(io.StringIO(text, newline=''), delimiter=delimiter,
                                          strict=True) if row)


def run(program, text, *arguments):
    done = subprocess.run([program, 'csv', *arguments], input=text.encode(), timeout=60,
                          capture_output=True)
    if done.returncode != 0 or done.stderr:
        sys.exit(f'{text!r} {arguments}: {done.returncode} {done.stderr.decode()}')
    return done.stdout.decode()


def check(program, rng):
    rows = random_rows(rng)
    delimiter = rng.choice(DELIMITERS)
    text = written(rows, delimiter, rng)
    rows = read(text, delimiter)
    options = ['--delimiter', delimiter, '--threads', str(rng.choice([1, 2]))]
    canonical = run(program, text, *options)
    wrong = [what for what, good in [
        ('csv', read(canonical) == rows),
        ('csv twice', run(program, canonical) == canonical),
        ('json', json.loads(run(program, text, '--json', *options)) ==
         [dict(zip(rows[0], row)) for row in rows[1:]]),
        ('arrays', json.loads(run(program, text, '--json', '--no-header', *options)) == rows),
    ] if not good]
    if wrong:
        sys.exit(f'{text!r}, {options}: {wrong}')
    return len(rows)


def main():
    program, count = sys.argv[1], int(sys.argv[2])
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    n_rows = sum(check(program, rng) for _ in range(count))
    print(f'{count} files, {n_rows} rows as Python reads them')


if __name__ == '__main__':
    main()
