"""HTTP/2 frames of every kind, most of them invalid, against the server: http2_frames.py [--quick] BINARIES

No message may end the process, memory must stay bounded, and /healthz must keep answering. Then random and mutated
frames (seeded; `PUSHLAB_SEED`, `PUSHLAB_CONNECTIONS`). Needs `hpack` (comes with `h2`) and curl.
"""

import os
import random
import sys
import time

import http2_wire as h2
from http2_wire import (
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    GOAWAY,
    HEADERS,
    PADDED,
    PING,
    RST_STREAM,
    SETTINGS,
    WINDOW_UPDATE,
    Peer,
    frame,
    headers,
)
from lab import MEBIBYTE, Checks, Server, arguments, health_seconds, memory, reset, run

SEED = int(os.environ.get("PUSHLAB_SEED", "1"))


def alive(server):
    time.sleep(0.05)
    return server.is_alive and health_seconds(server.port, 10) < 10


def refused_head_requests(build, checks):
    """a: a HEAD whose head the strict reader refuses was answered with a body after the stream's end."""
    for what, words in (
        ("HEAD of *", ["--request-target", "*", "URL/"]),
        ("HEAD of a path of 9,000 bytes", ["URL/" + "a" * 9_000]),
        ("HEAD with a length of 17 digits", ["-H", "content-length: 99999999999999999", "URL/"]),
        ("HEAD with a length of 20 digits", ["-H", "content-length: 99999999999999999999", "URL/"]),
    ):
        with Server(build) as server:
            answer = run(
                "curl",
                "-sSI",
                "-m",
                "5",
                "--http2-prior-knowledge",
                *(word.replace("URL", server.url) for word in words),
                seconds=8,
            )
            survived = alive(server)
            checks.check(f"{what} over HTTP/2 leaves the server alive", survived, f"exit {server.process.poll()}")
            # 92: the stream was reset, which is correct for a malformed request (RFC 9113 §8.1.1).
            checks.check(
                f"{what} over HTTP/2 gets a 4xx status or a reset",
                answer.output.startswith("HTTP/2 4") or (survived and answer.code == 92),
                answer,
            )


def unexpected_data(build, checks):
    """b: a stream carries one request; what follows it is no second one."""
    second = b"GET /poll HTTP/1.1\r\nHost: x\r\n\r\n"
    for what, method, path, data in (
        ("GET /poll and DATA of two line feeds", "GET", "/poll?after=0", b"\n\n"),
        ("GET /healthz and DATA like a request", "GET", "/healthz", second),
        ("POST /echo without a length and DATA like a request", "POST", "/echo", second),
    ):
        with Server(build) as server:
            peer = Peer(server.port)
            peer.send(frame(HEADERS, END_HEADERS, 1, headers(method, path)), frame(DATA, END_STREAM, 1, data))
            status, body = peer.answer(1)
            survived = alive(server)
            checks.check(f"{what}: the server stays alive", survived, f"exit {server.process.poll()}")
            checks.check(f"{what}: one response", status in ("200", "204"), (status, body[:40]))
            if method == "POST":
                checks.check(f"{what}: the complete body comes back", body == data, body[:60])
            peer.close()
    with Server(build) as server:
        peer = Peer(server.port)
        peer.send(frame(HEADERS, END_HEADERS, 1, headers("GET", "/events?after=0")))
        peer.read(lambda each: each[0] == HEADERS and each[2] == 1)
        for _ in range(12):
            peer.send(frame(DATA, 0, 1, bytes(8_192)))
        found = peer.read(lambda each: each[0] == RST_STREAM and each[2] == 1)
        checks.check("96 KiB of DATA after a GET reset its stream", found is not None, peer.ended)
        peer.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, headers("GET", "/healthz")))
        checks.check("other streams of the connection continue", peer.answer(3)[0] == "200" and alive(server))
        peer.close()


def bodies(build, checks):
    """The valid forms of a request body."""
    with Server(build) as server:
        peer = Peer(server.port)
        peer.send(
            frame(HEADERS, END_HEADERS, 1, headers("POST", "/echo", ("content-length", "3"))),
            frame(DATA, 0, 1, b"abc"),
            frame(HEADERS, END_HEADERS | END_STREAM, 1, trailers()),
        )
        checks.check(
            "valid trailers are accepted: 200 with the body", peer.answer(1) == ("200", b"abc"), peer.frames
        )
        peer.close()
        peer = Peer(server.port)
        peer.send(frame(HEADERS, END_HEADERS, 1, headers("POST", "/echo")), frame(DATA, END_STREAM, 1, b"hello"))
        checks.check(
            "POST /echo of unknown length over HTTP/2: the body comes back",
            peer.answer(1) == ("200", b"hello"),
            peer.frames,
        )
        peer.close()
        answer = run(
            "curl",
            "-sS",
            "-m",
            "5",
            "--http2-prior-knowledge",
            "-H",
            "Expect: 100-continue",
            "-d",
            "abc",
            f"{server.url}/echo",
            seconds=8,
        )
        checks.check(
            "Expect: 100-continue over HTTP/2 gets the final response",
            answer.code == 0 and answer.output == "abc",
            answer,
        )
        checks.check("the server stays alive after request bodies", alive(server))


def trailers():
    return h2.hpack.Encoder().encode([("x-sum", "1")], huffman=False)


def paddings(build, checks):
    block = headers("GET", "/healthz")
    with Server(build) as server:
        for what, wrong in (
            ("DATA whose padding is longer than itself", frame(DATA, PADDED, 1, b"\xff" + bytes(10))),
            ("HEADERS whose padding is longer than itself", frame(HEADERS, PADDED | END_HEADERS, 1, b"\xff" + block)),
            ("SETTINGS of 5 bytes", frame(SETTINGS, 0, 0, bytes(5))),
            ("SETTINGS of a stream", frame(SETTINGS, 0, 1, bytes(6))),
            ("PING of 7 bytes", frame(PING, 0, 0, bytes(7))),
            ("RST_STREAM of an idle stream", frame(RST_STREAM, 0, 9, bytes(4))),
            ("WINDOW_UPDATE of 0", frame(WINDOW_UPDATE, 0, 0, bytes(4))),
            ("CONTINUATION without HEADERS", frame(CONTINUATION, END_HEADERS, 1, block)),
            ("a frame above the agreed size", frame(DATA, 0, 1, bytes(17_000))),
            ("an even stream", frame(HEADERS, END_HEADERS | END_STREAM, 2, block)),
            ("PUSH_PROMISE", frame(5, END_HEADERS, 1, bytes(4) + block)),
            ("an invalid HPACK block", frame(HEADERS, END_HEADERS | END_STREAM, 1, b"\xff\xff\xff\xff\xff")),
        ):
            peer = Peer(server.port)
            peer.send(wrong)
            checks.check(
                f"{what} ends the connection but not the server",
                peer.was_cut() and server.is_alive,
                f"{peer.ended}, exit {server.process.poll()}",
            )
            peer.close()


# ---------------------------------------------------------------- random frames


def random_frame(dice):
    kind = dice.choice(
        [
            DATA,
            HEADERS,
            HEADERS,
            HEADERS,
            2,
            RST_STREAM,
            SETTINGS,
            5,
            PING,
            GOAWAY,
            WINDOW_UPDATE,
            CONTINUATION,
            dice.randrange(256),
        ]
    )
    stream = dice.choice([0, 1, 1, 3, 3, 5, 7, 2, dice.randrange(1 << 31)])
    flags = dice.choice([0, END_STREAM, END_HEADERS, END_STREAM | END_HEADERS, PADDED, dice.randrange(256)])
    if kind == HEADERS and dice.random() < 0.8:
        payload = random_headers(dice)
    elif kind == SETTINGS and dice.random() < 0.8:
        payload = b"".join(
            dice.randrange(9).to_bytes(2, "big")
            + dice.choice([0, 1, 16_384, 65_535, (1 << 31) - 1, dice.randrange(1 << 32)]).to_bytes(4, "big")
            for _ in range(dice.randrange(5))
        )
    elif kind in (PING, RST_STREAM, WINDOW_UPDATE) and dice.random() < 0.8:
        payload = dice.randbytes(8 if kind == PING else 4)
    elif kind == DATA and dice.random() < 0.5:
        payload = dice.choice([b"\n\n", b"GET /poll HTTP/1.1\r\nHost: x\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n", b""])
    else:
        payload = dice.randbytes(dice.choice([0, 1, 4, 8, 100, 1_000, 16_384]))
    made = frame(kind, flags, stream, payload)
    if dice.random() < 0.1:
        place = dice.randrange(len(made))
        made = made[:place] + bytes([dice.randrange(256)]) + made[place + 1 :]
    return made


def random_headers(dice):
    path = dice.choice(
        [
            "/poll?after=0",
            "/long-poll?after=0&hold=1s",
            "/stream?after=0",
            "/events",
            "/ws",
            "/echo",
            "/publish",
            "/stats",
            "/metrics",
            "/healthz",
            "/feed/schedule?from=1&to=9",
            "/",
            "*",
            "",
            "/" + "a" * dice.choice([10, 5_000, 9_000]),
            "/poll?after=99999999999999999999",
        ]
    )
    fields = [
        ("content-length", dice.choice(["0", "3", "-1", "99999999999999999999", "x"])),
        ("te", "trailers"),
        ("expect", "100-continue"),
        ("x-" + "y" * dice.randrange(20), "z" * dice.choice([0, 10, 4_000])),
        ("last-event-id", dice.choice(["", "3", "x"])),
        ("origin", "http://evil.example"),
        ("transfer-encoding", "chunked"),
        ("connection", "close"),
        (":protocol", "websocket"),
        ("host", "a"),
    ]
    return headers(
        dice.choice(["GET", "GET", "POST", "HEAD", "OPTIONS", "CONNECT", "PUT", "G T"]),
        path,
        *dice.sample(fields, dice.choice([0, 0, 1, 3])),
    )


def random_frames(build, checks, connections):
    dice = random.Random(SEED)
    worst, stopped_by, resident = 0.0, None, []
    with Server(build) as server:
        for number in range(connections):
            try:
                peer = Peer(server.port, opening=b"" if dice.random() < 0.05 else None)
                seed = dice.randrange(1 << 32)
                own = random.Random(seed)
                for _ in range(own.choice([1, 3, 10, 40])):
                    if not peer.send(random_frame(own)):
                        break
                if own.random() < 0.3:
                    peer.read(seconds=0.01)
                if own.random() < 0.5:
                    reset(peer.socket)
                else:
                    peer.close()
            except OSError:
                pass
            if not server.is_alive:
                stopped_by = f"connection {number}, frames of seed {seed}, exit {server.process.poll()}"
                break
            if number % 50 == 0:
                worst = max(worst, health_seconds(server.port))
            if number in (connections // 3, connections - 1):
                resident.append(memory(server.pid))
        checks.check(
            f"{connections} connections of random frames (seed {SEED}) leave the server alive",
            stopped_by is None,
            stopped_by,
        )
        checks.check("/healthz always answers within a second", worst < 1, f"{worst:.2f} s", measured=True)
        if len(resident) == 2:
            grown = resident[1] - resident[0]
            checks.check(
                "memory after all connections is within 5 MiB of that after a third of them",
                grown < 5 * MEBIBYTE,
                f"{resident[0] / MEBIBYTE:.0f} to {resident[1] / MEBIBYTE:.0f} MiB",
                measured=True,
            )
        if stopped_by is None:
            checks.check("the server stops with exit code 0 after random frames", server.stop()[0] == 0, server.status)


def main():
    build, quick = arguments(__doc__)
    checks = Checks()
    connections = int(os.environ.get("PUSHLAB_CONNECTIONS", "400" if quick else "20000"))
    parts = {
        "refused HEAD": lambda: refused_head_requests(build, checks),
        "unexpected DATA": lambda: unexpected_data(build, checks),
        "bodies": lambda: bodies(build, checks),
        "frames that break the protocol": lambda: paddings(build, checks),
        "random frames": lambda: random_frames(build, checks, connections),
    }
    checks.run(parts)
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
