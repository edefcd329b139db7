# SPDX-License-Identifier: Apache-2.0
"""Which options each command of gpuclassify has, by its help, and which options a text gives it."""
import re
import subprocess

OPTION = re.compile(r'(?<![^\s\[(])(--[a-z][a-z-]*|-[A-Za-z?])(?![\w-])')
COMMAND = re.compile(r'^ {2}([a-z]+) {2,}\S', re.MULTILINE)  # in the list of the program's help
LISTED = re.compile(r'^ {1,8}(?:(-.), +)?(--[a-z][a-z-]*)', re.MULTILINE)  # in a help
QUOTED = re.compile(r'\'([^\']*)\'|"((?:[^"\\]|\\.)*)"', re.DOTALL)
# Up to what ends a command in a shell.
CALL = re.compile(r'(?<![\w.-])(?:build/)?gpuclassify(?=[ \t])([^|;&<>()\n#]*)')


def options_of_help(text):
    return {option for pair in LISTED.findall(text) for option in pair if option}


def help_of(program, *words):
    return subprocess.run([program, *words, '--help'], capture_output=True, check=True, timeout=60).stdout.decode()


def read_options(program):
    """command -> the options that its help has."""
    commands = COMMAND.findall(help_of(program))
    options = {command: options_of_help(help_of(program, command)) for command in commands}
    for command in ['classify', 'csv', 'inspect', *commands]:
        if '--help' not in options.get(command, ()):
            raise ValueError(f'the help of {command} has no --help')
    return options


def calls(text, commands):
    """(command, options) of each gpuclassify command in shell text, those in quotes too."""
    text = text.replace('\\\n', ' ')
    for match in QUOTED.finditer(text):
        inner = match.group(1) if match.group(1) is not None else match.group(2)
        if 'gpuclassify' in inner:
            yield from calls(inner, commands)
    for match in CALL.finditer(QUOTED.sub('Q', text)):
        words = match.group(1).split()
        command = words[0] if words and words[0] in commands else 'classify'
        yield command, OPTION.findall(re.sub(r'(--[a-z-]+)=\S*', r'\1', match.group(1)))


def unknown_options(text, options):
    """Of each option in shell text that its command has not, a sentence."""
    for command, given in calls(text, options):
        for option in given:
            if option not in options[command]:
                yield f'gpuclassify {command} has no option {option}'
