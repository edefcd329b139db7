#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Drives gpuclassify on a pseudo-terminal, as a person sees it: the progress line, a window that
becomes narrower, Ctrl-C, SIGUSR1, NO_COLOR, TERM=dumb, and no terminal at all. What it prints
goes through a small terminal, on which no line may wrap and nothing may be left over.

A job is held up by its output, a pipe that is read only when the time has come, or by its
input; so nothing here depends on how fast the machine is.

usage: check_terminal.py GPUCLASSIFY MODEL_FOLDER
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

PATIENCE_S = 60
HELD_UP_BYTES = 2 << 20
N_ROWS = 60000
LIVE = r'in\.csv +\d+% +[\d,]+ rows +[\d,]+ rows/s +[\d.]+ MB/s +ETA \d+:\d\d'
SUMMARY = (rf'gpuclassify: {N_ROWS:,} rows in, {N_ROWS:,} out, [\d.]+ s, [\d,]+ rows/s, '
           r'[\d.]+ MB/s, scalar, 1 thread')


def fail(message):
    sys.exit(f'check_terminal: {message}')


class Screen:
    """A terminal that knows CR and LF only; everything else in what comes is a fault."""

    def __init__(self):
        self.lines = ['']
        self.column = 0

    def write(self, text):
        for character in text:
            if character == '\n':
                self.lines.append('')
            elif character == '\r':
                self.column = 0
            elif character < ' ':
                fail(f'a control character: {character!r} after {self.lines}')
            else:
                line = self.lines[-1].ljust(self.column)
                self.lines[-1] = line[:self.column] + character + line[self.column + 1:]
                self.column += 1

    def left(self):
        return [line.rstrip() for line in self.lines if line.strip()]


class Job:
    """A run of the program. Its standard error is a terminal of so many columns, or a pipe; its
    output a pipe that nobody reads until finish(), unless a file is named."""

    def __init__(self, arguments, folder, columns=100, environment=(), stdin=subprocess.DEVNULL,
                 stdout=None):
        env = {**os.environ, 'TERM': 'xterm', **dict(environment)}
        self.is_terminal = columns is not None
        self.screen = Screen()
        self.said = ''
        if self.is_terminal:
            self.master, err = pty.openpty()
            self.resize(columns)
        else:
            self.master, err = os.pipe()
        self.process = subprocess.Popen(
            arguments, cwd=folder, env=env, stdin=stdin, stderr=err, start_new_session=True,
            stdout=err if stdout == 'terminal' else stdout or subprocess.PIPE,
            preexec_fn=(lambda: fcntl.ioctl(2, termios.TIOCSCTTY, 0))
            if self.is_terminal else None)
        os.close(err)
        # So much that the first batches have been counted; then it is held up.
        self.out = self.process.stdout.read(HELD_UP_BYTES) if self.process.stdout else b''

    def resize(self, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))

    def lines_from_now(self):
        """The next lines: what stands between carriage returns, without the blanks that wipe.
        The first may have been made before the call."""
        while select.select([self.master], [], [], 0)[0] and self.read():
            pass
        return self.read_until(r'\r[^\r]*\r[^\r]*\r[^\r]*(?=\r)', len(self.said)).split('\r')[2:]

    def read(self):
        try:
            text = os.read(self.master, 1 << 16).decode()
        except OSError:  # a terminal whose last program has ended
            return False
        # The terminal makes CR LF of LF.
        text = text.replace('\r\n', '\n\r') if self.is_terminal else text
        self.said += text
        self.screen.write(text)
        return text != ''

    def read_until(self, pattern, begin=0):
        """Reads until the pattern is found behind `begin`; returns what it is."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = re.search(pattern, self.said[begin:])
            if found:
                return found.group()
            if not select.select([self.master], [], [], deadline - time.monotonic())[0]:
                fail(f'{pattern!r} did not come in {PATIENCE_S} s; said: {self.said[-300:]!r}')
            if not self.read():
                fail(f'{pattern!r} never came; said: {self.said[-300:]!r}')

    def finish(self, exit_code=0):
        """Takes the output, and reads what is said until the end; returns the output."""
        out = self.out + (self.process.stdout.read() if self.process.stdout else b'')
        while self.read():
            pass
        code = self.process.wait(PATIENCE_S)
        if code != exit_code:
            fail(f'exit code {code} instead of {exit_code}; said: {self.said[-300:]!r}')
        if self.process.stdout:
            self.process.stdout.close()
        os.close(self.master)
        return out


def expect(what, got, pattern):
    if not re.fullmatch(pattern, got):
        fail(f'{what}: {got!r} instead of {pattern!r}')


class Tests:
    def __init__(self, program, models, folder):
        self.folder = folder
        self.input = 'in.csv'
        model = os.path.join(models, 'xgb_softmax3')
        with open(os.path.join(model, 'in.csv'), encoding='utf-8') as file:
            header, *rows = file.read().splitlines()
        with open(os.path.join(folder, self.input), 'w', encoding='utf-8') as file:
            file.write('\n'.join([header] + [rows[i % len(rows)] for i in range(N_ROWS)]) + '\n')
        self.command = [program, '-m', os.path.abspath(os.path.join(model, 'model.ubj')), '--device', 'scalar',
                        '--threads', '1']
        self.files = sorted(os.listdir(folder))

    def start(self, *arguments, **settings):
        return Job([*self.command, *arguments], self.folder, **settings)

    def run_plain(self):
        self.plain = subprocess.run([*self.command, self.input], check=True,
                                    cwd=self.folder, capture_output=True, timeout=PATIENCE_S)
        expect('without a terminal', self.plain.stderr.decode(), '')

    def check_end(self, job, *messages):
        """The job ends well, its line is gone, and only messages are left."""
        if job.finish() != self.plain.stdout:
            fail('the output is not that of a run without a terminal')
        left = job.screen.left()
        if len(left) != len(messages):
            fail(f'left on the screen: {left}')
        for line, message in zip(left, messages):
            expect('a line that stays', line, message)

    def line_and_resize(self):
        job = self.start(self.input)
        line = job.read_until(LIVE)
        if not 0 <= int(re.search(r'(\d+)%', line).group(1)) < 100:
            fail(f'how far it is: {line!r}')
        for columns in (46, 24, 12, 3, 100):
            job.resize(columns)
            for line in job.lines_from_now():
                # A character in the last column would make some terminals wrap.
                if len(line) >= columns or bool(re.search(r'\d%', line)) != (columns > 3):
                    fail(f'in {columns} columns: {line!r}')
        self.check_end(job, SUMMARY)

    def asked_by_a_signal(self):
        for quiet, terminal in ((False, True), (True, True), (True, False)):
            job = self.start(self.input, *(['-q'] if quiet else []),
                             columns=120 if terminal else None)
            if not quiet:
                job.read_until(LIVE)
            os.kill(job.process.pid, signal.SIGUSR1)
            job.read_until(rf'gpuclassify: {LIVE}')
            self.check_end(job, rf'gpuclassify: {LIVE}', *([] if quiet else [SUMMARY]))

    def interrupted(self):
        for rows in ('', 'half a row'):
            reader, writer = os.pipe()
            out = os.path.join(self.folder, 'out.csv')
            job = self.start('-', '-o', out, stdin=reader, stdout=subprocess.DEVNULL)
            os.close(reader)
            with open(os.path.join(self.folder, self.input), 'rb') as file:
                os.write(writer, file.read(2000) + rows.encode())
            job.read_until(r'<stdin>  [\d,]+ rows')
            os.write(job.master, b'\x03')
            job.finish(-signal.SIGINT)
            os.close(writer)
            left = job.screen.left()
            expect('after Ctrl-C', ' / '.join(left),
                   rf'\^C|(\^C)?gpuclassify: stopped; {re.escape(out)} is as it was before')
            if sorted(os.listdir(self.folder)) != self.files:
                fail(f'Ctrl-C left {os.listdir(self.folder)}')

    def plain_terminals(self):
        job = self.start(self.input, environment={'NO_COLOR': '1'})
        job.read_until(LIVE)
        self.check_end(job, SUMMARY)
        for term, arguments in (('dumb', []), ('xterm', ['--progress=never'])):
            job = self.start(self.input, *arguments, environment={'TERM': term})
            self.check_end(job, SUMMARY)
            if '\r' in job.said.replace('\n\r', ''):
                fail(f'TERM={term} {arguments}: a live line: {job.said!r}')

    def rows_on_the_terminal(self):
        job = self.start(self.input, '--columns', 'none', '--output', 'label', stdout='terminal',
                         columns=200)
        job.finish()
        left = job.screen.left()
        if len(left) != N_ROWS + 2 or left[0] != 'label' or not all(
                re.fullmatch('[012]', line) for line in left[1:-1]):
            fail(f'rows on the terminal: {len(left)} lines, {left[:3]}')
        expect('after the rows', left[-1], SUMMARY)

    def begin_lines_in_a_pipe(self):
        """Begun early, for whole lines come seconds apart."""
        self.piped = self.start(self.input, '--progress', columns=None)

    def lines_in_a_pipe(self):
        self.piped.read_until(rf'gpuclassify: {LIVE}\n')
        if self.piped.finish() != self.plain.stdout:
            fail('the output is not that of a run without --progress')
        expect('--progress in a pipe', self.piped.said, rf'(gpuclassify: {LIVE}\n)+{SUMMARY}\n')


def main():
    program, models = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(os.path.abspath(program), models, folder)
        steps = [tests.begin_lines_in_a_pipe, tests.run_plain, tests.line_and_resize,
                 tests.asked_by_a_signal, tests.interrupted, tests.plain_terminals,
                 tests.rows_on_the_terminal, tests.lines_in_a_pipe]
        for step in steps:
            step()
            print(step.__name__.replace('_', ' '), flush=True)


if __name__ == '__main__':
    main()
