# SPDX-License-Identifier: Apache-2.0
"""The side of a peer: one library in a process of its own, at the command of a benchmark.

Answers one line of JSON when it is ready and one to each line on standard input:

    choose -          its fastest way of several that do the same
    time SECONDS      runs again and again for so long: the seconds of the best pass
    compare ARGUMENT  how the results of the last pass differ from ours
"""
import json
import os
import sys
import time


class Way:
    """`run(prepare(data))` gives the results; only run() is timed."""

    def __init__(self, name, run, prepare=lambda data: data):
        self.name, self.prepare, self.run = name, prepare, run


class NotForThis(Exception):
    """A peer that was not made for this model or file."""


class Peer:
    """`facts` say what it is. `ways` are tried on `sample` first, then on all of `data`;
    `compare(results, argument)` gives facts on the results."""

    def __init__(self, facts, ways, sample, data, compare):
        self.facts, self.ways, self.compare = facts, ways, compare
        self.sample, self.data = sample, data


def timed(way, data):
    """Seconds and results of one pass."""
    prepared = way.prepare(data)
    start = time.perf_counter()
    results = way.run(prepared)
    return time.perf_counter() - start, results


def fastest_way(peer):
    """Tries all on the sample, and those that are not far behind on all data."""
    def best(way, data, tries):
        return min(timed(way, data)[0] for _ in range(tries))

    seconds = {way: best(way, peer.sample, 3) for way in peer.ways}
    near = [way for way in peer.ways if seconds[way] < 1.5 * min(seconds.values())]
    return min(near, key=lambda way: best(way, peer.data, 1)) if len(near) > 1 else near[0]


def describe(failure):
    return f"{type(failure).__name__}: {str(failure).splitlines()[:1]}"


class Runner:
    """Holds the way that was chosen and the results of the last pass."""

    def __init__(self, peer):
        self.peer, self.way, self.results = peer, None, None

    def time(self, seconds):
        """The seconds of the best pass."""
        passes, start = [], time.perf_counter()
        while not passes or time.perf_counter() - start < seconds:
            self.results = None  # what the last pass made is not freed within the next
            taken, self.results = timed(self.way, self.peer.data)
            passes.append(taken)
        return min(passes)

    def obey(self, command, argument):
        if command == "choose":
            self.way = fastest_way(self.peer)
            return {"way": self.way.name}
        if command == "time":
            return {"seconds": self.time(float(argument))}
        return self.peer.compare(self.results, argument.strip())


def serve(load):
    """Answers until standard input ends; `load` gives the peer."""
    # Libraries print to standard output too: answers get a descriptor of their own.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def answer(**content):
        answers.write(json.dumps(content) + "\n")

    try:
        peer = load()
    except NotForThis as reason:
        answer(skipped=str(reason), expected=True)
        return
    except Exception as failure:  # whatever a library finds wrong, the others go on
        answer(skipped=describe(failure))
        return
    answer(**peer.facts, setup_seconds=time.process_time())
    runner = Runner(peer)
    for line in sys.stdin:
        try:
            answer(**runner.obey(*line.split(maxsplit=1)))
        except Exception as failure:
            answer(skipped=describe(failure))
