#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The life of a service: signals, reloading, receivers that go and come, who may connect.

usage: check_service.py PROGRAM GOLDEN_FOLDER
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import wire

PROGRAM, GOLDEN = sys.argv[1], sys.argv[2]
FOLDER = os.path.join(GOLDEN, "models", "xgb_exact")
MODEL = os.path.join(FOLDER, "model.ubj")

with open(os.path.join(FOLDER, "in.csv"), "rb") as golden_rows:
    TEXT = golden_rows.read()
RECORDS = wire.records_of(TEXT)


def expected(*arguments, text=TEXT):
    with tempfile.TemporaryDirectory() as folder:
        return wire.classify(PROGRAM, arguments, text, folder)


EXPECTED = expected("-m", MODEL)


def get(address, path):
    return urllib.request.urlopen("http://%s%s" % (address, path), timeout=60).read().decode()


def metric(text, name):
    return int(re.search(r"^gpuclassify_%s (\d+)$" % re.escape(name), text, re.M).group(1))


def receiver_goes_and_comes():
    """Nothing is lost while the receiver is down, and order is kept."""
    first = wire.Receiver()
    port = int(first.address.rsplit(":", 1)[1])
    first.close()
    with wire.serving(PROGRAM, "-m", MODEL, "--out", first.address) as service:
        with wire.connect(service.address) as connection:
            wire.send_records(connection, RECORDS)
            service.wait_for("trying again until it is there")
            time.sleep(0.2)
            second = wire.Receiver(port)
            assert wire.text_of(second.take()) == EXPECTED
            assert connection.recv(1) == b""
            second.close()
        assert ": connected" in service.logged()


def drains_on_sigterm():
    """What was read is answered, and the exit status is 0."""
    service = wire.Service(PROGRAM, "-m", MODEL, "--linger-ms", "0")
    with wire.connect(service.address) as connection:
        wire.send_records(connection, RECORDS[:251], end=False)
        rows = []
        while len(rows) < 201:  # the header and two batches: the rest is being filled
            rows += wire.read_frame(connection).split(b"\n")
        service.process.send_signal(signal.SIGTERM)
        try:
            while (payload := wire.read_frame(connection)) is not None:
                rows += payload.split(b"\n")
            raise RuntimeError("a stream without an end frame ended well")
        except ConnectionError:
            pass
        assert rows == EXPECTED.splitlines()[: len(rows)] and len(rows) == 251, len(rows)
    assert service.process.wait(wire.TIMEOUT_SECONDS) == 0, service.logged()


def second_sigterm_ends_at_once():
    receiver = wire.Receiver()
    receiver.close()
    service = wire.Service(PROGRAM, "-m", MODEL, "--out", receiver.address)
    with wire.connect(service.address) as connection:
        wire.send_records(connection, RECORDS)
        service.wait_for("trying again until it is there")
        service.process.send_signal(signal.SIGTERM)
        service.wait_for("ending: ")
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(wire.TIMEOUT_SECONDS) == -signal.SIGTERM


def reloads_on_sighup():
    """Streams go on with the new model; a bad file keeps the old one."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model")
        shutil.copy(MODEL, path)
        with wire.serving(PROGRAM, "-m", path, "--linger-ms", "1") as service:
            with wire.connect(service.address) as connection:
                wire.send_records(connection, RECORDS[:2], end=False)
                rows = []
                while len(rows) < 2:
                    rows += wire.read_frame(connection).split(b"\n")
                with open(path, "wb") as file:
                    file.write(b"nonsense")
                service.process.send_signal(signal.SIGHUP)
                service.wait_for("the model that was loaded before stays")
                shutil.copy(MODEL, path)
                service.process.send_signal(signal.SIGHUP)
                service.wait_for("is loaded again")
                wire.send_records(connection, RECORDS[2:])
                while (payload := wire.read_frame(connection)) is not None:
                    rows += payload.split(b"\n")
                assert rows == EXPECTED.splitlines()


def reload_takes_effect():
    """A model that differs gives other rows from the next batch on."""
    names = ("lgb_binary_sigmoid", "lgb_linear_tree_binary")
    one, two = (os.path.join(GOLDEN, "models", name, "model.txt") for name in names)
    with open(os.path.join(os.path.dirname(one), "in.csv"), "rb") as file:
        text = file.read()
    records, options = wire.records_of(text), ["--output", "margin"]
    first = expected("-m", one, *options, text=text).splitlines()
    second = expected("-m", two, *options, text=text).splitlines()
    assert first[0] == second[0] and first[1:] != second[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model")
        shutil.copy(one, path)
        with wire.serving(PROGRAM, "-m", path, *options, "--linger-ms", "0",
                          "--batch-rows", "50") as service:
            with wire.connect(service.address) as connection:
                wire.send_records(connection, records[:51], end=False)
                rows = wire.read_frame(connection).split(b"\n")
                shutil.copy(two, path)
                service.process.send_signal(signal.SIGHUP)
                service.wait_for("is loaded again")
                wire.send_records(connection, records[51:])
                while (payload := wire.read_frame(connection)) is not None:
                    rows += payload.split(b"\n")
            assert rows == first[:51] + second[51:]


def answers_metrics():
    with wire.serving(PROGRAM, "-m", MODEL, "--metrics", "127.0.0.1:0") as service:
        address = service.addresses[1]
        assert get(address, "/healthz") == "ok\n"
        wire.ask(service.address, RECORDS)
        with wire.connect(service.address) as connection:
            connection.sendall(b"\xff\xff\xff\xff")
            try:
                connection.recv(1)
            except ConnectionError:
                pass
        text = get(address, "/metrics")
        assert metric(text, "records_total") == len(RECORDS) - 1
        assert metric(text, "batches_total") == 8
        assert metric(text, "rows_total") == len(RECORDS) - 1
        assert sum(int(n) for n in re.findall(
            r'^gpuclassify_device_rows_total{device="[^"]+"} (\d+)$', text, re.M)) == len(RECORDS) - 1
        assert metric(text, "connections_total") == 2
        assert metric(text, 'stream_faults_total{kind="frame"}') == 1
        assert metric(text, "batch_latency_seconds_count") == 8
        assert metric(text, "received_bytes_total") == 4 + sum(
            len(wire.frame(r)) for r in RECORDS + [wire.END])
        assert len(re.findall(r"^# TYPE ", text, re.M)) == len(
            set(re.findall(r"^# TYPE (\S+)", text, re.M)))
        for path, status in (("/", 404), ("/metricsx", 404)):
            try:
                get(address, path)
                raise RuntimeError(path)
            except urllib.error.HTTPError as error:
                assert error.code == status
        with wire.connect(address) as connection:
            connection.sendall(b"x" * 20000)
            try:
                assert connection.recv(1 << 16) == b""
            except ConnectionError:
                pass


def allows_networks():
    for networks, is_in in ((["127.0.0.0/8"], True), (["10.0.0.0/8", "::1"], False),
                            (["10.0.0.0/8", "127.0.0.1"], True), (["0.0.0.0/0"], True)):
        options = [word for network in networks for word in ("--allow", network)]
        with wire.serving(PROGRAM, "-m", MODEL, *options) as service:
            try:
                got = wire.text_of(wire.ask(service.address, RECORDS))
                assert is_in and got == EXPECTED, networks
            except ConnectionError:
                assert not is_in, networks


def listens_on_sockets_of_the_file_system():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "in.sock")
        left_over = socket.socket(socket.AF_UNIX)
        left_over.bind(path)
        left_over.close()
        with wire.serving(PROGRAM, "-m", MODEL, listen="unix:" + path) as service:
            assert wire.text_of(wire.ask("unix:" + path, RECORDS)) == EXPECTED
            again = subprocess.run(
                [PROGRAM, "serve", "-m", MODEL, "--in", "unix:" + path],
                stderr=subprocess.PIPE, check=False)
            assert again.returncode == 1 and b"another program" in again.stderr
            assert service.process.poll() is None
        assert not os.path.exists(path)
        with open(path, "w") as file:
            file.write("precious")
        refused = subprocess.run([PROGRAM, "serve", "-m", MODEL, "--in", "unix:" + path],
                                 stderr=subprocess.PIPE, check=False)
        assert refused.returncode == 1 and b"no socket" in refused.stderr
        with open(path) as file:
            assert file.read() == "precious"


def refuses_what_makes_no_sense():
    cases = [
        (["--in", "127.0.0.1:0"], 2, b"no model"),
        (["-m", MODEL], 2, b"--in"),
        (["-m", MODEL, "--in", "nonsense"], 2, b"is no address"),
        (["-m", MODEL, "--in", "127.0.0.1:99999"], 2, b"is no address"),
        (["-m", MODEL, "--in", "127.0.0.1:0", "--allow", "10.0.0.0/33"], 2, b"no network"),
        (["-m", MODEL, "--in", "127.0.0.1:0", "--limit", "3"], 2, b"--limit"),
        (["-m", MODEL, "--in", "127.0.0.1:0", "--index-type", "int"], 2, b"black box"),
        (["-m", "blackbox", "--in", "127.0.0.1:0", "--index-type", "x"], 2, b"int, float"),
        (["-m", MODEL, "--in", "127.0.0.1:0", "--device", "none"], 3, b"none"),
        (["-m", MODEL, "--in", "127.0.0.1:0", "rows.csv"], 2, b"rows.csv"),
        (["-m", "/nonexistent", "--in", "127.0.0.1:0"], 2, b"/nonexistent"),
    ]
    for arguments, status, text in cases:
        run = subprocess.run([PROGRAM, "serve", *arguments], stderr=subprocess.PIPE,
                             check=False, timeout=wire.TIMEOUT_SECONDS)
        assert run.returncode == status and text in run.stderr, (arguments, run)


def receive_and_send_fail_whole():
    """A stream that breaks leaves no output; a service that is not there is told of."""
    with tempfile.TemporaryDirectory() as folder:
        rows, out = os.path.join(folder, "rows.csv"), os.path.join(folder, "out.csv")
        bad = b"\n".join(RECORDS[:300] + [b"1,x,0,0"] + RECORDS[300:]) + b"\n"
        with open(rows, "wb") as file:
            file.write(bad)
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        listener.close()
        for address, said in (("127.0.0.1:%d" % port, b"broke the stream off"),
                              ("unix:" + os.path.join(folder, "out.sock"),
                               b"ended within a frame")):
            lonely = subprocess.run([PROGRAM, "send", rows, address], check=False,
                                    stderr=subprocess.PIPE)
            assert lonely.returncode == 1 and address.encode() in lonely.stderr, lonely
            receive = subprocess.Popen([PROGRAM, "receive", "--listen", address, "-o", out],
                                       stderr=subprocess.PIPE)
            with wire.serving(PROGRAM, "-m", MODEL, "--out", address) as service:
                sent = subprocess.run([PROGRAM, "send", rows, service.address],
                                      check=False, stderr=subprocess.PIPE)
                assert sent.returncode == 1 and b"its log says why" in sent.stderr, sent
                _, errors = receive.communicate(timeout=wire.TIMEOUT_SECONDS)
                assert receive.returncode == 1 and said in errors, errors
                assert "'x' is not a number" in service.logged(), service.logged()
        listen = "unix:" + os.path.join(folder, "in.sock")
        with wire.serving(PROGRAM, "-m", MODEL, listen=listen):
            sent = subprocess.run([PROGRAM, "send", rows, listen, "-o", out],
                                  check=False, stderr=subprocess.PIPE)
            assert sent.returncode == 1, sent
        assert sorted(os.listdir(folder)) == ["rows.csv"], os.listdir(folder)


def receive_counts_rows():
    n_rows = len(EXPECTED.splitlines())
    for n_expected, status in ((n_rows, 0), (n_rows - 1, 1)):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "in.sock")
            out = os.path.join(folder, "out.csv")
            receive = subprocess.Popen(
                [PROGRAM, "receive", "--listen", "unix:" + path, "-o", out,
                 "--expect-rows", str(n_expected)], stderr=subprocess.DEVNULL)
            with wire.serving(PROGRAM, "-m", MODEL, "--out", "unix:" + path) as service:
                with wire.connect(service.address) as connection:
                    wire.send_records(connection, RECORDS)
                    assert receive.wait(wire.TIMEOUT_SECONDS) == status
            if status == 0:
                with open(out, "rb") as file:
                    assert file.read() == EXPECTED
            else:
                assert not os.path.exists(out)


if __name__ == "__main__":
    sys.exit(wire.run_cases([
        receiver_goes_and_comes,
        drains_on_sigterm,
        second_sigterm_ends_at_once,
        reloads_on_sighup,
        reload_takes_effect,
        answers_metrics,
        allows_networks,
        listens_on_sockets_of_the_file_system,
        refuses_what_makes_no_sense,
        receive_and_send_fail_whole,
        receive_counts_rows,
    ]))
