#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What --resume does where it cannot just go on: other inputs, models or options, damaged journals, full disks, two at once.

Usage: check_resume_faults.py PROGRAM GOLDEN_FOLDER DAMAGES
"""
import fcntl
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

program, golden, n_damages = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve(), int(sys.argv[3])
dice = random.Random(int(os.environ.get("CHECK_SEED", 1)))
STATE = ["out.csv.partial", "out.csv.journal", "bad.csv.partial"]
JOB = ["-m", "model.ubj", "in.csv", "--ignore", "id", "--bad-rows", "skip", "-o", "out.csv", "--rejects", "bad.csv", "--resume"]


def run(arguments, *more, file_size=None):
    """`file_size`: no file may grow beyond, as if the disk were full then."""
    limit = None if file_size is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    done = subprocess.run([program, *arguments, *more], capture_output=True, text=True, stdin=subprocess.DEVNULL, preexec_fn=limit)
    return done.returncode, done.stderr


def write_rows(path, n_rows):
    with open(path, "w") as file:
        file.write("id," + ",".join(f"x{i}" for i in range(10)) + "\n")
        for row in range(n_rows):
            fields = [repr(round(dice.gauss(0, 2), 5)) for _ in range(10)]
            if row % 1000 == 999:
                fields[3] = "hello"
            file.write(f"{row}," + ",".join(fields) + "\n")


def read(path):
    return pathlib.Path(path).read_bytes()


def put_back(folder="state"):
    """The files as the stopped job left them, and none else."""
    for path in pathlib.Path(".").glob("*.csv*"):
        if path.name != "in.csv":
            path.unlink()
    for name in STATE:
        shutil.copy2(pathlib.Path(folder) / name, name)


def ends_well(*more, warning=""):
    code, said = run(JOB, *more)
    assert code == 0 and warning in said, (code, said)
    assert (read("out.csv"), read("bad.csv")) == expected
    assert not any(os.path.exists(name) for name in STATE)


def refused(arguments, *words):
    """Exits with 2, says these words, and leaves what is there."""
    before = [read(name) for name in STATE]
    code, said = run(arguments)
    assert code == 2 and said.count("\n") == 1 and all(word in said for word in words), (code, said)
    assert [read(name) for name in STATE] == before


def stop_by_full_disk():
    code, said = run(JOB, "--checkpoint-mb", "0", "--threads", "1", file_size=1_500_000)
    assert code == 1 and "File too large" in said and "rows are kept: run the same command again to go on" in said, said
    os.mkdir("state")
    for name in STATE:
        shutil.copy2(name, pathlib.Path("state") / name)
    ends_well()


def take_other_things():
    put_back()
    ends_well("--threads", "3", "--device", "scalar", "--batch-rows", "100", "--quiet", "--checkpoint-mb", "7")
    put_back()
    refused(JOB + ["--columns", "id"], "out.csv.journal is of another job", "it was without --columns 'id'")
    refused(JOB[:-1] + ["--no-header", "--resume"], "--no-header")
    refused(["-m", "model.ubj", "in.csv", "--ignore", "x9"] + JOB[5:], "--ignore 'id'", "--ignore 'x9'")
    model = read("model.ubj")
    pathlib.Path("model.ubj").write_bytes(read(golden / "xgb_dart" / "model.ubj"))
    refused(JOB, "model model.ubj has changed since", "delete the journal to begin anew")
    pathlib.Path("model.ubj").write_bytes(model)
    times, text = os.stat("in.csv"), read("in.csv")
    for changed in [text + b"1,2\n", text[:-3] + b"7" + text[-2:], text[:100].replace(b"1", b"2") + text[100:]]:
        pathlib.Path("in.csv").write_bytes(changed)
        os.utime("in.csv", ns=(times.st_atime_ns, times.st_mtime_ns))
        refused(JOB, "input in.csv has changed since")
    pathlib.Path("in.csv").write_bytes(text)
    refused(JOB, "input in.csv has changed since")
    os.utime("in.csv", ns=(times.st_atime_ns, times.st_mtime_ns))
    ends_well()


def damage():
    journal = read("state/out.csv.journal")
    for _ in range(n_damages):
        put_back()
        at = dice.randrange(len(journal))
        damaged = journal[:at] if dice.random() < 0.5 else journal[:at] + bytes([journal[at] ^ 1 << dice.randrange(8)]) + journal[at + 1:]
        pathlib.Path("out.csv.journal").write_bytes(damaged)
        ends_well(warning="out.csv.journal is damaged: the job begins anew")
    for name, what in [("out.csv.partial", "its output"), ("bad.csv.partial", "its rejects")]:
        put_back()
        os.truncate(name, os.stat(name).st_size // 2)
        ends_well(warning=f"out.csv.journal has lost {what}: the job begins anew")
    put_back()
    with open("out.csv.partial", "ab") as file:  # what lies behind the checkpoint is of no account
        file.write(b"nonsense" * 1000)
    ends_well()


def run_two():
    put_back()
    with open("out.csv.partial") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        code, said = run(JOB)
        assert code == 1 and "another job is writing it" in said, said
    ends_well()


def refuse_what_cannot_be_resumed():
    for arguments in [["in.csv"], ["-", "-o", "x.csv"], ["/dev/null", "-o", "x.csv"], ["in.csv", "-o", "/dev/null"],
                      ["in.csv", "-o", "x.csv", "--bad-rows", "skip", "--rejects", "-"]]:
        code, said = run(["-m", "model.ubj", "--ignore", "id", "--resume", *arguments])
        assert code == 2 and said.endswith("drop --resume\n"), (code, said)
    assert not list(pathlib.Path(".").glob("x.csv*"))
    for name in ("y.csv.partial", "y.csv.journal"):
        shutil.copy("in.csv", name)
        code, said = run(["-m", "model.ubj", name, "--ignore", "id", "-o", "y.csv", "--resume"])
        assert code == 2 and "are the same file" in said and read(name) == read("in.csv"), said
        for path in pathlib.Path(".").glob("y.csv*"):
            path.unlink()


def leave_nothing_of_bad_input():
    pathlib.Path("short.csv").write_bytes(read("in.csv") + b"1,2\n")
    code, said = run(["-m", "model.ubj", "short.csv", "--ignore", "id", "-o", "x.csv", "--resume", "--checkpoint-mb", "0"])
    assert code == 1 and "short.csv:1001: column 'x3'" in said, said
    assert not list(pathlib.Path(".").glob("x.csv*"))


def stop_by_signal():
    slow = ["-m", "blackbox:slowness=2000", "in.csv", "-o", "slow.csv", "--threads", "1", "--device", "scalar", "--batch-rows", "10"]
    for resume, said_so in [(["--resume", "--checkpoint-mb", "0"], "stopped "), ([], "stopped; slow.csv is as it was before")]:
        child = subprocess.Popen([program, *slow, *resume], stderr=subprocess.PIPE, text=True)
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        time.sleep(0.2)
        assert child.poll() is None  # it finishes what is under way
        child.send_signal(signal.SIGINT)
        start = time.monotonic()
        assert child.wait() == -signal.SIGINT and time.monotonic() - start < 10, said_so
        child.stderr.close()
    child = subprocess.Popen([program, *JOB, "--checkpoint-mb", "0", "--threads", "1"], stderr=subprocess.PIPE, text=True)
    while not os.path.exists("out.csv.journal") and child.poll() is None:
        pass
    child.send_signal(signal.SIGINT)
    said = child.communicate()[1]
    if child.returncode == -signal.SIGINT:
        assert "stopped after " in said and said.endswith("rows; run the same command again to go on\n"), said
    ends_well()


def go_on_with_folders():
    arguments = ["-m", "model.ubj", "few.csv", "in.csv", "--ignore", "id", "--bad-rows", "skip", "--resume"]
    write_rows("few.csv", 5000)
    code, said = run(arguments, "-o", "whole/")
    assert code == 0 and sorted(os.listdir("whole")) == ["few.csv", "in.csv"], said
    for changes in (False, True):
        code, said = run(arguments, "-o", "some/", "--checkpoint-mb", "0", "--threads", "1", file_size=1_500_000)
        assert code == 1 and sorted(os.listdir("some")) == ["few.csv", "few.csv.journal", "in.csv.journal", "in.csv.partial"], said
        before = os.stat("some/few.csv")
        if changes:
            os.utime("few.csv")
            code, said = run(arguments, "-o", "some/")
            assert code == 2 and "input few.csv has changed since" in said, said
            os.unlink("some/few.csv.journal")
        code, said = run(arguments, "-o", "some/")
        assert code == 0, said
        assert (os.stat("some/few.csv").st_ino == before.st_ino) != changes  # what was done is not done again
        assert sorted(os.listdir("some")) == ["few.csv", "in.csv"]
        assert all(read(f"some/{name}") == read(f"whole/{name}") for name in os.listdir("some"))
        shutil.rmtree("some")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    shutil.copy(golden / "xgb_softmax3" / "model.ubj", "model.ubj")
    write_rows("in.csv", 50000)
    assert run(JOB[:-1])[0] == 0
    expected = read("out.csv"), read("bad.csv")
    for part in [stop_by_full_disk, take_other_things, damage, run_two, refuse_what_cannot_be_resumed, leave_nothing_of_bad_input,
                 stop_by_signal, go_on_with_folders]:
        part()
        print(f"{part.__name__}: as it should be", flush=True)
