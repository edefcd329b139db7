# SPDX-License-Identifier: Apache-2.0
"""Which options each command of gpuclassify has, by its help, and which options a text gives it."""
import re
import subprocess

COMMANDS = ['bench', 'classify', 'csv', 'devices', 'doctor', 'inspect', 'verify']
OPTION = re.compile(r'(?<![^\s\[(])(--[a-z][a-z-]*|-[A-Za-z?])(?![\w-])')
LISTED = re.compile(r'^ {1,8}(?:(-.), +)?(--[a-z][a-z-]*)', re.MULTILINE)  # in a help
QUOTED = re.compile(r'\'([^\']*)\'|"((?:[^"\\]|\\.)*)"', re.DOTALL)
# Up to what ends a command in a shell.
CALL = re.compile(r'(?<![\w.-])(?:build/)?gpuclassify(?=[ \t])([^|;&<>()\n#]*)')


def options_of_help(text):
    return {option for pair in LISTED.findall(text) for option in pair if option}


def read_options(program):
    """command -> the options that its help has."""
    options = {}
    for command in COMMANDS:
        done = subprocess.run([program, command, '--help'], capture_output=True, check=True, timeout=60)
        options[command] = options_of_help(done.stdout.decode())
        if '--help' not in options[command]:
            raise ValueError(f'the help of {command} has no --help: {done.stdout!r}')
    return options


def calls(text):
    """(command, options) of each gpuclassify command in shell text, those in quotes too."""
    text = text.replace('\\\n', ' ')
    for match in QUOTED.finditer(text):
        inner = match.group(1) if match.group(1) is not None else match.group(2)
        if 'gpuclassify' in inner:
            yield from calls(inner)
    for match in CALL.finditer(QUOTED.sub('Q', text)):
        words = match.group(1).split()
        command = words[0] if words and words[0] in COMMANDS else 'classify'
        yield command, OPTION.findall(re.sub(r'(--[a-z-]+)=\S*', r'\1', match.group(1)))


def unknown_options(text, options):
    """Of each option in shell text that its command has not, a sentence."""
    for command, given in calls(text):
        for option in given:
            if option not in options[command]:
                yield f'gpuclassify {command} has no option {option}'
