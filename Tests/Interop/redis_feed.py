"""For checks with one feed on several servers: a redis-server, and a `pushlab feed` that may write to it."""
import json
import random
import shutil
import socket
import subprocess
import sys
import threading
import time

PATIENCE = 30


def lasting_port():
    """A free port of 127.0.0.1 for a program that is killed and started again.

    Below the ports that the kernel gives to connections: one of them could take the port meanwhile.
    """
    with open("/proc/sys/net/ipv4/ip_local_port_range") as limits:
        first = int(limits.read().split()[0])
    for _ in range(1_000):
        port = random.randrange(first - 10_000, first) if first > 20_000 else 0
        with socket.socket() as free:
            try:
                free.bind(("127.0.0.1", port))
            except OSError:
                continue
            return free.getsockname()[1]
    sys.exit("there is no free port on 127.0.0.1")


def need_redis():
    """Ends the check if the program is missing."""
    if not shutil.which("redis-server"):
        sys.exit("redis-server is missing; install the Debian package redis-server")


class Redis:
    """Runs inside a `with` statement, on a port of 127.0.0.1, and keeps its data in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.port = lasting_port()

    def start(self):
        self.process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--dir", self.folder, "--appendonly",
             "yes", "--save", "", "--daemonize", "no", "--logfile", self.folder / "redis.log"],
            stdin=subprocess.DEVNULL)
        wait_for(lambda: self.call("PING") == "PONG", "redis-server answers")

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def url(self, stream):
        return f"redis://127.0.0.1:{self.port}/{stream}"

    def call(self, *words):
        """One command; the reply is a text, a number, a list or None."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as connection:
                data = [str(word).encode() for word in words]
                connection.sendall(b"*%d\r\n" % len(data) + b"".join(b"$%d\r\n%b\r\n" % (len(d), d) for d in data))
                return read_reply(connection.makefile("rb"))
        except OSError:
            return None


def read_reply(file):
    line = file.readline()
    kind, rest = line[:1], line[1:-2]
    if kind in b"+-":
        return rest.decode()
    if kind == b":":
        return int(rest)
    if kind == b"$":
        return None if rest == b"-1" else file.read(int(rest) + 2)[:-2].decode()
    return None if rest == b"-1" else [read_reply(file) for _ in range(int(rest))]


class Feed:
    """A `pushlab feed` inside a `with` statement; standard error is read on a thread."""

    def __init__(self, build, *arguments):
        self.process = subprocess.Popen(
            [build / "pushlab", "feed", "synthetic", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        self.sentences = []

    def __enter__(self):
        first = self.process.stderr.readline()
        if not first.startswith("{"):
            self.process.kill()
            self.process.wait()
            sys.exit(f"pushlab feed did not start: {first}")
        self.port = json.loads(first)["port"]
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        return self

    def read(self):
        for line in self.process.stderr:
            self.sentences.append(line.rstrip("\n"))

    def __exit__(self, *_):
        self.process.terminate()
        self.wait()

    def wait(self):
        code = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        return code


def wait_for(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"this did not happen within {PATIENCE} s: {what}")
        time.sleep(0.02)
