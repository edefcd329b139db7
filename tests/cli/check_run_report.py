#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the reports of runs and works out for itself what they must say: hashes with hashlib, rows
with csv, missing values from the input, labels and scores from the output. Statistics must be
the same on every engine, for every number of threads and size of batches.

usage: check_run_report.py GPUCLASSIFY MODEL_FOLDER
"""
import collections
import csv
import hashlib
import html.parser
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile

N_ROWS = 3000
# pandas' own list; any case of nan is missing too.
MISSING = {'', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN',
           '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null'}
# The awkward characters of HTML and of JSON.
NAME = 'in <&"\'\\é>.csv'


def fail(message):
    sys.exit(f'check_run_report: {message}')


def expect(what, got, wanted):
    if got != wanted:
        fail(f'{what}: {got!r} instead of {wanted!r}')


def about_file(path):
    with open(path, 'rb') as file:
        content = file.read()
    return {'path': path, 'size': len(content), 'sha256': hashlib.sha256(content).hexdigest()}


def read_rows(path):
    with open(path, newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


def is_in(value, low, high):
    """Bins hold `low` and not `high`; below 0 it is the other way round."""
    return low < value <= high if high < 0 else low <= value < high


def check_score(score, values):
    name = score['name']
    values = [value for value in values if not math.isnan(value)]
    expect(f'{name}: values', score['values'], len(values))
    for what, wanted in (('lowest', min(values)), ('highest', max(values)),
                         ('mean', math.fsum(values) / len(values))):
        expect(f'{name}: {what}', score[what], wanted)
    bins = score['bins']
    if score['is_probability']:
        expect(f'{name}: edges', [bin[:2] for bin in bins],
               [[i / 50, (i + 1) / 50] for i in range(50)])
        counts = collections.Counter(min(int(50 * value), 49) for value in values)
        expect(f'{name}: bins', [bin[2] for bin in bins], [counts[i] for i in range(50)])
        return
    if bins != sorted(bins) or not all(n > 0 and low < high for low, high, n in bins):
        fail(f'{name}: bins {bins}')
    for low, high, n in bins:
        expect(f'{name}: from {low} to {high}', n,
               sum(is_in(value, low, high) for value in values))
        widest = max(abs(low), abs(high)) / 16
        if high - low > max(widest, 2 ** -23):
            fail(f'{name}: a bin from {low} to {high}')


def is_missing(text):
    return text in MISSING or text.lower() == 'nan'


def check_statistics(report, rows_in, rows_out, number):
    statistics = report['statistics']
    for feature in statistics['features']:
        expect(f'missing values of {feature["name"]}', feature['missing'],
               sum(is_missing(row[feature['name']]) for row in rows_in))
    if 'label' in rows_out[0]:
        counts = collections.Counter(int(row['label']) for row in rows_out)
        expect('labels', statistics['labels'],
               [counts[i] for i in range(len(statistics['labels']))])
    names = [name for name in rows_out[0] if re.match('(proba|pred|margin)(_|$)', name)]
    expect('scores', sorted(score['name'] for score in statistics['scores']), sorted(names))
    for score in statistics['scores']:
        check_score(score, [number(row[score['name']]) for row in rows_out])


def float32(text):
    """The float32 whose shortest text this is, as a float."""
    import struct
    return struct.unpack('f', struct.pack('f', float(text)))[0]


class Page(html.parser.HTMLParser):
    """The texts of a page, which must be well-formed and take nothing from elsewhere."""
    EMPTY = {'meta', 'br', 'rect', 'line'}

    def __init__(self, content):
        super().__init__()
        self.open, self.texts = [], []
        self.feed(content)
        self.close()
        expect('open elements', self.open, [])

    def handle_starttag(self, tag, attrs):
        if {'src', 'href', 'onload'} & {name for name, _ in attrs} or tag in ('script', 'link'):
            fail(f'the page takes something from elsewhere: {tag} {attrs}')
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        expect('the element that ends', tag, self.open.pop())

    def handle_data(self, data):
        self.texts.append(data)


def check_page(path, report):
    with open(path, encoding='utf-8') as file:
        content = file.read()
    page = Page(content)
    text = '\n'.join(page.texts)
    files = [report['model'], report['output'], *report['inputs']]
    wanted = [NAME, f'{report["job"]["rows"]["read"]:,}', report['gpuclassify'],
              *(file['sha256'] for file in files),
              *(score['name'] for score in report['statistics']['scores']),
              *(share['device'] for share in report['job']['shares'])]
    for part in wanted:
        if part not in text:
            fail(f'the page lacks {part!r}')
    if 'url(' in content or 'http' in content.replace('http-equiv', ''):
        fail('the page names something elsewhere')


class Tests:
    def __init__(self, program, models, folder):
        self.program, self.models, self.folder = program, models, folder
        # No OpenCL driver is loaded: some leak, which a build with sanitizers would tell of.
        disabled = ','.join(filter(None, [os.environ.get('GPUCLASSIFY_DISABLE'), 'opencl']))
        os.environ['GPUCLASSIFY_DISABLE'] = disabled
        self.devices = subprocess.run([program, 'devices', '--names'], check=True, text=True,
                                      capture_output=True).stdout.split()

    def run(self, *arguments, exit_code=0):
        done = subprocess.run([self.program, *arguments], cwd=self.folder, capture_output=True,
                              text=True, timeout=120)
        expect(f'{arguments}: {done.stderr} exit code', done.returncode, exit_code)
        return done

    def make_input(self, model):
        source = os.path.join(self.models, model, 'in.csv')
        with open(source, newline='', encoding='utf-8') as file:
            header, *rows = file.read().splitlines()
        rng = random.Random(model)
        with open(os.path.join(self.folder, NAME), 'w', encoding='utf-8', newline='') as file:
            file.write('\n'.join([header, *(rng.choice(rows) for _ in range(N_ROWS))]) + '\n')

    def check_model(self, model, file, number, outputs):
        self.make_input(model)
        os.chdir(self.folder)
        path = os.path.join(self.models, model, file)
        first = None
        runs = [(device, threads, rows) for device in self.devices
                for threads, rows in (('1', '4096'), ('2', '37'))]
        for device, threads, rows in runs:
            command = ['-m', path, NAME, '-o', 'out.csv', '--output', outputs, '--device',
                       device, '--threads', threads, '--batch-rows', rows,
                       '--report', 'run.json', '--report', 'run.html']
            self.run(*command)
            with open('run.json', encoding='utf-8') as stream:
                report = json.load(stream)
            expect('hash of the model', report['model']['sha256'], about_file(path)['sha256'])
            expect('the input', report['inputs'], [about_file(NAME)])
            expect('the output', report['output'], about_file('out.csv'))
            expect('the device', report['device']['name'], device)
            expect('the command', sorted(report['command'][1:]), sorted(command))
            expect('shares', sum(share['rows'] for share in report['job']['shares']), N_ROWS)
            if first is None:
                first = report
                check_statistics(report, read_rows(NAME), read_rows('out.csv'), number)
                check_page('run.html', report)
            expect(f'statistics on {device}', report['statistics'], first['statistics'])
            expect(f'rows on {device}', report['job']['rows'], first['job']['rows'])
            if any(name.startswith('.') for name in os.listdir('.')):
                fail(f'left behind: {os.listdir(".")}')

    def bad_rows(self):
        model = os.path.join(self.models, 'xgb_exact', 'model.ubj')
        with open(os.path.join(self.models, 'xgb_exact', 'in.csv'), encoding='utf-8') as file:
            header, row, *_ = file.read().splitlines()
        with open('bad.csv', 'w', encoding='utf-8') as file:
            file.write('\n'.join([header, row, 'too,short', row,
                                  row + ',too,long', ','.join(['word'] * len(row.split(',')))]))
        self.run('-m', model, 'bad.csv', '-o', 'out.csv', '--bad-rows', 'skip', '--rejects',
                 'rejects.csv', '--report', 'run.json')
        with open('run.json', encoding='utf-8') as stream:
            report = json.load(stream)
        rows = report['job']['rows']
        expect('bad rows', {name: rows[name] for name in ('read', 'written', 'bad', 'skipped')},
               {'read': 5, 'written': 2, 'bad': 3, 'skipped': 3})
        expect('their kinds', {kind: n for kind, n in rows['bad_by_kind'].items() if n > 0},
               {'number of fields': 2, 'value that is none': 1})
        expect('the rejects', report['rejects'], about_file('rejects.csv'))

    def black_box_and_csv(self):
        with open('plain.csv', 'w', encoding='ascii') as file:
            file.write('id,x\n' + ''.join(f'{i},{i * i}\n' for i in range(500)))
        self.run('-m', 'blackbox:py3', 'plain.csv', '-o', 'out.csv', '--report', 'run.json')
        with open('run.json', encoding='utf-8') as stream:
            report = json.load(stream)
        with open('out.csv', newline='', encoding='ascii') as file:
            check_score(report['statistics']['scores'][0],
                        [float(row[-1]) for row in csv.reader(file)])
        done = self.run('csv', 'plain.csv', '-o', 'out.csv', '--report', '-')
        expect('rows of csv', json.loads(done.stdout)['job']['rows']['written'], 500)

    def mistakes(self):
        model = os.path.join(self.models, 'xgb_exact', 'model.ubj')
        before = sorted(os.listdir('.'))
        for arguments, said in (
                (['--report', 'run.txt'], 'ends in .json or .html'),
                (['--report', 'a.json', '--report', 'a.json'], "both go to 'a.json'"),
                (['--report', '-'], 'rows go to standard output'),
                (['--report', 'no/such/folder/a.json'], 'no/such/folder'),
                (['-o', 'a.json', '--report', 'a.json'], 'go to the same file'),
                (['-o', 'folder/', '--report', 'a.json'], 'one for each input')):
            done = self.run('-m', model, 'plain.csv', *arguments,
                            exit_code=1 if 'no/such/folder/a.json' in arguments else 2)
            if said not in done.stderr.splitlines()[0]:
                fail(f'{arguments}: {done.stderr!r} lacks {said!r}')
        # A job that fails leaves no report.
        self.run('-m', model, 'plain.csv', '-o', 'b.csv', '--report', 'b.json', exit_code=1)
        expect('files after mistakes', sorted(os.listdir('.')), before)


def main():
    program, models = map(os.path.abspath, sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(program, models, folder)
        for model, file, number, outputs in (
                ('xgb_softmax3', 'model.ubj', float32, 'label,proba,margin'),
                ('lgb_binary_sigmoid', 'model.txt', float, 'proba,label,margin'),
                ('lgb_regression_sqrt', 'model.txt', float, 'pred')):
            tests.check_model(model, file, number, outputs)
            print(model, 'on', ', '.join(tests.devices), flush=True)
        for step in (tests.bad_rows, tests.black_box_and_csv, tests.mistakes):
            step()
            print(step.__name__.replace('_', ' '), flush=True)
        os.chdir('/')


if __name__ == '__main__':
    main()
