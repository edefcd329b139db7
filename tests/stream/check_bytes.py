#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Streams over TCP give the bytes of a job over the file, with peers written here.

usage: check_bytes.py PROGRAM GOLDEN_FOLDER [N_ROWS]
"""
import os
import random
import subprocess
import sys
import tempfile
import threading

import wire

PROGRAM, GOLDEN = sys.argv[1], sys.argv[2]
N_ROWS = int(sys.argv[3]) if len(sys.argv) > 3 else 5000
MODELS = os.path.join(GOLDEN, "models")
BATCH_ROWS = 100


def model(name):
    folder = os.path.join(MODELS, name)
    for file in ("model.ubj", "model.json", "model.txt"):
        if os.path.exists(os.path.join(folder, file)):
            with open(os.path.join(folder, "in.csv"), "rb") as rows:
                return os.path.join(folder, file), rows.read()
    raise FileNotFoundError(folder)


def blackbox_text(n_rows):
    random.seed(n_rows)
    lines = ["ID,SKU,NAME"]
    for i in range(n_rows):
        name = random.choice(["bolt", '"nut, M4"', '"a ""b"""', '"two\nlines"', "", "NA"])
        lines.append("%d,%d,%s" % (i, random.randrange(10**5), name))
    return ("\n".join(lines) + "\n").encode()


def devices():
    listed = subprocess.run([PROGRAM, "devices", "--names"], check=True,
                            stdout=subprocess.PIPE, text=True)
    return listed.stdout.split()


def check_both_ways(arguments, text, folder, n_rows):
    """Replies, a receiver of our own, and the program's send and receive."""
    expected = wire.classify(PROGRAM, arguments, text, folder)
    records = wire.records_of(text)
    with wire.serving(PROGRAM, *arguments, "--reply") as service:
        frames = wire.ask(service.address, records)
        assert wire.text_of(frames) == expected, "replies differ"
        assert len(frames) == -(-n_rows // BATCH_ROWS), "%d frames" % len(frames)
    receiver = wire.Receiver()
    with wire.serving(PROGRAM, *arguments, "--out", receiver.address) as service:
        taker = []
        thread = threading.Thread(target=lambda: taker.append(receiver.take()))
        thread.start()
        with wire.connect(service.address) as connection:
            wire.send_records(connection, records)
            assert connection.recv(1) == b"", "a reply in spite of --out"
        thread.join()
        assert wire.text_of(taker[0]) == expected, "what the receiver got differs"
    receiver.close()


def check_own_peers(arguments, text, folder):
    expected = wire.classify(PROGRAM, arguments, text, folder)
    path, target = os.path.join(folder, "rows.csv"), os.path.join(folder, "out.csv")
    socket = "unix:" + os.path.join(folder, "receive.sock")
    receive = subprocess.Popen([PROGRAM, "receive", "--listen", socket, "-o", target])
    with wire.serving(PROGRAM, *arguments, "--out", socket,
                      listen="unix:" + os.path.join(folder, "in.sock")) as service:
        subprocess.run([PROGRAM, "send", path, service.address], check=True)
        assert receive.wait(wire.TIMEOUT_SECONDS) == 0
    with open(target, "rb") as file:
        assert file.read() == expected, "what receive wrote differs"
    with wire.serving(PROGRAM, *arguments, "--reply") as service:
        subprocess.run([PROGRAM, "send", path, service.address, "-o", target], check=True)
    with open(target, "rb") as file:
        assert file.read() == expected, "what send wrote differs"


def blackbox_rows():
    with tempfile.TemporaryDirectory() as folder:
        text = blackbox_text(N_ROWS)
        check_both_ways(["-m", "blackbox"], text, folder, N_ROWS)
        check_own_peers(["-m", "blackbox"], text, folder)


def blackbox_small():
    with tempfile.TemporaryDirectory() as folder:
        for n_rows in (1, 99, 100, 101, 1000):
            check_both_ways(["-m", "blackbox:py2"], blackbox_text(n_rows), folder, n_rows)


def blackbox_index_types():
    """A type fixed beforehand makes batches agree with the whole file."""
    cases = {"float": [b"1", b"2.5"], "text": [b"01", b"x"], "int": [b"1", b"07"]}
    with tempfile.TemporaryDirectory() as folder:
        for kind, (most, last) in cases.items():
            rows = [most + b",a"] * 250 + [last + b",b"]
            text = b"\n".join([b"ID,NAME"] + rows) + b"\n"
            expected = wire.classify(PROGRAM, ["-m", "blackbox"], text, folder)
            for options, is_equal in ((["--index-type", kind], True), ([], kind == "int")):
                with wire.serving(PROGRAM, "-m", "blackbox", *options) as service:
                    got = wire.text_of(wire.ask(service.address, wire.records_of(text)))
                assert (got == expected) == is_equal, "%s %s" % (kind, options)


def blackbox_batches_are_jobs():
    """Each batch is what the program makes of the header and the batch's records."""
    random.seed(4)
    records = [b"ID,A"] + [
        random.choice([b"%d,x", b"%d.5,x", b"a%d,x", b",%d", b"TRUE,%d"]) % i
        for i in range(450)
    ]
    with tempfile.TemporaryDirectory() as folder:
        with wire.serving(PROGRAM, "-m", "blackbox", "--batch-rows", "7") as service:
            frames = wire.ask(service.address, records)
        for i, payload in enumerate(frames):
            part = [records[0]] + records[1 + 7 * i : 8 + 7 * i]
            text = b"\n".join(part) + b"\n"
            expected = wire.classify(PROGRAM, ["-m", "blackbox"], text, folder)
            assert payload + b"\n" == expected, "batch %d" % i


def forests_on_every_device():
    names = ["xgb_exact", "xgb_cat_strings", "lgb_multiclass5", "lgb_cat_strings"]
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            path, text = model(name)
            n_rows = len(wire.records_of(text)) - 1
            for device in devices():
                arguments = ["-m", path, "--device", device]
                check_both_ways(arguments, text, folder, n_rows)
        check_own_peers(arguments, text, folder)


def many_senders_at_once():
    path, text = model("xgb_exact")
    records = wire.records_of(text)
    with tempfile.TemporaryDirectory() as folder:
        parts = [records[:1] + records[1 + i :: 12] for i in range(12)]
        expected = [
            wire.classify(PROGRAM, ["-m", path], b"\n".join(part) + b"\n", folder)
            for part in parts
        ]
        got = [None] * len(parts)
        with wire.serving(PROGRAM, "-m", path, "--batch-rows", "5") as service:
            def run(i):
                got[i] = wire.text_of(wire.ask(service.address, parts[i]))
            threads = [threading.Thread(target=run, args=(i,)) for i in range(len(parts))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert got == expected


def streams_without_rows():
    path, text = model("xgb_exact")
    header = wire.records_of(text)[0]
    with tempfile.TemporaryDirectory() as folder:
        expected = wire.classify(PROGRAM, ["-m", path], header + b"\n", folder)
        with wire.serving(PROGRAM, "-m", path) as service:
            assert wire.text_of(wire.ask(service.address, [header])) == expected
        with wire.serving(PROGRAM, "-m", "blackbox") as service:
            assert wire.ask(service.address, [b"A,B"]) == []


def lingering_sends_what_is_there():
    path, text = model("xgb_exact")
    records = wire.records_of(text)
    with wire.serving(PROGRAM, "-m", path, "--linger-ms", "1") as service:
        with wire.connect(service.address) as connection:
            wire.send_records(connection, records[:4], end=False)
            rows = wire.read_frame(connection).split(b"\n")
            while len(rows) < 4:
                rows += wire.read_frame(connection).split(b"\n")
            assert len(rows) == 4, rows
            connection.sendall(wire.frame(wire.END))
            assert wire.read_frame(connection) is None


if __name__ == "__main__":
    sys.exit(wire.run_cases([
        blackbox_small,
        blackbox_rows,
        blackbox_index_types,
        blackbox_batches_are_jobs,
        forests_on_every_device,
        many_senders_at_once,
        streams_without_rows,
        lingering_sends_what_is_there,
    ]))
