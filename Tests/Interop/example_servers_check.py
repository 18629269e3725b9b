"""Loads the servers of Scenarios/peers/examples with every transport that they have: python3 example_servers_check.py
BUILD_FOLDER

They follow Scenarios/peers/WIRE.md and have no /stats. The check reads the folders of the runs: every client gets every
item once and in order, and the bytes are those of the kernel. Needs Node.js with the package ws for server.js; without,
it prints NOT RUN. Prints "N passed, N failed"; exits with 1 if a check failed.
"""
import csv
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from wire import Tally

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent.parent / "Scenarios" / "peers" / "examples"
POLLS_AND_STREAMS = ("short-poll", "long-poll", "http-stream", "sse")
SERVERS = {"server.py": (sys.executable, POLLS_AND_STREAMS), "server.js": ("node", POLLS_AND_STREAMS + ("websocket",))}
CLIENTS, SECONDS, ITEMS_PER_SECOND = 20, 2, 20


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class ExampleServer:
    """A server of the examples inside a `with` statement."""

    def __init__(self, program, file):
        self.port = free_port()
        self.command = [program, EXAMPLES / file, str(self.port)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.__exit__()
                    sys.exit(f"{self.command[1]} does not start")
                time.sleep(0.02)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


def load(build, folder, port, transport):
    """Runs a load; returns the process, its row and its rows of layers."""
    process = subprocess.run(
        [build / "pushlab", "load", "--url", f"http://127.0.0.1:{port}", "--transport", transport,
         "--clients", str(CLIENTS), "--warmup", "0s", "--duration", f"{SECONDS}s", "--out", folder, "--quiet"],
        capture_output=True, text=True, timeout=60)
    with open(folder / "summary.csv", newline="", encoding="utf-8") as summary, \
            open(folder / "layers.csv", newline="", encoding="utf-8") as layers:
        return process, next(csv.DictReader(summary)), list(csv.DictReader(layers))


def check_load(tally, what, process, row, layers):
    tally.check(f"{what}: exit {process.returncode}: {process.stderr}", process.returncode == 0)
    tally.check(f"{what}: bytes_valid is {row['bytes_valid']}: {row['invalid_reason']}", row["bytes_valid"] == "true")
    for column, wanted in (("missed", "0"), ("duplicate", "0"), ("reordered", "0"), ("errors", "0"),
                           ("conserved", "true")):
        tally.check(f"{what}: {column} is {row[column]}, not {wanted}", row[column] == wanted)
    # Without /stats the last items of a client depend on when it ends; a client has at least those before it.
    least = CLIENTS * (SECONDS - 1) * ITEMS_PER_SECOND
    tally.check(f"{what}: {row['delivered']} deliveries are at least {least}", int(row["delivered"]) >= least)
    for direction in ("up", "down"):
        counted = sum(int(layer["bytes"]) for layer in layers
                      if layer["direction"] == direction and layer["layer"] != "tcp_ip")
        kernel = int(row[f"kernel_tcp_bytes_{direction}"])
        tally.check(f"{what}, {direction}: the layers have {counted} B, the kernel {kernel} B", counted == kernel > 0)


def has_ws():
    if not shutil.which("node"):
        return False
    return subprocess.run(["node", "-e", "require('ws')"], capture_output=True).returncode == 0


def main(build):
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="pushlab-examples-") as scratch:
        for file, (program, transports) in SERVERS.items():
            if program == "node" and not has_ws():
                print(f"NOT RUN: {file} needs the Debian package node-ws")
                continue
            for transport in transports:
                # A new server for each: the clients expect every item since its start.
                with ExampleServer(program, file) as server:
                    folder = pathlib.Path(scratch) / f"{file}-{transport}"
                    check_load(tally, f"{file}, {transport}", *load(build, folder, server.port, transport))
    return tally.end()


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
