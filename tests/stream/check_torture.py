#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What peers may do to a service: it stays up, small, and right for all others.

usage: check_torture.py PROGRAM GOLDEN_FOLDER [N_FRAMES]
"""
import os
import resource
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import wire

PROGRAM, GOLDEN = sys.argv[1], sys.argv[2]
N_FRAMES = int(sys.argv[3]) if len(sys.argv) > 3 else 20000
FOLDER = os.path.join(GOLDEN, "models", "xgb_exact")
MODEL = os.path.join(FOLDER, "model.ubj")
CAP = 1000

with open(os.path.join(FOLDER, "in.csv"), "rb") as golden_rows:
    TEXT = golden_rows.read()
RECORDS = wire.records_of(TEXT)
# Sanitizers keep what is freed for a while, and shadows of it.
IS_SANITIZED = b"__asan" in subprocess.run(
    ["nm", PROGRAM], stdout=subprocess.PIPE, check=False).stdout
LOST = (ConnectionError, AssertionError)


def expected_output():
    with tempfile.TemporaryDirectory() as folder:
        return wire.classify(PROGRAM, ["-m", MODEL], TEXT, folder)


EXPECTED = expected_output()


def serving(*arguments, **more):
    return wire.serving(PROGRAM, "-m", MODEL, "--max-frame", str(CAP), *arguments, **more)


class Neighbour(threading.Thread):
    """A stream beside what others do, whose bytes must be right."""

    def __init__(self, service):
        super().__init__()
        self.service = service
        self.is_over = False
        self.n_streams = 0
        self.failure = None
        self.start()

    def run(self):
        while not self.is_over and self.failure is None:
            try:
                assert wire.text_of(wire.ask(self.service.address, RECORDS)) == EXPECTED
                self.n_streams += 1
            except Exception as failure:
                self.failure = failure

    def end(self):
        while self.n_streams == 0 and self.failure is None:
            time.sleep(0.005)
        self.is_over = True
        self.join()
        assert self.failure is None, repr(self.failure)


def is_lost(connection):
    """Whether the service breaks the connection off, whatever it sent before."""
    try:
        while connection.recv(1 << 16):
            pass
        return False
    except ConnectionError:
        return True


def bad_lengths():
    with serving() as service:
        neighbour = Neighbour(service)
        for size in (CAP + 1, 0x7FFFFFFF, 0xFFFFFFFF, int.from_bytes(b"GET ", "big")):
            for before in ([], RECORDS[:1], RECORDS[:3]):
                with wire.connect(service.address) as connection:
                    wire.send_records(connection, before, end=False)
                    connection.sendall(struct.pack(">I", size) + b"x" * 100)
                    assert is_lost(connection), size
        neighbour.end()
        assert "4294967295 bytes, where --max-frame allows 1000" in service.logged()


def good_lengths():
    """Empty frames are blank lines; a frame of one byte is a record of one field."""
    header, rows = b"i", [b"1", b"2"]
    with tempfile.TemporaryDirectory() as folder:
        expected = wire.classify(PROGRAM, ["-m", "blackbox"], b"i\n1\n2\n", folder)
    with wire.serving(PROGRAM, "-m", "blackbox", "--max-frame", str(CAP)) as service:
        got = wire.ask(service.address, [header, b"", rows[0], b"", b"", rows[1], b" "])
        assert wire.text_of(got) == expected
        assert len(got) == 1
        wide = b'"' + b"x" * (CAP - 2) + b'"'
        assert len(wide) == CAP
        assert len(wire.ask(service.address, [b"i", wide])) == 1


def one_byte_at_a_time():
    few = RECORDS[:6]
    with tempfile.TemporaryDirectory() as folder:
        expected = wire.classify(PROGRAM, ["-m", MODEL], b"\n".join(few) + b"\n", folder)
    with serving("--linger-ms", "0") as service:
        with wire.connect(service.address) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream = b"".join(map(wire.frame, few)) + wire.frame(wire.END)
            for i in range(len(stream)):
                connection.sendall(stream[i : i + 1])
            assert wire.text_of(wire.read_frames(connection)) == expected


def half_closes():
    """Behind the end frame it is right; before it the stream is cut off."""
    with serving("--linger-ms", "0") as service:
        with wire.connect(service.address) as connection:
            wire.send_records(connection, RECORDS)
            connection.shutdown(socket.SHUT_WR)
            assert wire.text_of(wire.read_frames(connection)) == EXPECTED
        with wire.connect(service.address) as connection:
            wire.send_records(connection, RECORDS[:150], end=False)
            connection.shutdown(socket.SHUT_WR)
            rows = []
            try:
                while (payload := wire.read_frame(connection)) is not None:
                    rows += payload.split(b"\n")
                raise RuntimeError("a stream without an end frame ended well")
            except ConnectionError:
                pass
            assert rows == EXPECTED.splitlines()[:150], len(rows)
        with wire.connect(service.address) as connection:
            connection.sendall(wire.frame(RECORDS[0])[:-3])
            connection.shutdown(socket.SHUT_WR)
            assert is_lost(connection)
        for text in ("ended without an end frame", "ended within a frame"):
            assert text in service.logged(), service.logged()


def resets():
    with serving() as service:
        neighbour = Neighbour(service)
        n_before = service.n_descriptors()
        for i in range(60):
            connection = wire.connect(service.address)
            wire.send_records(connection, RECORDS[: 1 + i * 13], end=i % 2 == 0)
            if i % 3 == 0:
                connection.recv(10)
            connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        neighbour.end()
        wait_for_descriptors(service, n_before)


def killed_senders():
    with serving() as service:
        n_before = service.n_descriptors()
        script = (
            "import socket,sys,time\n"
            "s=socket.create_connection(('127.0.0.1',int(sys.argv[1])))\n"
            "s.sendall(bytes.fromhex(sys.argv[2]))\n"
            "print('sent',flush=True)\ntime.sleep(600)\n")
        stream = (wire.frame(RECORDS[0]) + wire.frame(RECORDS[1]))[:-5]
        for _ in range(3):
            sender = subprocess.Popen(
                [sys.executable, "-c", script, service.address.rsplit(":", 1)[1],
                 stream.hex()], stdout=subprocess.PIPE)
            assert sender.stdout.readline() == b"sent\n"
            sender.kill()
            sender.wait()
        deadline = time.monotonic() + wire.TIMEOUT_SECONDS
        while service.logged().count("ended within a frame") < 3:
            assert time.monotonic() < deadline, service.logged()
            time.sleep(0.01)
        wait_for_descriptors(service, n_before)
        assert wire.text_of(wire.ask(service.address, RECORDS)) == EXPECTED


def wait_for_descriptors(service, n_wanted):
    deadline = time.monotonic() + wire.TIMEOUT_SECONDS
    while service.n_descriptors() > n_wanted:
        assert time.monotonic() < deadline, "%d descriptors, %d before" % (
            service.n_descriptors(), n_wanted)
        time.sleep(0.01)


def idle_connections():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    with serving("--max-connections", "1001") as service:
        n_before = service.n_descriptors()
        held = [wire.connect(service.address) for _ in range(1000)]
        before = service.memory_bytes()
        assert wire.text_of(wire.ask(service.address, RECORDS)) == EXPECTED
        # What the first stream needs is no growth by connections.
        assert service.memory_bytes() - before < 64 << 20
        held.append(wire.connect(service.address))
        with wire.connect(service.address) as one_too_many:
            assert is_lost(one_too_many)
        for connection in held:
            connection.close()
        wait_for_descriptors(service, n_before)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def time_outs():
    with serving("--idle-timeout", "1") as service:
        with wire.connect(service.address) as connection:
            wire.send_records(connection, RECORDS[:1], end=False)
            assert is_lost(connection)
        service.wait_for("nothing came for 1 s")


def bad_records():
    bad = [b"1,2,3,4,5,6", b"7,x,0,0", b'8,"open,0,0', b"9,1,2\n10,1,2,3", b'"\xff",1,2,3']
    with serving("--bad-rows", "error", "--linger-ms", "0") as service:
        neighbour = Neighbour(service)
        for record in bad:
            with wire.connect(service.address) as connection:
                wire.send_records(connection, RECORDS[:250] + [record] + RECORDS[250:])
                frames = []
                try:
                    while (payload := wire.read_frame(connection)) is not None:
                        frames.append(payload)
                    raise RuntimeError("%r passed" % record)
                except ConnectionError:
                    pass
                assert EXPECTED.startswith(wire.text_of(frames)), record
                assert len(frames) == 2, (record, len(frames))
        neighbour.end()
    with serving("--bad-rows", "skip") as service:
        for n_bad in (1, 3, 200):
            records = RECORDS[:250] + bad * n_bad + RECORDS[250:]
            assert wire.text_of(wire.ask(service.address, records)) == EXPECTED, n_bad


def bad_headers():
    with serving() as service:
        for header in (b"a,b", b"", b'"id', b"id,x0,x1,x2\n1,2,3,4", wire.END):
            with wire.connect(service.address) as connection:
                wire.send_records(connection, [header] + RECORDS[1:3])
                assert is_lost(connection), header
        with wire.connect(service.address) as connection:
            connection.shutdown(socket.SHUT_WR)
            assert is_lost(connection)


def many_frames():
    """Memory does not grow with the frames of a stream or the number of streams."""
    rows = RECORDS[1:101]
    with serving() as service:
        def run(n_frames):
            with wire.connect(service.address) as connection:
                def write():
                    wire.send_records(connection, RECORDS[:1], end=False)
                    for _ in range(n_frames // len(rows)):
                        wire.send_records(connection, rows, end=False)
                    connection.sendall(wire.frame(wire.END))
                writer = threading.Thread(target=write)
                writer.start()
                n_lines = sum(p.count(b"\n") + 1 for p in wire.read_frames(connection))
                writer.join()
                assert n_lines == 1 + n_frames // len(rows) * len(rows)
        run(10000)
        n_before = service.n_descriptors()
        before = service.memory_bytes()
        run(N_FRAMES)
        for _ in range(20):
            run(200)
        growth = service.memory_bytes() - before
        assert growth < 1 << 20 or IS_SANITIZED, "grew by %d bytes" % growth
        wait_for_descriptors(service, n_before)


def slow_readers_stop_senders():
    """Who does not take replies is not read from without bound."""
    rows = RECORDS[1:101]
    with serving() as service:
        with wire.connect(service.address) as connection:
            wire.send_records(connection, RECORDS[:1], end=False)
            connection.settimeout(0.5)
            block = b"".join(map(wire.frame, rows)) * 20
            n_sent = 0
            try:
                while n_sent < 1 << 30:
                    n_sent += connection.send(block)
            except (TimeoutError, socket.timeout):
                pass
            assert n_sent < 1 << 28, "%d bytes were taken" % n_sent
            assert wire.text_of(wire.ask(service.address, RECORDS)) == EXPECTED


if __name__ == "__main__":
    sys.exit(wire.run_cases([
        bad_lengths,
        good_lengths,
        one_byte_at_a_time,
        half_closes,
        resets,
        killed_senders,
        idle_connections,
        time_outs,
        bad_records,
        bad_headers,
        many_frames,
        slow_readers_stop_senders,
    ]))
