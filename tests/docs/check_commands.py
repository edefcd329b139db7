#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every command of a Markdown page, as somebody does who pastes one block after the other.

A page's ```sh blocks run in one fresh folder that has the source's folders as links, `build` for the program's, and the
program on PATH. They end at the first command that fails, as with `bash -e -o pipefail`; a writer whose reader has seen
enough (`... | head`) has not failed. Words after `sh` say more:

    no-run              cannot run in a test (root, a network, Slurm, ...): only its syntax and options are checked
    ends=STATUS,STATUS  the block ends with one of these exit statuses, and not with 0
    needs=NAME,NAME     runs only where each is a usable device or an installed program; `plain-build`: where the program
                        was built without sanitizers, so that others can be linked with its library
    mistyped            options that do not exist are meant

A ```text block right behind an ```sh block is what it prints, standard error too. A line `...` there stands for any
lines, `...` in a line for any text. A block of another language with the word `file=NAME` is put into that file. What is
skipped is counted and named. Options of gpuclassify in any code must be in the help of their command, and ```python blocks
must be Python.

usage: check_commands.py PROGRAM SOURCE PAGE
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from markdown_page import read_page
from program_options import read_options, unknown_options

SECONDS_MAX = 300
READER_GONE = 128 + 13  # ended by SIGPIPE
STRICT = f'set -E -o pipefail; trap \'status=$?; ((status == {READER_GONE})) || exit "$status"\' ERR\n'


class Checker:
    def __init__(self, program, source, page):
        self.program, self.source, self.page = program, source, page
        self.options = read_options(program)
        self.counts = {'ran': 0, 'compared': 0, 'skipped': 0}
        self.n_faults = 0

    def say(self, line, text):
        print(f'{self.page.path.name}:{line}: {text}', flush=True)

    def fault(self, line, text):
        self.n_faults += 1
        self.say(line, text)

    def check_options(self):
        """In blocks of any language and in code spans; `--option` alone may be any command's, or a script's."""
        known = set().union(*self.options.values())
        code = [(block.line, block.text) for block in self.page.blocks 
                if block.language != 'text' and 'mistyped' not in block.words]
        for line, text in [*code, *self.page.spans()]:
            faults = list(unknown_options(text, self.options))
            alone = re.match(r'(--[a-z][a-z-]*)\b', text)
            if alone and alone.group(1) not in known and not self.script_has(alone.group(1)):
                faults.append(f'no command has an option {alone.group(1)}')
            for fault in faults:
                self.fault(line, fault)

    def script_has(self, option):
        whole = re.compile(re.escape(option) + r'(?![\w-])')
        return any(whole.search(path.read_text(encoding='utf-8', errors='replace')) for folder in ('bench', 'tools')
                   for path in (self.source / folder).iterdir() if path.is_file())

    def check_python(self, block):
        try:
            compile(block.text, self.page.path.name, 'exec')
        except SyntaxError as error:
            self.fault(block.line + (error.lineno or 0), f'no Python: {error.msg}')

    def missing(self, words):
        """Why a block cannot run here; None if it can."""
        if 'no-run' in words:
            return 'no-run'
        names = [name for word in words if word.startswith('needs=') for name in word[6:].split(',')]
        lacks = [name for name in names if not self.has(name)]
        return f'for want of {", ".join(lacks)}' if lacks else None

    def has(self, name):
        if name == 'plain-build':
            cache = pathlib.Path(self.program).parent / 'CMakeCache.txt'
            return cache.exists() and re.search(r'^GPUC_SANITIZE:\w+=.', cache.read_text(), re.MULTILINE) is None
        return shutil.which(name) is not None or self.has_device(name)

    def has_device(self, name):
        done = subprocess.run([self.program, 'devices'], capture_output=True, timeout=SECONDS_MAX, check=True)
        return any(line.split(' yes ')[0].split().count(name) for line in done.stdout.decode().splitlines()
                   if ' yes ' in line)

    def check_shell(self, block, expected, folder):
        unknown = [w for w in block.words[1:] if not re.fullmatch(r'no-run|ends=\d+(,\d+)*|needs=\S+|mistyped', w)]
        if unknown:
            return self.fault(block.line, f'not known: {" ".join(unknown)}')
        syntax = subprocess.run(['bash', '-n'], input=block.text.encode(), capture_output=True, check=False)
        if syntax.returncode != 0:
            return self.fault(block.line, f'not the shell\'s language: {syntax.stderr.decode()}')
        missing = self.missing(block.words)
        if missing:
            self.counts['skipped'] += 1
            return self.say(block.line, f'skipped: {missing}')
        done = subprocess.run(['bash', '-c', STRICT + block.text], cwd=folder, env=self.environment(folder),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=SECONDS_MAX, check=False)
        self.counts['ran'] += 1
        ended = 0 if done.returncode == READER_GONE else done.returncode
        printed = done.stdout.decode('utf-8', 'backslashreplace')
        wanted = next((w[5:].split(',') for w in block.words if w.startswith('ends=')), ['0'])
        if str(ended) not in wanted:
            return self.fault(block.line, f'ended with {ended} and not with {" or ".join(wanted)}:\n{printed}')
        if expected is not None:
            self.counts['compared'] += 1
            if not re.fullmatch(pattern_of(expected.text), printed):
                return self.fault(expected.line, f'shows\n{expected.text}but this is printed\n{printed}')
        return None

    def environment(self, folder):
        """Its own home, but the caches of drivers: compiling kernels takes seconds."""
        home = pathlib.Path.home()
        return os.environ | {
            'HOME': str(folder), 'LC_ALL': 'C.UTF-8', 'TERM': 'dumb',
            'XDG_CACHE_HOME': os.environ.get('XDG_CACHE_HOME', str(home / '.cache')),
            'PATH': f'{pathlib.Path(self.program).parent}:{os.environ["PATH"]}'}

    def prepare(self, folder):
        for path in self.source.iterdir():
            if path.is_dir() and not path.name.startswith(('.', 'build')):
                (folder / path.name).symlink_to(path)
        (folder / 'build').symlink_to(pathlib.Path(self.program).parent)

    def check_blocks(self, folder):
        shell = None  # the block before, if it is one
        blocks = self.page.blocks
        for block, after in zip(blocks, [*blocks[1:], None]):
            for name in (word[5:] for word in block.words if word.startswith('file=')):
                (folder / name).write_text(block.text, encoding='utf-8')
            if block.language == 'sh':
                self.check_shell(block, after if is_output(after, block) else None, folder)
            elif block.language == 'python':
                self.check_python(block)
            elif block.language == 'text' and not is_output(block, shell):
                self.fault(block.line, 'text that no sh block right above it prints')
            shell = block if block.language == 'sh' else None


def is_output(block, shell):
    """Whether a block is what a shell block right above it prints."""
    return block is not None and shell is not None and block.language == 'text' and block.line_before == shell.last_line


def pattern_of(expected):
    """The regular expression of what a text block stands for."""
    pattern = ''
    for line in expected.splitlines():
        if line.strip() == '...':
            pattern += r'(?:[^\n]*\n)*'
        else:
            pattern += '[^\n]*'.join(map(re.escape, line.split('...'))) + '\n'
    return pattern


def main():
    program, source, path = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    checker = Checker(program, source, read_page(path))
    checker.check_options()
    with tempfile.TemporaryDirectory() as folder:
        checker.prepare(pathlib.Path(folder))
        checker.check_blocks(pathlib.Path(folder))
    print(f'{path.name}: ' + ', '.join(f'{n} {what}' for what, n in checker.counts.items()) +
          f'; {checker.n_faults} faults')
    return 1 if checker.n_faults else 0


if __name__ == '__main__':
    sys.exit(main())
