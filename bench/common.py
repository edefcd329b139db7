# SPDX-License-Identifier: Apache-2.0
"""What the benchmark scripts share; needs no more than the standard library."""
import filecmp
import json
import os
import pathlib
import re
import select
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "bench"
MODELS = ROOT / "build" / "bench-models"
DATA = ROOT / "build" / "bench-data"
SCRIPT = pathlib.Path(sys.argv[0]).name


def fail(message):
    sys.exit(f"{SCRIPT}: {message}")


def require_program(path):
    if not os.access(path, os.X_OK):
        fail(f"no {path}: build first (tools/quickstart does)")


def cpu_name():
    info = pathlib.Path("/proc/cpuinfo").read_text()
    found = re.search(r"^model name\s*: (.*)$", info, re.MULTILINE)
    return found[1] if found else "unknown"


def choose_cores(threads):
    """The last of those that this process may use: the first have the most interrupts."""
    cores = sorted(os.sched_getaffinity(0))[-threads:]
    if len(cores) < threads:
        fail(f"{threads} threads, but {len(cores)} cores")
    return cores


def make_environment(folder, requirements):
    """Makes the virtual environment where it is missing or not of these requirements."""
    stamp, python = folder / requirements.name, folder / "bin" / "python"
    wanted = requirements.read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"making {folder} ...", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = [python, "-m", "pip", "install", "--quiet"]
    if subprocess.run([*install, "-r", requirements]).returncode != 0:
        # One that cannot be had must not keep the others away; its peer is then skipped.
        for line in wanted.splitlines():
            if not line.startswith("#"):
                subprocess.run([*install, line])
    else:
        stamp.write_text(wanted)


def run(command, cores):
    """Standard output, standard error and seconds of a command on these cores."""
    start = time.perf_counter()
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True,
                          preexec_fn=lambda: os.sched_setaffinity(0, cores))
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        fail(f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout, done.stderr, seconds


def require_equal(path, reference, what):
    if not filecmp.cmp(path, reference, shallow=False):
        fail(f"the output differs from {what}: {path} and {reference}")


class PeerProcess:
    """A process that runs peer_server.serve(): answers each line with one line of JSON."""

    def __init__(self, name, command, cores, variables=None):
        self.name = name
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=os.environ | (variables or {}),
            preexec_fn=lambda: os.sched_setaffinity(0, cores))
        self.facts = {}

    def answer(self, limit=None):
        ready, _, _ = select.select([self.process.stdout], [], [], limit)
        if not ready:
            self.process.kill()
            return {"skipped": f"not ready after {limit:.0f} s"}
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"skipped": "the process ended"}

    def try_to_ask(self, text):
        """The answer, or why there is none as `skipped`."""
        try:
            self.process.stdin.write(text.encode() + b"\n")
            self.process.stdin.flush()
            return self.answer()
        except BrokenPipeError:
            return {"skipped": "the process ended"}

    def ask(self, text):
        answer = self.try_to_ask(text)
        if "skipped" in answer:
            fail(f"{self.name}: {answer['skipped']}")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def keep_able(peers, answers, where):
    """Puts the facts of their answers on the peers; those that were skipped are closed, and
    it is said why unless that was expected. The others."""
    able = []
    for peer, answer in zip(peers, answers, strict=True):
        peer.facts |= answer
        if "skipped" not in answer:
            able.append(peer)
            continue
        peer.close()
        if not answer.get("expected"):
            print(f"\n{where}: skipped {peer.name}: {answer['skipped']}")
    return able
