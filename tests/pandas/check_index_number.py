#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares gpuc_index_number_read() with the rules it follows, written anew here, or with
the index that pandas itself makes of the texts.

usage: check_index_number.py READ_NUMBERS COUNT [--pandas]

Exits with 77 (skipped) where pandas is asked for and absent.
"""
import io
import random
import re
import struct
import subprocess
import sys

POWERS = [float(f"1e{power}") for power in range(309)]
MISSING = set("""#N/A #NA -1.#IND -1.#QNAN -NaN -nan 1.#IND 1.#QNAN <NA> N/A NA NULL NaN None
n/a nan null""".split()) | {"", "#N/A N/A"}
NUMBER = re.compile(r"[ \t\n\v\f\r]*([+-]?)([0-9]*)(\.?)([0-9]*)(?:([eE])([+-]?)([0-9]{1,17}))?"
                    r"[ \t\n\v\f\r]*")


def bits_of(value):
    return struct.pack(">d", value).hex()


def rounded(text):
    """The double of the reading rules, or None if refused; and whether it is an integer."""
    match = NUMBER.fullmatch(text)
    if not match or not match[2] + match[4]:
        return None, False
    sign, integer, point, fraction, letter, exponent_sign, exponent = match.groups()
    number = 0.0
    for digit in integer[:17]:
        number = number * 10 + int(digit)
    counted = fraction[:17 - len(integer[:17])]
    for digit in counted:
        number = number * 10 + int(digit)
    scale = len(integer[17:]) - len(counted)
    if sign == "-":
        number = -number
    if exponent:
        if int(exponent) >= 2 ** 31:
            return None, False
        scale += int(exponent_sign + exponent)
    if scale > 308:
        return None, False
    if scale > 0:
        number *= POWERS[scale]
    elif scale >= -308:
        number /= POWERS[-scale]
    elif scale >= -616:
        number /= POWERS[-308 - scale]
        number /= POWERS[308]
    else:
        number = 0.0
    if number in (float("inf"), float("-inf")):
        return None, False
    return number, not point and not letter


def expected(text):
    whole, nul, _ = text.partition("\0")
    number, is_integer = rounded(whole)
    if number is None:
        match = re.fullmatch(r"([+-]?)(?:inf|infinity)", whole, re.IGNORECASE | re.ASCII)
        return f"float {bits_of(float(match[1] + 'inf'))}" if match else "refused"
    if not is_integer:
        return f"float {bits_of(number)}"
    value = int(whole)
    if nul or not -2 ** 63 <= value < 2 ** 64:
        return "refused"
    return f"integer {value} {bits_of(number)}"


def digits(source, most):
    return "".join(source.choices("0123456789", k=source.randint(0, most)))


def random_text(source):
    shape = source.random()
    if shape < 0.15:
        return str(source.randrange(10 ** source.randint(1, 21)))
    if shape < 0.2:
        return str(source.choice([2 ** 63, 2 ** 64, -2 ** 63]) + source.randint(-3, 3))
    if shape < 0.25:
        zeros = source.choice([0, 1, 15, 16, 17, 290, 307, 308, 309])
        return source.choice(["", "-"]) + "0" * zeros + digits(source, 40)
    if shape < 0.3:
        word = "".join(source.choice(c + c.upper()) for c in source.choice(["inf", "infinity"]))
        return source.choice(["", "+", "-", " ", "--"]) + word + source.choice(["", "", " ", "x"])
    text = source.choice([""] * 12 + [" ", "\t", "\v \f", "\u00a0", "\x1c"])
    text += source.choice([""] * 7 + ["+", "-", "-", "+-"])
    text += digits(source, source.choice([1, 3, 8, 19, 40]))
    if source.random() < 0.7:
        text += "." + digits(source, source.choice([3, 19, 60, 330]))
    if source.random() < 0.6:
        text += source.choice("eeeE") + source.choice(["", "", "-", "-", "-", "+"] * 3 + ["+-"])
        text += source.choice([str(source.randint(0, 40)), str(source.randint(250, 345)),
                               str(source.randint(590, 640)), "0" * source.randint(0, 18) + "7",
                               str(source.randint(2 ** 31 - 40, 2 ** 31 - 20)),
                               str(source.randint(10 ** 10, 10 ** 16)), ""])
    text += source.choice([""] * 20 + [" ", "\n", "\r ", "\0", "\0zz", "x", "_1", "\u0663"])
    if source.random() < 0.05 and text:
        at = source.randrange(len(text))
        text = text[:at] + source.choice("\0 .e+-1_,\"'xX\uff11") + text[at:]
    return text


def reader_answers(program, texts):
    lines = "".join(text.encode().hex() + "\n" for text in texts)
    answers = subprocess.run([program], input=lines, check=True, capture_output=True, text=True)
    return answers.stdout.splitlines()


def overflows_c_int(text):
    """pandas computes the exponent in a C int; what then happens is not defined."""
    match = re.search(r"[eE][+-]?([0-9]{10,})", text)
    return match is not None and int(match[1]) > 2 ** 31 - 400


class Pandas:
    def __init__(self):
        try:
            import pandas
        except ImportError:
            print("skipped: no pandas")
            sys.exit(77)
        self.read_csv = pandas.read_csv

    def index(self, texts):
        rows = "".join('"' + text.replace('"', '""') + '",x\n' for text in texts)
        return self.read_csv(io.StringIO("ID,A\n" + rows), index_col=0, dtype=str,
                             engine="python").index

    def check_floats(self, texts, answers):
        """0.5 makes floats of the integers."""
        index = self.index(texts + ["0.5"])
        if index.dtype != float:
            sys.exit(f"pandas refuses one of {texts!r}")
        for text, answer, value in zip(texts, answers, index):
            if answer.split()[-1] != bits_of(value):
                sys.exit(f"{text!r}: {answer}, but pandas reads {value!r}")

    def check_integers(self, texts, answers):
        index = self.index(texts)
        if index.dtype.kind not in "iu":
            sys.exit(f"pandas refuses one of {texts!r}")
        for text, answer, value in zip(texts, answers, index):
            if int(answer.split()[1]) != value:
                sys.exit(f"{text!r}: {answer}, but pandas reads {value!r}")

    def check_refused(self, text):
        if self.index([text, "1"]).dtype != object:
            sys.exit(f"{text!r}: refused, but pandas reads a number")

    def check(self, texts, answers):
        asked = {text: answer for text, answer in zip(texts, answers)
                 if text not in MISSING and not overflows_c_int(text)}
        # Integers beyond 2^63 - 1 apart: with a negative one they make the index text.
        groups = {"float": [], "integer": [], "unsigned": []}
        for text, answer in asked.items():
            kind = answer.split()[0]
            if kind == "refused":
                self.check_refused(text)
                continue
            if kind == "integer" and int(answer.split()[1]) >= 2 ** 63:
                kind = "unsigned"
            groups[kind].append(text)
        for kind, members in groups.items():
            for start in range(0, len(members), 100):
                part = members[start:start + 100]
                part_answers = [asked[text] for text in part]
                self.check_floats(part, part_answers)
                if kind != "float":
                    self.check_integers(part, part_answers)
        refused = len(asked) - sum(map(len, groups.values()))
        sizes = ", ".join(f"{len(members)} {kind}" for kind, members in groups.items())
        print(f"pandas agrees on {len(asked)} texts: {refused} refused, {sizes}")


def main():
    program, count = sys.argv[1], int(sys.argv[2])
    pandas = Pandas() if sys.argv[3:] == ["--pandas"] else None
    source = random.Random(1)
    texts = [random_text(source) for _ in range(count)]
    answers = reader_answers(program, texts)
    assert len(answers) == len(texts)
    for text, answer in zip(texts, answers):
        if answer != expected(text):
            sys.exit(f"{text!r}: {answer}, not {expected(text)}")
    print(f"{len(texts)} texts read as the rules say")
    if pandas:
        pandas.check(texts, answers)


main()
