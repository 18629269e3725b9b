"""HTTP/2 frames of every kind, most of them wrong, against the server: http2_frames.py [--quick] BINARIES

One message must not end the process, memory must stay bounded, and /healthz must answer meanwhile. Then random and
mutated frames (seeded; `PUSHLAB_SEED`, `PUSHLAB_CONNECTIONS`). Needs `hpack` (comes with `h2`) and curl.
"""

import os
import random
import sys
import threading
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
    head,
)
from lab import MEBIBYTE, Checks, Server, arguments, cpu_seconds, health_seconds, memory, reset, run

SEED = int(os.environ.get("PUSHLAB_SEED", "1"))


def alive(server):
    time.sleep(0.05)
    return server.is_alive and health_seconds(server.port, 10) < 10


def heads_refused(build, checks):
    """A1 a: a HEAD whose head the strict reader refuses was answered with a body after the stream's end."""
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
            checks.check(f"A1 {what} over HTTP/2 leaves the server alive", survived, f"exit {server.process.poll()}")
            # 92: the stream was reset, which is right for a request that is malformed (RFC 9113 §8.1.1).
            checks.check(
                f"A1 {what} over HTTP/2 is answered with a 4xx status, or reset",
                answer.output.startswith("HTTP/2 4") or (survived and answer.code == 92),
                answer,
            )


def data_where_none_belongs(build, checks):
    """A1 b: a stream carries one request; what follows it is no second one."""
    second = b"GET /poll HTTP/1.1\r\nHost: x\r\n\r\n"
    for what, method, path, data in (
        ("GET /poll and DATA of two line feeds", "GET", "/poll?after=0", b"\n\n"),
        ("GET /healthz and DATA like a request", "GET", "/healthz", second),
        ("POST /echo without a length and DATA like a request", "POST", "/echo", second),
    ):
        with Server(build) as server:
            peer = Peer(server.port)
            peer.send(frame(HEADERS, END_HEADERS, 1, head(method, path)), frame(DATA, END_STREAM, 1, data))
            status, body = peer.answer(1)
            survived = alive(server)
            checks.check(f"A1 {what}: the server stays alive", survived, f"exit {server.process.poll()}")
            checks.check(f"A1 {what}: one answer with 200", status == "200", (status, body[:40]))
            if method == "POST":
                checks.check(f"D16 {what}: the body comes back whole", body == data, body[:60])
            peer.close()
    with Server(build) as server:
        peer = Peer(server.port)
        peer.send(frame(HEADERS, END_HEADERS, 1, head("GET", "/events?after=0")))
        peer.read(lambda each: each[0] == HEADERS and each[2] == 1)
        for _ in range(12):
            peer.send(frame(DATA, 0, 1, bytes(8_192)))
        found = peer.read(lambda each: each[0] == RST_STREAM and each[2] == 1)
        checks.check("A1 96 KiB of DATA behind a GET reset its stream", found is not None, peer.ended)
        peer.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, head("GET", "/healthz")))
        checks.check("A1 and other streams of the connection go on", peer.answer(3)[0] == "200" and alive(server))
        peer.close()


def bodies(build, checks):
    """D16 and A9: what a client may do with a body."""
    with Server(build) as server:
        peer = Peer(server.port)
        peer.send(
            frame(HEADERS, END_HEADERS, 1, head("POST", "/echo", ("content-length", "3"))),
            frame(DATA, 0, 1, b"abc"),
            frame(HEADERS, END_HEADERS | END_STREAM, 1, trailers()),
        )
        checks.check(
            "A1 valid trailers are accepted: 200 with the body", peer.answer(1) == ("200", b"abc"), peer.frames
        )
        peer.close()
        peer = Peer(server.port)
        peer.send(frame(HEADERS, END_HEADERS, 1, head("POST", "/echo")), frame(DATA, END_STREAM, 1, b"hello"))
        checks.check(
            "D16 POST /echo of unknown length over HTTP/2: the body comes back",
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
            "D16 Expect: 100-continue over HTTP/2 gets the final answer",
            answer.code == 0 and answer.output == "abc",
            answer,
        )
        checks.check("D16 and the server stays alive", alive(server))


def trailers():
    return h2.hpack.Encoder().encode([("x-sum", "1")], huffman=False)


def paddings(build, checks):
    block = head("GET", "/healthz")
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
            ("a block that HPACK cannot read", frame(HEADERS, END_HEADERS | END_STREAM, 1, b"\xff\xff\xff\xff\xff")),
        ):
            peer = Peer(server.port)
            peer.send(wrong)
            checks.check(
                f"A1 {what} ends the connection, not the server",
                peer.was_cut() and server.is_alive,
                f"{peer.ended}, exit {server.process.poll()}",
            )
            peer.close()


def junk_after_goaway(build, checks, connections, mebibytes):
    """B5: input behind a broken protocol was kept until the connection was closed."""
    with Server(build) as server:
        before = memory(server.pid, "VmHWM")

        def flood():
            peer = Peer(server.port, 10)
            # An empty DATA frame on stream 0 breaks the protocol.
            peer.send(frame(DATA, 0, 0))
            peer.was_cut()
            for _ in range(mebibytes * 16):
                if not peer.send(b"\xff" * 65_536):
                    break
            peer.close()

        in_parallel([flood] * connections)
        grown = memory(server.pid, "VmHWM") - before
        checks.check(
            f"B5 {connections} times {mebibytes} MiB of junk after GOAWAY grow the server by less than 16 MiB",
            grown < 16 * MEBIBYTE and server.is_alive,
            f"{grown / MEBIBYTE:.0f} MiB",
            measured=True,
        )


def continuation_flood(build, checks):
    """B5: 2.8 MB of CONTINUATION took 1.7 s of CPU before they were cut."""
    with Server(build) as server:
        peer = Peer(server.port)
        field = b"\x00" + b"\x07x-field" + b"\x7f\xe9\x06" + b"a" * 1_000  # a value of 1,000 bytes, not indexed
        before = cpu_seconds(server.pid)
        peer.send(frame(HEADERS, END_STREAM, 1, head("GET", "/healthz")))
        sent = 0
        while sent < 2_800_000 and peer.send(frame(CONTINUATION, 0, 1, field)):
            sent += len(field)
        cut = peer.was_cut()
        time.sleep(0.5)  # what came behind the cut costs too
        spent = cpu_seconds(server.pid) - before
        checks.check("B5 a CONTINUATION flood is cut", cut and server.is_alive, peer.ended)
        checks.check("B5 and costs less than 0.3 s of CPU", spent < 0.3, f"{spent:.2f} s for {sent} B", measured=True)
        peer.close()


def rapid_reset(build, checks, requests):
    """B5: 117,000 streams that were opened and reset at once on one connection were not cut."""
    with Server(build) as server:
        peer = Peer(server.port)
        block, sent, before = head("GET", "/long-poll?after=999999999&hold=20s"), 0, cpu_seconds(server.pid)
        reset = (8).to_bytes(4, "big")
        while sent < requests:
            batch = b"".join(
                frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, block)
                + frame(RST_STREAM, 0, 2 * number + 1, reset)
                for number in range(sent, sent + 500)
            )
            if not peer.send(batch):
                break
            sent += 500
        cut = peer.was_cut(5)
        spent = cpu_seconds(server.pid) - before
        checks.check(
            f"B5 rapid resets on one connection are cut before {requests}",
            cut and server.is_alive,
            f"{sent} sent, {spent:.1f} s of CPU",
        )
        peer.close()


def control_floods(build, checks, frames):
    for what, flood in (
        ("PING", frame(PING, 0, 0, bytes(8))),
        ("SETTINGS", h2.settings(window=65_535)),
        ("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 0, (1).to_bytes(4, "big"))),
        ("empty DATA", frame(DATA, 0, 1)),
        ("PRIORITY", frame(2, 0, 1, bytes(5))),
    ):
        with Server(build) as server:
            before = memory(server.pid, "VmHWM")
            peer = Peer(server.port)
            if what == "empty DATA":
                peer.send(frame(HEADERS, END_HEADERS, 1, head("POST", "/echo", ("content-length", "9"))))
            sent = 0
            # The answers are never read.
            while sent < frames and peer.send(flood * 1_000):
                sent += 1_000
            grown = memory(server.pid, "VmHWM") - before
            latency = health_seconds(server.port)
            checks.check(
                f"B5 a flood of {what} that reads no answer grows the server by less than 16 MiB",
                grown < 16 * MEBIBYTE and server.is_alive,
                f"{grown / MEBIBYTE:.0f} MiB",
                measured=True,
            )
            checks.check(
                f"B5 and /healthz answers within a second behind a flood of {what}",
                latency < 1,
                f"{latency:.2f} s",
                measured=True,
            )
            peer.close()


def hpack_bomb(build, checks):
    """One entry of 4,000 bytes, then blocks that name it again and again by one byte each."""
    with Server(build) as server:
        before = memory(server.pid, "VmHWM")
        peer = Peer(server.port)
        entry = b"\x40\x01x\x7f\xa1\x1e" + b"a" * 4_000
        peer.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, head("GET", "/healthz") + entry))
        began, spent = time.monotonic(), cpu_seconds(server.pid)
        for number in range(1, 40):
            bomb = head("GET", "/healthz") + b"\xbe" * 15_000  # 60 MB in 15,000 bytes
            if not peer.send(frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, bomb)):
                break
        latency = health_seconds(server.port)
        grown = memory(server.pid, "VmHWM") - before
        checks.check(
            "B5 HPACK bombs grow the server by less than 16 MiB",
            grown < 16 * MEBIBYTE and server.is_alive,
            f"{grown / MEBIBYTE:.0f} MiB, {cpu_seconds(server.pid) - spent:.1f} s of CPU",
            measured=True,
        )
        checks.check(
            "B5 and hold up /healthz for less than a second",
            latency < 1,
            f"{latency:.2f} s, {time.monotonic() - began:.1f} s in all",
            measured=True,
        )
        peer.close()


def limits(build, checks):
    """B5: `--max-connections` did not bound streams."""
    for option in ("--max-streams", "--max-subscribers"):
        try:
            with Server(build, option, "20") as server:
                peers = [Peer(server.port) for _ in range(2)]
                for peer in peers:
                    peer.send(
                        *(
                            frame(HEADERS, END_HEADERS, 2 * number + 1, head("GET", "/events?after=0"))
                            for number in range(30)
                        )
                    )
                for peer in peers:
                    peer.read(seconds=0.5)
                served = sum(fields.get(":status") == "200" for peer in peers for _, fields in peer.heads)
                checks.check(f"B5 {option} 20 serves 20 of 60 streams and refuses the others", served == 20, served)
                checks.check(f"B5 {option} 20 leaves /healthz alone", health_seconds(server.port) < 2)
                for peer in peers:
                    peer.close()
        except RuntimeError as error:
            checks.check(f"B5 the server has {option}", False, error)


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
        payload = random_head(dice)
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


def random_head(dice):
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
    return head(
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
            f"A1 {connections} connections of random frames (seed {SEED}) leave the server alive",
            stopped_by is None,
            stopped_by,
        )
        checks.check("B5 /healthz answered within a second all the while", worst < 1, f"{worst:.2f} s", measured=True)
        if len(resident) == 2:
            grown = resident[1] - resident[0]
            checks.check(
                "B5 memory after all of them is within 5 MiB of that after a third",
                grown < 5 * MEBIBYTE,
                f"{resident[0] / MEBIBYTE:.0f} to {resident[1] / MEBIBYTE:.0f} MiB",
                measured=True,
            )
        if stopped_by is None:
            checks.check("A1 and it stops with exit code 0", server.stop()[0] == 0, server.status)


def in_parallel(works):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main():
    build, quick = arguments(__doc__)
    checks = Checks()
    connections = int(os.environ.get("PUSHLAB_CONNECTIONS", "400" if quick else "20000"))
    parts = {
        "refused HEAD": lambda: heads_refused(build, checks),
        "DATA where none belongs": lambda: data_where_none_belongs(build, checks),
        "bodies": lambda: bodies(build, checks),
        "frames that break the protocol": lambda: paddings(build, checks),
        "junk after GOAWAY": lambda: junk_after_goaway(build, checks, *((4, 12) if quick else (16, 38))),
        "CONTINUATION flood": lambda: continuation_flood(build, checks),
        "rapid resets": lambda: rapid_reset(build, checks, 30_000 if quick else 117_000),
        "control frames": lambda: control_floods(build, checks, 30_000 if quick else 1_000_000),
        "HPACK bombs": lambda: hpack_bomb(build, checks),
        "limits of streams": lambda: limits(build, checks),
        "random frames": lambda: random_frames(build, checks, connections),
    }
    for what, part in parts.items():
        with checks.part(what):
            part()
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
