#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs random files through gpuclassify with --skip, --limit and --shard: what csv writes
must be the rows that Python's csv module finds in the file, and the outputs of all shards,
one after another, what a run without --shard writes: of csv, a forest and the black box,
from files, packed files, pipes, several files and folders.

usage: check_rows.py GPUCLASSIFY MODEL COUNT [SEED]
"""
import csv
import gzip
import io
import os
import random
import subprocess
import sys
import tempfile

TEXTS = ['', 'a', 'b c', 'é', '日本', 'x,y', 'two\nlines', 'cr\r\nlf', '"', 'say ""hi""\n', '\n\n',
         '#', '7', 'x' * 90]
SHARDS = range(1, 10)


def random_rows(rng):
    """Rows with texts, and numbers for the model; some are as many as a piece has."""
    n_rows = rng.choice([0, 1, 2, 3, 5, 8, 13, 40, 300])
    return [[rng.choice(TEXTS) + rng.choice(TEXTS), *(f'{rng.gauss(0, 2):.3g}' for _ in range(3))]
            for _ in range(n_rows)]


def write(path, rows, rng):
    """A file as CSV writers make them, with blank lines; returns its text."""
    text = io.StringIO(newline='')
    line_end = rng.choice(['\n', '\r\n'])
    writer = csv.writer(text, lineterminator=line_end, quoting=rng.choice([0, 1]))
    writer.writerow(['id', 'x0', 'x1', 'x2'])
    for row in rows:
        if rng.random() < 0.1:
            text.write(line_end)
        writer.writerow(row)
    data = text.getvalue().encode()
    if rng.random() < 0.2:
        data = data[:-len(line_end)]
    with (gzip.open if path.endswith('.gz') else open)(path, 'wb') as file:
        file.write(data)


class Program:
    def __init__(self, path):
        self.path = path
        self.n_runs = 0

    def run(self, *arguments, piped=None):
        """`piped`: a file whose bytes come through a pipe."""
        source = subprocess.Popen(['cat', piped], stdout=subprocess.PIPE) if piped else None
        done = subprocess.run([self.path, *map(str, arguments)], capture_output=True, timeout=120,
                              stdin=source.stdout if source else subprocess.DEVNULL)
        if source:
            source.stdout.close()
            source.wait()
        self.n_runs += 1
        if done.returncode != 0 or done.stderr:
            sys.exit(f'{arguments}: {done.returncode} {done.stderr.decode()}')
        return done.stdout


def check_equal(what, got, expected):
    if got != expected:
        sys.exit(f'{what}: {got!r} instead of {expected!r}')


def check_shards(program, what, arguments, n_shards, piped):
    expected = program.run(*arguments, piped=piped)
    parts = [program.run(*arguments, '--shard', f'{i + 1}/{n_shards}', piped=piped)
             for i in range(n_shards)]
    check_equal(f'{what} {arguments} in {n_shards} shards', b''.join(parts), expected)


def check_numbers(program, inputs, rows, rng, piped):
    """--skip and --limit against the rows as they were before they were written."""
    skip = rng.choice([0, 1, 2, len(rows) // 2, len(rows), len(rows) + 5, 2**63])
    limit = rng.choice([None, 0, 1, 3, len(rows) // 2, len(rows), 2**64 - 1])
    options = ['--skip', skip] + (['--limit', limit] if limit is not None else [])
    text = program.run('csv', *inputs, *options, piped=piped).decode()
    got = list(csv.reader(io.StringIO(text, newline='')))
    wanted = rows[skip:] if limit is None else rows[skip:][:limit]
    check_equal(f'{inputs} {options}', got, [['id', 'x0', 'x1', 'x2'], *wanted])


def check(program, model, folder, rng):
    n_files = rng.choice([1, 1, 1, 2, 3])
    parts = [random_rows(rng) for _ in range(n_files)]
    suffix = rng.choice(['.csv', '.csv', '.csv.gz'])
    paths = [os.path.join(folder, f'{i}{suffix}') for i in range(n_files)]
    for path, rows in zip(paths, parts):
        write(path, rows, rng)
    piped = paths[0] if n_files == 1 and rng.random() < 0.4 else None
    inputs = [] if piped else rng.choice([paths, [folder]])
    if not inputs:
        inputs = ['-']
    threads = ['--threads', rng.choice([1, 2, 3])]
    check_numbers(program, [*inputs, *threads], sum(parts, []), rng, piped)
    n_shards = rng.choice(SHARDS)
    check_shards(program, 'csv', ['csv', *inputs, *threads], n_shards, piped)
    check_shards(program, 'forest', ['-m', model, '--device', 'scalar', *inputs, *threads],
                 n_shards, piped)
    if n_files == 1:
        check_shards(program, 'black box', ['-m', 'blackbox:py3,slowness=0', '--device', 'scalar',
                                            *inputs, *threads], n_shards, piped)
    for path in paths:
        os.unlink(path)


def main():
    program, model = Program(sys.argv[1]), sys.argv[2]
    rng = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(int(sys.argv[3])):
            check(program, model, folder, rng)
    print(f'{program.n_runs} runs')


if __name__ == '__main__':
    main()
