#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs whole jobs with OpenCL calls that fail, by the fault layer: a job of a forced device
ends with the right bytes, or with exit code 3, a message that names what failed and no
output; one of `auto` ends with the right bytes. Nothing hangs, crashes or leaks.

usage: check_faults.py GPUCLASSIFY FAULT_LAYER TESTS [all]

Each function that the program calls fails at its first, second, third, fifth, ninth ... and
last call, once and from then on, with codes in turn; with `all`, at every call with every
code.
"""
import concurrent.futures
import itertools
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CODES = {'CL_DEVICE_NOT_AVAILABLE': -2, 'CL_MEM_OBJECT_ALLOCATION_FAILURE': -4,
         'CL_OUT_OF_RESOURCES': -5, 'CL_OUT_OF_HOST_MEMORY': -6, 'CL_INVALID_VALUE': -30,
         'CL_INVALID_COMMAND_QUEUE': -36}
DEVICE = 'opencl:0.0'
TIMEOUT_S = 60
NAMED = re.compile(r"(cl[A-Z]\w+|kernel \w+): CL_\w+ \(-\d+\)|device '[^']+': ")


class Job:
    """A command line without device and output, and the bytes that it gives."""

    def __init__(self, program, layer, name, arguments):
        self.program, self.layer, self.name = program, layer, name
        self.arguments = [*arguments, '--threads', '2', '--batch-rows', '64']
        self.expected = self.run('scalar', {})['output']

    def run(self, device, faults):
        with tempfile.TemporaryDirectory() as folder:
            report = pathlib.Path(folder, 'report')
            output = pathlib.Path(folder, 'out', 'out.csv')
            output.parent.mkdir()
            environment = dict(os.environ, OPENCL_LAYERS=self.layer,
                               GPUC_FAULT_REPORT=str(report))
            environment.update((f'GPUC_FAULT_{name}', str(value))
                               for name, value in faults.items())
            try:
                done = subprocess.run(
                    [self.program, *self.arguments, '-o', output, '--device', device],
                    env=environment, capture_output=True, timeout=TIMEOUT_S)
            except subprocess.TimeoutExpired:
                return {'exit': 'none: it hangs', 'error': '', 'output': None}
            lines = report.read_text().split('\n')[:-1] if report.exists() else []
            files = os.listdir(output.parent)
            return {'exit': done.returncode, 'error': done.stderr.decode(),
                    'output': output.read_bytes() if output.exists() else None,
                    'left': [file for file in files if file != output.name],
                    'report': dict(line.split(' ') for line in lines)}


def complaint(job, device, got):
    """What is wrong with a run, or nothing."""
    if got['exit'] not in (0, 3):
        return f'exit code {got["exit"]}'
    if got['left']:
        return f'leaves {got["left"]}'
    if got['report'] and got['report']['objects'] != '0':
        return f'{got["report"]["objects"]} objects are not released'
    if got['exit'] == 0:
        return None if got['output'] == job.expected else 'wrong bytes'
    if device == 'auto':
        return 'auto gives up'
    if got['output'] is not None:
        return 'fails and leaves an output'
    if got['error'].count('\n') != 1 or not NAMED.search(got['error']):
        return 'the message does not name what failed'
    return None


def ordinals(n_calls, every):
    if every:
        return range(n_calls)
    steps = itertools.takewhile(lambda at: at < n_calls - 1, (2 ** i for i in itertools.count()))
    return sorted({0, *steps, n_calls - 1})


def faults_of(job, device, base, every):
    """The faults to try: of each function called, and of the kernels."""
    report = job.run(device, base)['report']
    if not report:
        sys.exit(f'{job.name}: the layer is not loaded')
    report['kernel'] = report['clEnqueueNDRangeKernel']
    codes = itertools.cycle(CODES.values())
    for function, n_calls in report.items():
        if function in ('objects', 'failed') or n_calls == '0':
            continue
        for at in ordinals(int(n_calls), every):
            for for_ever in ({}, {'FOR_EVER': 1}):
                for code in CODES.values() if every else [next(codes)]:
                    yield dict(base, FUNCTION=function, AT=at, CODE=code, **for_ever)


def check(job, device, base, every):
    """Tries all faults; returns how many and what is wrong with them."""
    def try_one(faults):
        got = job.run(device, faults)
        return faults, got, complaint(job, device, got)

    wrong = []
    counts = {'survived': 0, 'exit 3': 0, 'not reached': 0}
    sites = set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for faults, got, what in pool.map(try_one, faults_of(job, device, base, every)):
            sites.add((faults['FUNCTION'], faults['AT']))
            if what:
                wrong.append(f'{job.name}, {device}, {faults}: {what}; {got["error"]}')
            elif got['report']['failed'] == 'nothing':
                counts['not reached'] += 1
            else:
                counts['survived' if got['exit'] == 0 else 'exit 3'] += 1
    n_runs = sum(counts.values()) + len(wrong)
    print(f'{job.name}, {device}: {len(sites)} call sites, {n_runs} faults: '
          + ', '.join(f'{n} {name}' for name, n in counts.items())
          + f', {len(wrong)} failures', flush=True)
    return wrong


def main():
    program, layer, tests = sys.argv[1:4]
    every = sys.argv[4:] == ['all']
    forest = f'{tests}/golden/models/lgb_rf'
    texts = f'{tests}/golden/blackbox/plain-137'
    jobs = [Job(program, layer, 'forest', ['-m', f'{forest}/model.txt', f'{forest}/in.csv']),
            Job(program, layer, 'blackbox', ['-m', 'blackbox:py3', f'{texts}/in.csv'])]
    wrong = []
    for job in jobs:
        wrong += check(job, DEVICE, {}, every)
    if wrong:
        sys.exit('\n'.join(wrong[:20]))


if __name__ == '__main__':
    main()
