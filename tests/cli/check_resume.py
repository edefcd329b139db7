#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Jobs that are killed at random moments and run again end with the bytes of a run that nobody touched.

Usage: check_resume.py PROGRAM GOLDEN_FOLDER KILLS [CASE...]
KILLS is for all cases together; a case is one of those that are named below.
"""
import gzip
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

program, golden = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
n_kills, wanted = int(sys.argv[3]), sys.argv[4:]
model = golden / "xgb_softmax3" / "model.ubj"
dice = random.Random(int(os.environ.get("CHECK_SEED", time.time_ns() % 10**9)))
N_ROWS = 20000


def write_rows(path, first, n_rows, line_end="\n", bad=False):
    """Rows with ten features and a text; with `bad`, some that lack fields or have a word for a number."""
    with open(path, "w", newline="") as file:
        file.write("id,text," + ",".join(f"x{i}" for i in range(10)) + line_end)
        for row in range(first, first + n_rows):
            fields = [str(row), f'"a ""quoted""{line_end}text, {row}"'] + [repr(round(dice.gauss(0, 2), 6)) for _ in range(10)]
            if bad and dice.random() < 0.002:
                fields[dice.randrange(2, 12)] = "hello"
            if bad and dice.random() < 0.002:
                del fields[-1]
            file.write(",".join(fields) + line_end)


def make_inputs():
    write_rows("a.csv", 0, N_ROWS)
    write_rows("b.csv", N_ROWS, N_ROWS, "\r\n")
    write_rows("bad.csv", 0, N_ROWS, bad=True)
    pathlib.Path("a.csv.gz").write_bytes(gzip.compress(pathlib.Path("a.csv").read_bytes(), 1))
    with open("index.csv", "w") as file:
        file.write("id,x,y\n")
        file.writelines(f"{row},{row % 977}.5,word {row % 31}\n" for row in range(4 * N_ROWS))


forest = ["-m", str(model), "--ignore", "id,text"]
skip = ["bad.csv", "--bad-rows", "skip"]
CASES = {  # what is run, and the files that it makes
    "forest": (forest + ["a.csv", "-o", "out.csv"], ["out.csv"]),
    "forest_gzip": (forest + ["a.csv", "-o", "out.csv.gz"], ["out.csv.gz"]),
    "forest_zstd": (forest + ["a.csv", "-o", "out.csv.zst"], ["out.csv.zst"]),
    "packed_input": (forest + ["a.csv.gz", "-o", "out.csv"], ["out.csv"]),
    "several_inputs": (forest + ["a.csv", "b.csv", "a.csv.gz", "-o", "out.csv"], ["out.csv"]),
    "folder": (forest + ["a.csv", "b.csv", "a.csv.gz", "-o", "out/"], ["out/a.csv", "out/b.csv", "out/a.csv.gz"]),
    "some_rows": (forest + ["a.csv", "b.csv", "--skip", "3000", "--limit", "33000", "-o", "out.csv"], ["out.csv"]),
    "shard": (forest + ["a.csv", "b.csv", "a.csv", "--shard", "2/2", "-o", "out.csv"], ["out.csv"]),
    "rejects": (forest + skip + ["-o", "out.csv", "--rejects", "rejects.csv"], ["out.csv", "rejects.csv"]),
    "packed_rejects": (forest + skip + ["-o", "out.csv.gz", "--rejects", "r.zst"], ["out.csv.gz", "r.zst"]),
    "black_box": (["-m", "blackbox", "index.csv", "-o", "out.csv"], ["out.csv"]),
    "black_box_rows": (["-m", "blackbox", "index.csv", "--skip", "9000", "--limit", "50000", "-o", "out.csv"], ["out.csv"]),
    "black_box_gzip": (["-m", "blackbox", "index.csv", "-o", "out.csv.gz"], ["out.csv.gz"]),
    "csv_as_json": (["csv", "a.csv", "b.csv", "--json", "-o", "out.json"], ["out.json"]),
}


def command(arguments, *more):
    """One of many threads and sizes of batches: nothing depends on them."""
    engine = [] if arguments[0] == "csv" else ["--device", "cpu", "--batch-rows", str(dice.choice([64, 700, 4096]))]
    return [program, *arguments, *engine, "--threads", str(dice.choice([1, 2, 3])), *more]


def run(arguments, *more):
    start = time.monotonic()
    done = subprocess.run(command(arguments, *more), capture_output=True, text=True)
    return done, time.monotonic() - start


def contents(files):
    return [pathlib.Path(name).read_bytes() for name in files]


def kill_one(arguments, seconds):
    """Starts the job and kills it; true if it had not ended by then."""
    child = subprocess.Popen(command(arguments, "--resume", "--checkpoint-mb", str(dice.choice([0, 0, 1]))),
                             stderr=subprocess.PIPE, text=True)
    time.sleep(dice.uniform(0, seconds))
    child.send_signal(dice.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
    said = child.communicate()[1]
    assert child.returncode in (0, -signal.SIGKILL, -signal.SIGTERM), (child.returncode, said)
    return child.returncode != 0


def check(name, n_wanted):
    arguments, files = CASES[name]
    done, seconds = run(arguments)
    assert done.returncode == 0, done.stderr
    expected, summary = contents(files), done.stderr
    n_killed = n_runs = n_went_on = 0
    while n_killed < n_wanted:
        for file in files:
            pathlib.Path(file).unlink()
        n_runs += 1
        while n_killed < n_wanted and kill_one(arguments, seconds):
            n_killed += 1
            n_went_on += any(pathlib.Path(".").rglob("*.journal"))
        done, _ = run(arguments, "--resume")
        assert done.returncode == 0, (name, done.stderr)
        assert contents(files) == expected, f"{name}: other bytes after {n_killed} kills (see {os.getcwd()})"
        assert done.stderr in (summary, "") or "begins anew" in done.stderr, (name, done.stderr, summary)
        left = [*pathlib.Path(".").rglob("*.partial"), *pathlib.Path(".").rglob("*.journal*")]
        assert not left, left
    print(f"{name}: {n_killed} kills in {n_runs} jobs, {n_went_on} of them left a journal: the same bytes", flush=True)


names = wanted or list(CASES)
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    make_inputs()
    for i, name in enumerate(names):
        check(name, n_kills * (i + 1) // len(names) - n_kills * i // len(names))
