# SPDX-License-Identifier: Apache-2.0
"""The wire of the stream as its description has it, and services to talk to.

A frame is a length of four bytes, most significant first, then so many bytes. In: the
header line, then a CSV record a frame without its line end, then the byte 0x04. Out: a
frame a batch, rows joined by LF. Nothing here is taken from the program's own code.
"""
import contextlib
import os
import re
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

TIMEOUT_SECONDS = 120
END = b"\x04"


def frame(payload):
    return struct.pack(">I", len(payload)) + payload


def read_exactly(connection, size):
    """`size` bytes; None where the connection ends before the first of them."""
    parts = b""
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            assert not parts, "the connection ended within a frame"
            return None
        parts += part
    return parts


def read_frame(connection):
    header = read_exactly(connection, 4)
    if header is None:
        return None
    (size,) = struct.unpack(">I", header)
    return read_exactly(connection, size) if size else b""


def records_of(text):
    """The records of CSV text, header first: lines, joined where a quote is open."""
    records, record, quotes = [], b"", 0
    for line in text.splitlines(keepends=True):
        record += line
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            if record.strip():
                records.append(record.strip())
            record, quotes = b"", 0
    return records


def connect(address):
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(address[5:])
    else:
        host, port = address.rsplit(":", 1)
        connection = socket.create_connection((host.strip("[]"), int(port)))
    connection.settimeout(TIMEOUT_SECONDS)
    return connection


def send_records(connection, records, end=True):
    pending = bytearray()
    for record in records:
        pending += frame(record)
        if len(pending) > 1 << 16:
            connection.sendall(pending)
            pending.clear()
    if end:
        pending += frame(END)
    connection.sendall(pending)


def read_frames(connection):
    frames = []
    while (payload := read_frame(connection)) is not None:
        frames.append(payload)
    return frames


def ask(address, records):
    """Sends a stream, and returns the frames of the reply."""
    failures = []

    def send():
        try:
            send_records(connection, records)
        except OSError as failure:
            failures.append(failure)

    with connect(address) as connection:
        sender = threading.Thread(target=send)
        sender.start()
        try:
            frames = read_frames(connection)
        finally:
            sender.join()
    # A reset is told once: to whoever sends, or to whoever reads.
    if failures:
        raise failures[0]
    return frames


def text_of(frames):
    return b"".join(payload + b"\n" for payload in frames)


class Receiver:
    """Takes connections one after another and keeps the frames of each."""

    def __init__(self, port=0):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.listener.settimeout(TIMEOUT_SECONDS)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]

    def take(self):
        connection, _ = self.listener.accept()
        with connection:
            connection.settimeout(TIMEOUT_SECONDS)
            return read_frames(connection)

    def close(self):
        self.listener.close()


class Service:
    """A running `gpuclassify serve` at a free port."""

    def __init__(self, program, *arguments, listen="127.0.0.1:0"):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [program, "serve", "--in", listen, *arguments],
            stdout=subprocess.DEVNULL, stderr=self.log)
        try:
            self.addresses = self.wait_for(r"(?:listening|metrics) at (\S+)", r"ready: ")
        except AssertionError:
            self.process.kill()
            self.process.wait()
            raise
        self.address = self.addresses[0]

    def logged(self):
        # By pread(): the place where the service writes next is shared with it.
        size = os.fstat(self.log.fileno()).st_size
        return os.pread(self.log.fileno(), size, 0).decode()

    def wait_for(self, pattern, end=None, seconds=TIMEOUT_SECONDS):
        """Waits until the log has `end`, and returns what `pattern` finds in it."""
        deadline = time.monotonic() + seconds
        while True:
            text = self.logged()
            if re.search(end or pattern, text):
                return re.findall(pattern, text)
            assert self.process.poll() is None, text
            assert time.monotonic() < deadline, "waited for %s: %s" % (end or pattern, text)
            time.sleep(0.005)

    def stop(self, number=signal.SIGTERM):
        """Ends the service by a signal; returns its exit status."""
        self.process.send_signal(number)
        return self.process.wait(TIMEOUT_SECONDS)

    def memory_bytes(self):
        with open("/proc/%d/statm" % self.process.pid) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def n_descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))


@contextlib.contextmanager
def serving(program, *arguments, **more):
    """A service that must end well."""
    service = Service(program, *arguments, **more)
    try:
        yield service
        status = service.stop()
        assert status == 0, "exit status %d: %s" % (status, service.logged())
    finally:
        if service.process.poll() is None:
            service.process.kill()
            service.process.wait()
        service.log.close()


def classify(program, arguments, text, folder):
    """What the program makes of a file with this text."""
    path = os.path.join(folder, "rows.csv")
    with open(path, "wb") as file:
        file.write(text)
    return subprocess.run(
        [program, *arguments, path], check=True, stdout=subprocess.PIPE
    ).stdout


def run_cases(cases):
    """Runs functions and says how each ended; returns the exit status."""
    n_failed = 0
    for case in cases:
        try:
            result = case()
            print("%s: %s" % (result or "passed", case.__name__), flush=True)
        except Exception as failure:  # every kind is a failed case
            n_failed += 1
            print("FAILED: %s: %s: %s" % (case.__name__, type(failure).__name__, failure))
    return n_failed > 0
