#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs models with random --filter conditions: the rows that come must be those for which
the conditions hold in the output without a filter, as Python reads its numbers, in the same
bytes. Numbers to compare with are those of the output, others near them, and any.

usage: check_filter.py GPUCLASSIFY MODELS COUNT [SEED]
"""
import csv
import io
import math
import operator
import os
import random
import struct
import subprocess
import sys

NAMES = ['xgb_exact', 'xgb_softmax3', 'xgb_multilabel', 'xgb_rank_pairwise', 'lgb_multiclass5',
         'lgb_regression_sqrt', 'lgb_binary_sigmoid']
OPERATIONS = {'<': operator.lt, '<=': operator.le, '>': operator.gt, '>=': operator.ge,
              '==': operator.eq, '!=': operator.ne}


def run(program, *arguments, message=''):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, timeout=120)
    if done.returncode != 0 or not done.stderr.decode().startswith(message):
        sys.exit(f'{arguments}: {done.returncode} {done.stderr.decode()}')
    return done.stdout.decode()


def number_near(text, rng):
    """A number as people write it, often the one that a column shows or next to it."""
    value = float(text)
    if not math.isfinite(value):
        return '0'
    single = struct.unpack('<i', struct.pack('<f', value))[0]
    return rng.choice([
        lambda: text,
        lambda: repr(math.nextafter(value, rng.choice([-math.inf, math.inf]))),
        lambda: repr(struct.unpack('<f', struct.pack('<f', value))[0]),
        lambda: repr(struct.unpack('<f', struct.pack('<i', single ^ 1))[0]),
        lambda: f'{value:.{rng.randrange(1, 9)}g}',
        lambda: f' {value:+.3e} ',
        lambda: rng.choice(['0', '-1', '.5', '1e300', '-inf', '1e-50'])])()


class Subject:
    """A model with its input, and all results of it."""

    def __init__(self, program, model, input_path, all_outputs, outputs):
        self.program, self.arguments = program, ['-m', model, input_path]
        self.lists = outputs
        text = run(program, *self.arguments, '--columns', 'none', '--output', all_outputs)
        self.names, *self.rows = csv.reader(io.StringIO(text))

    def condition(self, rng):
        name = rng.choice(self.names)
        column = self.names.index(name)
        text = rng.choice(self.rows)[column]
        operation, number = rng.choice(list(OPERATIONS)), number_near(text, rng)
        blank = rng.choice(['', ' '])
        holds = [OPERATIONS[operation](float(row[column]), float(number)) for row in self.rows]
        return f'{name}{blank}{operation}{blank}{number}', holds

    def check(self, rng):
        conditions = [self.condition(rng) for _ in range(rng.choice([1, 1, 2, 3]))]
        text = ' and '.join(condition for condition, _ in conditions)
        options = ['--output', rng.choice(self.lists), '--device', rng.choice(['scalar', 'cpu']),
                   '--batch-rows', rng.choice([1, 7, 64, 4096]), '--threads', rng.choice([1, 2])]
        whole = run(self.program, *self.arguments, *options).splitlines(keepends=True)
        n_before = len(whole) - len(self.rows)
        wanted = [line for line, *holds in zip(whole[n_before:], *(h for _, h in conditions))
                  if all(holds)]
        got = run(self.program, *self.arguments, *options, '--filter', text)
        if got != ''.join(whole[:n_before] + wanted):
            sys.exit(f'{self.arguments} {options} --filter {text!r}: {got}')
        return len(wanted), len(self.rows)


def subjects(program, folder):
    for name in NAMES:
        path = os.path.join(folder, name)
        model = next(os.path.join(path, file) for file in sorted(os.listdir(path))
                     if file.startswith('model.'))
        first = run(program, '-m', model, os.path.join(path, 'in.csv'), '--columns', 'none',
                    '--limit', 1).split('\n')[0].split(',')
        stems = list(dict.fromkeys(column.split('_')[0] for column in first)) + ['margin', 'leaf']
        yield Subject(program, model, os.path.join(path, 'in.csv'), ','.join(stems),
                      [','.join(stems), stems[0], 'margin', 'leaf'])


class NamedClasses(Subject):
    """Classes by name or number, in columns and as labels; and the most probable ones."""

    CLASSES = ['cat', 'big dog', '0']

    def __init__(self, program, folder):
        path = os.path.join(folder, 'xgb_softmax3')
        super().__init__(program, os.path.join(path, 'model.ubj'), os.path.join(path, 'in.csv'),
                         'label,proba', ['label', 'proba', 'label,top', 'leaf'])
        self.arguments += ['--class-names', ','.join(self.CLASSES), '--prefix', 'p_', '--top', '2']

    def condition(self, rng):
        k, equal, threshold = rng.randrange(3), rng.random() < 0.5, rng.choice([0.2, 0.5, 0.8])
        label = rng.choice([self.CLASSES[k], str(k) if k > 0 else 'cat'])
        best = [sorted(range(3), key=lambda c, row=row: -float(row[c + 1])) for row in self.rows]
        return rng.choice([
            (f'{rng.choice(["p_label", "label", "p_top_1"])} {"==" if equal else "!="} {label}',
             [(row[0] == str(k)) == equal for row in self.rows]),
            (f'{rng.choice([f"p_proba_{self.CLASSES[k]}", f"proba_{k}"])}>={threshold}',
             [float(row[k + 1]) >= threshold for row in self.rows]),
            (f'top_2_proba<{threshold}',
             [float(row[order[1] + 1]) < threshold for row, order in zip(self.rows, best)]),
            (f'top_2=={label}', [order[1] == k for order in best])])


class BlackBox(Subject):
    """Its output has no header, and is compared by its last column."""

    def __init__(self, program, input_path):
        self.program, self.lists = program, ['pred', 'pred,digest', 'digest']
        self.arguments = ['-m', 'blackbox:py3,slowness=0', input_path]
        self.names = ['pred']
        self.rows = [row[-1:] for row in
                     csv.reader(io.StringIO(run(program, *self.arguments)))]


def main():
    program, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    rng = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    all_subjects = [*subjects(program, folder), NamedClasses(program, folder),
                    BlackBox(program, os.path.join(folder, 'xgb_exact', 'in.csv'))]
    counts = [rng.choice(all_subjects).check(rng) for _ in range(count)]
    n_written, n_rows = map(sum, zip(*counts))
    if not 0.1 * n_rows < n_written < 0.9 * n_rows:
        sys.exit(f'{n_written} of {n_rows} rows are no test of filters')
    print(f'{count} filters, {n_written} of {n_rows} rows written')


if __name__ == '__main__':
    main()
