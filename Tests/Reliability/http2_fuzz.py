"""Random HTTP/2 clients against the server: python3 http2_fuzz.py BUILD_FOLDER [options]

Three kinds of connection, mixed at random from one seed:

    requests  valid requests with random fields, bodies, trailers and resets; the client closes with FIN or RST
    frames    valid frames in any order, with random flags, streams and payloads
    bytes     random bytes after the connection preface

The script starts the server, or attaches to a running one with --port and --pid. It fails if the server ends, if
/healthz does not answer at the end, or if resident memory after all connections exceeds that after a third of them by
more than --growth. Needs `pip install h2` (for hpack). Prints one summary line; exits with 1 on failure.
"""

import argparse
import json
import os
import pathlib
import random
import socket
import struct
import subprocess
import sys
import time

import hpack

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, END_HEADERS = 1, 4
PATHS = [
    "/",
    "/poll",
    "/poll?after=0",
    "/poll?latest=1",
    "/long-poll?hold=50ms",
    "/long-poll?after=0",
    "/stream",
    "/events",
    "/ws",
    "/echo",
    "/publish",
    "/stats",
    "/metrics",
    "/healthz",
    "/feed/schedule",
    "*",
    "",
    "/nothing",
    "/poll?after=99999999",
    "http://127.0.0.1/healthz",
    "HTTP://a",
    "/" + "a" * 9_000,
    "/po ll",
    "/poll#x",
]
METHODS = ["GET"] * 8 + ["POST"] * 4 + ["HEAD"] * 3 + ["OPTIONS", "PUT", "DELETE", "CONNECT", "get", "PRI"]
VALUES = [
    "",
    "0",
    "1",
    "x",
    "close",
    "chunked",
    "100-continue",
    "gzip",
    "\"3\"",
    "99999999999999999",
    "-1",
    "a" * 300,
    "b" * 5_000,
    "http://a.example",
    "websocket",
    "13",
    "permessage-deflate",
    "trailers",
    "\u00e9",
    "a,b,c",
]
NAMES = [
    "accept",
    "accept-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "if-none-match",
    "last-event-id",
    "origin",
    "te",
    "transfer-encoding",
    "connection",
    "upgrade",
    "x-a",
    "x-" + "b" * 200,
    "sec-websocket-version",
    "sec-websocket-protocol",
    "sec-websocket-extensions",
    "authorization",
    "X-Capital",
]


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


class Connection:
    """One client: the pieces that it sends, and whether it closes with FIN or RST."""

    def __init__(self, dice, mode):
        self.dice = dice
        self.encoder = hpack.Encoder()
        self.requests = 0
        settings = b""
        if dice.random() < 0.3:
            settings += struct.pack(">HI", 4, dice.choice([0, 1, 100, 65_535, 1 << 20]))
        if dice.random() < 0.2:
            settings += struct.pack(">HI", 1, dice.choice([0, 100, 4_096, 65_536]))
        self.pieces = [PREFACE + frame(SETTINGS, 0, 0, settings)]
        self.closes_with_reset = dice.random() < 0.5
        self.reads = dice.random() < 0.8
        {"requests": self.plan_requests, "frames": self.plan_frames, "bytes": self.plan_bytes}[mode]()

    def plan_requests(self):
        stream = 1
        for _ in range(self.dice.randrange(1, 13)):
            self.pieces.append(self.request(stream))
            stream += 2

    def request(self, stream):
        dice = self.dice
        self.requests += 1
        method = dice.choice(METHODS)
        fields = [(":method", method), (":scheme", "http"), (":path", dice.choice(PATHS)), (":authority", "127.0.0.1")]
        if method == "CONNECT" and dice.random() < 0.7:
            fields.insert(1, (":protocol", "websocket"))
        for _ in range(dice.choice([0, 0, 1, 2, 4, 12])):
            fields.append((dice.choice(NAMES), dice.choice(VALUES)))
        has_body = dice.random() < 0.4
        length = dice.choice([0, 1, 3, 100, 16_384, 30_000])
        if has_body and dice.random() < 0.5:
            fields.append(("content-length", str(length)))
        data = self.headers(fields, stream, 0 if has_body else END_STREAM)
        if has_body:
            data += self.body(stream, length)
        if dice.random() < 0.15:
            data += frame(RST_STREAM, 0, stream, struct.pack(">I", dice.choice([0, 1, 7, 8])))
        if dice.random() < 0.2:
            data += frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", dice.choice([1, 65_535])))
        return data

    def headers(self, fields, stream, flags):
        huffman = self.dice.random() < 0.5
        block = self.encoder.encode([(name, value.encode("utf-8")) for name, value in fields], huffman=huffman)
        parts = [block]
        if len(block) > 20 and self.dice.random() < 0.1:
            cut = self.dice.randrange(1, len(block))
            parts = [block[:cut], block[cut:]]
        parts = [part[at : at + 16_384] for part in parts for at in range(0, max(1, len(part)), 16_384)]
        data = b""
        for index, part in enumerate(parts):
            last = END_HEADERS if index == len(parts) - 1 else 0
            data += frame(CONTINUATION if index else HEADERS, last | (0 if index else flags), stream, part)
        return data

    def body(self, stream, length):
        dice = self.dice
        content = dice.choice([b"\n", b"GET /poll HTTP/1.1\r\nHost: a\r\n\r\n", b"0\r\n\r\n", b"x"])
        content = (content * (length // len(content) + 1))[:length]
        parts = [content[at : at + 16_384] for at in range(0, len(content), 16_384)] or [b""]
        data = b"".join(frame(DATA, 0, stream, part) for part in parts[:-1])
        ending = dice.random()
        if ending < 0.6:
            return data + frame(DATA, END_STREAM, stream, parts[-1])
        data += frame(DATA, 0, stream, parts[-1])
        if ending < 0.8:
            data += self.headers([("x-trailer", "1")], stream, END_STREAM)
        return data

    def plan_frames(self):
        dice = self.dice
        for _ in range(dice.randrange(1, 40)):
            if dice.random() < 0.3:
                self.pieces.append(self.request(dice.randrange(0, 40)))
                continue
            payload = dice.randbytes(dice.choice([0, 1, 4, 5, 6, 8, 9, 100]))
            flags = dice.choice([0, 1, 4, 5, 8, 32, 255])
            self.pieces.append(frame(dice.randrange(0, 12), flags, dice.randrange(0, 40), payload))

    def plan_bytes(self):
        self.pieces.append(self.dice.randbytes(self.dice.randrange(1, 5_000)))

    def open(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.socket.setblocking(False)
        self.deadline = time.monotonic() + 0.3
        self.pending = b""

    def step(self):
        """Sends and reads without blocking; returns whether the connection continues."""
        try:
            if not self.pending and self.pieces:
                self.pending = self.pieces.pop(0)
            if self.pending:
                self.pending = self.pending[self.socket.send(self.pending) :]
        except BlockingIOError:
            pass
        except OSError:
            return False
        try:
            if self.reads and not self.socket.recv(65_536):
                return False
        except BlockingIOError:
            if not self.pending and not self.pieces and self.dice.random() < 0.5:
                return False
        except OSError:
            return False
        return time.monotonic() < self.deadline

    def close(self):
        if self.closes_with_reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def resident_bytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1_024
    return 0


def is_healthy(port):
    # With a sanitizer, the server may need half a minute for the remaining connections first.
    patience = 60 if os.environ.get("PUSHLAB_SANITIZED") == "1" else 10
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=patience) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            answer = b""
            while piece := client.recv(4_096):
                answer += piece
            return answer.startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False


class Run:
    def __init__(self, options):
        self.options = options
        self.dice = random.Random(options.seed)
        self.done = self.requests = 0
        self.process = None
        if options.port is None:
            command = [str(pathlib.Path(options.build) / "pushlab-server"), "--port", "0", "--rate", "5/s"]
            self.process = subprocess.Popen(command + options.server_option, stdout=subprocess.PIPE)
            self.port = json.loads(self.process.stdout.readline())["port"]
            self.pid = self.process.pid
        else:
            self.port, self.pid = options.port, options.pid
        self.resident = {}

    def mode(self):
        if self.options.mode != "mixed":
            return self.options.mode
        return self.dice.choices(["requests", "frames", "bytes"], [6, 3, 1])[0]

    def go(self):
        """Returns the reason of a failure, or `None`."""
        end = time.monotonic() + self.options.seconds
        live = []
        while (self.done < self.options.connections or live) and time.monotonic() < end:
            while len(live) < self.options.at_once and self.done + len(live) < self.options.connections:
                connection = Connection(random.Random(self.dice.getrandbits(64)), self.mode())
                try:
                    connection.open(self.port)
                except OSError as error:
                    if self.process and self.process.poll() is not None:
                        return f"the server ended with {self.process.returncode} after {self.done} connections"
                    return f"cannot connect: {error}"
                live.append(connection)
            live = [connection for connection in live if self.serve(connection)]
        for connection in live:
            connection.close()
        time.sleep(self.options.settle)
        if self.process and self.process.poll() is not None:
            return f"the server ended with {self.process.returncode} after {self.done} connections"
        if not is_healthy(self.port):
            return "/healthz does not answer"
        self.resident["end"] = resident_bytes(self.pid)
        return None

    def serve(self, connection):
        if connection.step():
            return True
        connection.close()
        self.done += 1
        self.requests += connection.requests
        if self.done == self.options.connections // 3:
            self.resident["third"] = resident_bytes(self.pid)
        if self.options.verbose and self.done % 1_000 == 0:
            print(f"{self.done}: {resident_bytes(self.pid) / (1 << 20):.1f} MiB", file=sys.stderr)
        return False

    def judge(self, fault):
        third, end = self.resident.get("third"), self.resident.get("end")
        if fault is None and third is not None and end - third > self.options.growth * (1 << 20):
            fault = "resident memory grew too much"
        return fault

    def stop(self):
        """Returns the exit code of the server if this script started it, else 0."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "killed: it did not stop within 20 s"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", nargs="?", default=".build/debug", help="folder with pushlab-server")
    parser.add_argument("--connections", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--mode", choices=["requests", "frames", "bytes", "mixed"], default="mixed")
    parser.add_argument("--at-once", type=int, default=100, help="number of simultaneous connections")
    parser.add_argument("--seconds", type=float, default=300, help="time limit in seconds")
    parser.add_argument("--settle", type=float, default=2, help="pause in seconds before the last memory reading")
    parser.add_argument("--growth", type=float, default=5, help="allowed growth of memory in MiB, after a third")
    parser.add_argument("--port", type=int, help="port of a running server")
    parser.add_argument("--pid", type=int, help="process id of the running server, with --port")
    parser.add_argument("--server-option", action="append", default=[], help="such as --server-option=--tls")
    parser.add_argument("--verbose", action="store_true", help="print memory every 1,000 connections on standard error")
    run = Run(parser.parse_args())
    began = time.monotonic()
    try:
        fault = run.judge(run.go())
    finally:
        code = run.stop()
    fault = fault or (f"the server's exit code is {code}" if code else None)
    sizes = ", ".join(f"{name} {size / (1 << 20):.1f} MiB" for name, size in run.resident.items())
    print(
        f"http2_fuzz seed {run.options.seed} mode {run.options.mode}: {run.done} connections, {run.requests} requests, "
        f"{time.monotonic() - began:.0f} s, resident {sizes or 'unknown'}: {fault or 'passed'}"
    )
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(main())
