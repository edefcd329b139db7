#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs whole jobs with OpenCL calls that fail, by the fault layer: a job of a forced device
ends with the right bytes, or with exit code 3, a message that names what failed and no
output; one of "auto" always ends with the right bytes. Nothing hangs, crashes or leaks, and
a job of the CPU makes no call at all.

usage: check_faults.py GPUCLASSIFY FAULT_LAYER SOURCES [calls | all]

Each function that the program calls fails at its call 0, 1, 4, 16 ... and the last, with
codes in turn, once and from then on in turn; with `calls`, at every call; with `all`, at
every call with every code both once and from then on.
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
# Beside the scalar engine even OpenCL on the CPU is worth its while to "auto".
AS_GPU = {'GPU': 1}
NO_SIMD = {'GPUCLASSIFY_DISABLE': 'avx512,avx2,sse42'}
TIMEOUT_S = 60
# A device that does not answer a question is found wanting, not the question.
NAMED = re.compile(r"(cl[A-Z]\w+|kernel \w+): CL_\w+ \(-\d+\)|opencl:0\.0'?: .")


class Run:
    """How a job ended."""

    def __init__(self, code, error, folder, report):
        self.code, self.error, self.report = code, error, report
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        self.output = files.pop('out.csv', None)
        self.left = list(files)

    def complaint(self, device, expected):
        """What is wrong with the run, or None."""
        if self.code not in (0, 3):
            return f'exit code {self.code}'
        if self.left:
            return f'{self.left} are left behind'
        if self.report.get('objects', 0) != 0:
            return f'{self.report["objects"]} objects are not released'
        if self.code == 0 and any(not line.startswith('gpuclassify: warning: ')
                                  for line in self.error.splitlines()):
            return 'more than warnings'
        if self.code == 0:
            return None if self.output == expected else 'wrong bytes'
        if device == 'auto':
            return 'the CPU does not take over'
        if self.output is not None:
            return 'an output in spite of the failure'
        if self.error.count('\n') != 1 or not NAMED.search(self.error):
            return 'the message does not name what failed'
        return None


class Job:
    """A command line without device and output, and the bytes that it gives."""

    def __init__(self, program, layer, model, input_path):
        self.program, self.layer, self.name = program, layer, input_path.parent.name
        self.arguments = ['-m', model, '--threads', '2', '--batch-rows', '64']
        self.input_path, self.input = input_path, input_path.read_bytes()
        self.expected = self.run('scalar').output

    def run(self, device, faults=None, source='-', **environment):
        with tempfile.TemporaryDirectory() as name:
            report_path, folder = pathlib.Path(name, 'report'), pathlib.Path(name, 'out')
            folder.mkdir()
            environment = dict(os.environ, OPENCL_LAYERS=self.layer,
                               GPUC_FAULT_REPORT=str(report_path), **environment)
            for variable, value in (faults or {}).items():
                environment[f'GPUC_FAULT_{variable}'] = str(value)
            # Of a pipe "auto" does not know how short the job is.
            try:
                done = subprocess.run([self.program, *self.arguments, '--device', device, source,
                                       '-o', folder / 'out.csv'], input=self.input,
                                      env=environment, capture_output=True, timeout=TIMEOUT_S)
            except subprocess.TimeoutExpired:
                return Run('none: it hangs', '', folder, {})
            report = report_path.read_text().split('\n')[:-1] if report_path.exists() else []
            report = {name: int(count) for name, count in map(str.split, report)}
            return Run(done.returncode, done.stderr.decode(), folder, report)


def calls_of(job, device, base, environment):
    """How often a run calls each function, and runs kernels."""
    calls = job.run(device, base, **environment).report
    del calls['objects'], calls['faults']
    calls['kernel'] = calls['clEnqueueNDRangeKernel']
    return {function: n_calls for function, n_calls in calls.items() if n_calls > 0}


def faults_of(calls, extent):
    """The faults to try."""
    kinds = [dict(CODE=code, **for_ever) for code in CODES.values()
             for for_ever in ({}, {'FOR_EVER': 1})]
    turns = itertools.cycle(kinds)
    for function, n_calls in calls.items():
        powers = (4 ** i for i in itertools.count())
        few = {0, *itertools.takewhile(lambda at: at < n_calls, powers), n_calls - 1}
        for at in sorted(few) if extent == 'few' else range(n_calls):
            for kind in kinds if extent == 'all' else [next(turns)]:
                yield dict(FUNCTION=function, AT=at, **kind)


def check_faults(job, device, extent, base=None, **environment):
    """Tries all faults and returns what is wrong."""
    base = base or {}
    calls = calls_of(job, device, base, environment)
    n = dict.fromkeys(['went on', 'of them with a warning', 'ended with 3',
                       'did not come so far'], 0)
    wrong = []
    sites = set()

    def try_one(faults):
        return faults, job.run(device, dict(base, **faults), **environment)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for faults, run in pool.map(try_one, faults_of(calls, extent)):
            sites.add((faults['FUNCTION'], faults['AT']))
            what = run.complaint(device, job.expected)
            if what:
                wrong.append(f'{job.name}, {device}, {faults}: {what}; {run.error}')
            n['went on'] += run.code == 0
            n['of them with a warning'] += run.code == 0 and run.error != ''
            n['ended with 3'] += run.code == 3
            n['did not come so far'] += run.report.get('faults') == 0
    print(f'{job.name}, {device}: {sum(calls.values())} calls; {len(sites)} of them failed, '
          f'with {len(CODES)} codes, in {n["went on"] + n["ended with 3"]} runs: '
          + ', '.join(f'{count} {what}' for what, count in n.items())
          + f'; {len(wrong)} failures', flush=True)
    if device == 'auto' and n['of them with a warning'] == 0:
        wrong.append(f'{job.name}: auto lost no device')
    return wrong


def check_sizes(job):
    """Runs on devices whose buffers have a largest size: little memory is enough."""
    wrong = []
    codes = []
    for size in (0, 1 << 10, 1 << 14, 1 << 17, 1 << 20, 1 << 30):
        run = job.run(DEVICE, {'MAX_SIZE': size})
        codes.append(run.code)
        what = run.complaint(DEVICE, job.expected)
        if what or (size >= 1 << 20 and run.code != 0):
            wrong.append(f'{job.name}, {size} bytes: {what}; {run.error}')
    print(f'{job.name}, buffers from nothing to 1 GiB: exit codes {codes}')
    return wrong


def check_cpu(job):
    """Jobs that need no OpenCL make no call: a broken driver cannot take them down."""
    wrong = []
    for device, disabled, source in [('cpu', '', '-'), ('scalar', '', '-'),
                                     ('auto', 'opencl', '-'), ('auto', '', job.input_path)]:
        run = job.run(device, AS_GPU, source, GPUCLASSIFY_DISABLE=disabled)
        if run.code != 0 or run.output != job.expected or sum(run.report.values()) != 0:
            wrong.append(f'{job.name}, {device}: {run.code}, {run.report}, {run.error}')
    print(f'{job.name}: no call with cpu, scalar, auto and a short file, or without OpenCL')
    return wrong


def unknown_calls(sources, layer_header):
    """Functions that the program calls and that the layer does not know."""
    known = set(re.findall(r'X\((cl\w+)\)', layer_header.read_text()))
    called = set()
    for path in sources.glob('*.c'):
        called |= set(re.findall(r'\b(cl[A-Z]\w+)\(', path.read_text()))
    return sorted(called - known)


def main():
    program, layer, sources = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    extent = sys.argv[4] if len(sys.argv) > 4 else 'few'
    unknown = unknown_calls(sources / 'host/opencl', sources / 'tests/opencl/failing_calls.h')
    if unknown:
        sys.exit(f'failing_calls.h does not have {unknown}')
    forest = sources / 'tests/golden/models/lgb_rf'
    texts = sources / 'tests/golden/blackbox/plain-137'
    jobs = [Job(program, layer, forest / 'model.txt', forest / 'in.csv'),
            Job(program, layer, 'blackbox:py3', texts / 'in.csv')]
    without_faults = jobs[0].run(DEVICE)
    if without_faults.code == 3:
        print(f'skipped: {without_faults.error}')
        sys.exit(77)
    if not without_faults.report:
        sys.exit('the fault layer is not loaded')
    wrong = []
    for job in jobs:
        wrong += check_cpu(job)
        wrong += check_sizes(job)
        wrong += check_faults(job, DEVICE, extent)
        wrong += check_faults(job, 'auto', extent, AS_GPU, **NO_SIMD)
    if wrong:
        sys.exit('\n'.join(wrong[:20]))


if __name__ == '__main__':
    main()
