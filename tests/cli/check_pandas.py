#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs random small files, sound and broken, through the pandas job and through
gpuclassify: the outputs must be the same bytes, or both must fail, with the same message
where users know it from pandas.

usage: check_pandas.py GPUCLASSIFY COUNT [SEED]

Exits with 77 (skipped) where pandas 2.3.3 is not installed.
"""
import collections
import pathlib
import random
import subprocess
import sys
import tempfile

try:
    import pandas as pd
except ImportError:
    pd = None

FIELDS = ["1", "2", "17", "007", "-0", "2.5", "1e5", " 3", "inf", "9223372036854775808", "-5", "a",
          "b c", "\u00e9\u65e5", "", "", "NA", "nan", "None", "True", "false", "x\ty", "it's",
          '"x,y"', '"a""b"', '"two\nlines"', '"cr\rlf\r\n"', '""', 'in"side', "w" * 49, "w" * 50]
BROKEN = ['"open', '"x"y', '"x" ']
LABELS = ["A", "B", "C", "A", "", "A.1", "CLASSIFICATION", " pad", '"q,r"', "Unnamed: 1"]


def random_file(rng):
    """The bytes of a file; about one in three breaks a rule of pandas' reader."""
    n_labels = rng.randrange(1, 6)

    def row(n_fields):
        return ",".join(rng.choice(FIELDS) for _ in range(n_fields))

    rows = [row(rng.choice([n_labels] * 8 + [1, max(1, n_labels - 1)]))
            for _ in range(rng.randrange(0, 7))]
    kind = rng.random()
    if kind < 0.1:  # a row of index names
        n_index = rng.randrange(1, 4)
        rows = [row(n_index), row(n_index + n_labels)]
        rows += [row(rng.randrange(1, n_index + n_labels + 1)) for _ in range(3)]
    elif kind < 0.2:  # labels that name the fields after the index
        rows = [row(rng.randrange(1, n_labels + 2)) for _ in range(4)]
        rows.insert(0, row(n_labels + 1))
    elif kind < 0.3 and rows:
        rows.insert(rng.randrange(len(rows) + 1), row(n_labels + rng.randrange(1, 3)))
    elif kind < 0.35 and rows:
        rows.insert(rng.randrange(len(rows)), rng.choice(BROKEN))
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        rows.insert(rng.randrange(len(rows) + 1), rng.choice(["", " ", '""', "\t"]))
    header = ",".join(rng.choice(LABELS) for _ in range(n_labels))
    text = rng.choice(["\n", "\n", "\r\n", "\r"]).join([header, *rows])
    return (rng.choice(["", "", "", "\ufeff", "\n"]) + text + rng.choice(["", "\n"])).encode()


def by_pandas(source, target):
    """What the job writes, or the text of what it raises."""
    def classify(row):
        random.seed(repr(row), version=2)
        return random.uniform(0.0, 1.0)

    try:
        df = pd.read_csv(source, index_col=0, dtype=str, engine="python")
        df["CLASSIFICATION"] = df.apply(classify, axis=1)
        df.to_csv(target, header=False)
    except Exception as error:  # whatever pandas raises is its answer
        return f"{type(error).__name__}: {error}"
    return target.read_bytes()


def agree(expected, done):
    if isinstance(expected, bytes):
        return done.returncode == 0 and done.stdout == expected
    name, _, message = expected.partition(": ")
    known = name not in ("ParserError", "EmptyDataError") or message in done.stderr.decode()
    return done.returncode == 1 and not done.stdout and known


def main():
    if pd is None or pd.__version__ != "2.3.3":
        print("skipped: pandas 2.3.3 is not installed (bench/vs_pandas makes .venv with it)")
        sys.exit(77)
    program, count = sys.argv[1], int(sys.argv[2])
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    seen = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "in.csv"), pathlib.Path(folder, "out.csv")
        for _ in range(count):
            data = random_file(rng)
            source.write_bytes(data)
            expected = by_pandas(source, target)
            done = subprocess.run([program, "-m", "blackbox:py3,slowness=0", source, "--device",
                                   "cpu", "--batch-rows", str(rng.choice([1, 2, 3, 4096]))],
                                  capture_output=True, timeout=60)
            if not agree(expected, done):
                print(f"DIFFERENT {data}\n  pandas      {expected}\n  gpuclassify "
                      f"{done.stdout or done.stderr}")
                seen["different"] += 1
            seen["outputs" if isinstance(expected, bytes) else "errors"] += 1
    print(f"{seen['outputs']} outputs and {seen['errors']} errors, "
          f"{seen['different']} different")
    sys.exit(1 if seen["different"] or not seen["outputs"] or not seen["errors"] else 0)


main()
