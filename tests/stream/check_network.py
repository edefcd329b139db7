#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sender, service and receiver on hosts of their own, on a network that loses packets.

Each host is a network namespace whose one interface is a TUN device; a switch in this
process hands packets on after 20 ms each way, and loses 5 % of them. Nothing of this
outlives the process.

usage: check_network.py PROGRAM GOLDEN_FOLDER
"""
import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import tempfile
import threading
import time

import wire

PROGRAM, GOLDEN = sys.argv[1], sys.argv[2]
FOLDER = os.path.join(GOLDEN, "models", "xgb_exact")
MODEL = os.path.join(FOLDER, "model.ubj")
LOSS, DELAY_SECONDS = 0.05, 0.02
SKIPPED = 77  # for CTest

# Of linux/sched.h and linux/if_tun.h.
CLONE_NEWNET, TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x40000000, 0x400454CA, 1, 0x1000
IPV4_DESTINATION_END, PACKET_BYTES_MAX = 19, 65536

LIBC = ctypes.CDLL(None, use_errno=True)


def require(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), what)


def in_thread(function):
    """The function's result, or its exception; namespaces are entered by threads."""
    results = []

    def run():
        try:
            results.append((function(), None))
        except Exception as failure:  # handed on to the caller
            results.append((None, failure))
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if results[0][1] is not None:
        raise results[0][1]
    return results[0][0]


class Host:
    def __init__(self, number):
        self.number = number
        self.address = "10.77.0.%d" % number
        in_thread(self.set_up)

    def set_up(self):
        require(LIBC.unshare(CLONE_NEWNET), "unshare")
        self.namespace = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        self.tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self.tun, TUNSETIFF, struct.pack("16sH14x", b"rows0", IFF_TUN | IFF_NO_PI))
        for command in ("link set lo up", "addr add %s/24 dev rows0" % self.address,
                        "link set rows0 up"):
            subprocess.run(["ip", *command.split()], check=True)

    def run(self, function):
        """Runs a function on this host; processes that it starts stay there."""
        def enter_and_run():
            require(LIBC.setns(self.namespace, CLONE_NEWNET), "setns")
            return function()
        return in_thread(enter_and_run)


class Switch:
    def __init__(self, hosts):
        self.tuns = {host.number: host.tun for host in hosts}
        self.random = random.Random(8)
        self.under_way = []  # by time
        self.n_lost = self.n_passed = 0
        threading.Thread(target=self.work, daemon=True).start()

    def take(self, tun):
        packet = os.read(tun, PACKET_BYTES_MAX)
        target = self.tuns.get(packet[IPV4_DESTINATION_END])
        if packet[0] >> 4 != 4 or target is None:
            return
        if self.random.random() < LOSS:
            self.n_lost += 1
            return
        self.n_passed += 1
        due = time.monotonic() + DELAY_SECONDS
        heapq.heappush(self.under_way, (due, self.n_passed, target, packet))

    def work(self):
        poll = select.poll()
        for tun in self.tuns.values():
            poll.register(tun, select.POLLIN)
        while True:
            for tun, _ in poll.poll(1 if self.under_way else None):
                self.take(tun)
            while self.under_way and self.under_way[0][0] <= time.monotonic():
                _, _, target, packet = heapq.heappop(self.under_way)
                os.write(target, packet)


def rows():
    with open(os.path.join(FOLDER, "in.csv"), "rb") as file:
        header, *lines = file.read().splitlines(keepends=True)
    return header + b"".join(lines * 8)


def make_cases(sender, service_host, receiver, switch):
    def serving(*arguments):
        """Started on its host; what is asked of it here goes by its process alone."""
        return service_host.run(lambda: wire.Service(
            PROGRAM, "-m", MODEL, "--batch-rows", "20", *arguments,
            listen=service_host.address + ":0"))

    def send(service, path, *arguments):
        sender.run(lambda: subprocess.run(
            [PROGRAM, "send", path, service.address, "-q", *arguments], check=True,
            timeout=wire.TIMEOUT_SECONDS))

    def check(path, expected):
        with open(path, "rb") as file:
            assert file.read() == expected, "the bytes differ from those of a file"
        assert switch.n_lost > 0, "the switch lost nothing"

    def in_folder(case):
        def run():
            with tempfile.TemporaryDirectory() as folder:
                expected = wire.classify(PROGRAM, ["-m", MODEL], rows(), folder)
                case(os.path.join(folder, "rows.csv"), os.path.join(folder, "out.csv"), expected)
        run.__name__ = case.__name__
        return run

    def replies_over_a_network_that_loses(path, target, expected):
        service = serving("--reply", "--allow", sender.address + "/32")
        send(service, path, "-o", target)
        check(target, expected)
        try:
            with receiver.run(lambda: wire.connect(service.address)) as refused:
                assert refused.recv(1) == b"", "--allow let another host in"
        except ConnectionError:
            pass
        assert service.stop() == 0, service.logged()

    def three_hosts_on_a_network_that_loses(path, target, expected):
        address = receiver.address + ":9001"
        receive = receiver.run(lambda: subprocess.Popen(
            [PROGRAM, "receive", "--listen", address, "-o", target, "-q"]))
        service = serving("--out", address)
        send(service, path)
        assert receive.wait(wire.TIMEOUT_SECONDS) == 0
        check(target, expected)
        assert service.stop() == 0, service.logged()

    return [in_folder(replies_over_a_network_that_loses),
            in_folder(three_hosts_on_a_network_that_loses)]


def main():
    try:
        hosts = [Host(number) for number in (1, 2, 3)]
    except (OSError, subprocess.CalledProcessError) as failure:
        print("skipped: hosts on a network that loses: no namespaces here: %s" % failure)
        return SKIPPED
    return wire.run_cases(make_cases(*hosts, Switch(hosts)))


if __name__ == "__main__":
    sys.exit(main())
