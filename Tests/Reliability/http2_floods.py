"""Floods and bombs of HTTP/2 frames against the server: http2_floods.py [--quick] BINARIES

Junk after GOAWAY, CONTINUATION, rapid resets, control frames whose responses are never read, HPACK bombs, endless
streams. Memory, CPU time and the response time of /healthz are bounded, and the server disconnects a flooding peer.
Needs `hpack` (comes with `h2`).
"""

import sys
import threading
import time

import http2_wire as h2
from http2_wire import CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PING, RST_STREAM, WINDOW_UPDATE, Peer
from http2_wire import frame, headers
from lab import MEBIBYTE, Checks, Server, arguments, cpu_seconds, health_seconds, memory


def junk_after_goaway(build, checks, connections, mebibytes):
    """Input after a protocol error must not be buffered until the connection closes."""
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
            f"{connections} times {mebibytes} MiB of junk after GOAWAY: the server grows by less than 16 MiB",
            grown < 16 * MEBIBYTE and server.is_alive,
            f"{grown / MEBIBYTE:.0f} MiB",
            measured=True,
        )


def continuation_flood(build, checks):
    """CONTINUATION frames must not cost much CPU time before the server disconnects the peer."""
    with Server(build) as server:
        peer = Peer(server.port)
        field = b"\x00" + b"\x07x-field" + b"\x7f\xe9\x06" + b"a" * 1_000  # a value of 1,000 bytes, not indexed
        before = cpu_seconds(server.pid)
        peer.send(frame(HEADERS, END_STREAM, 1, headers("GET", "/healthz")))
        sent = 0
        while sent < 2_800_000 and peer.send(frame(CONTINUATION, 0, 1, field)):
            sent += len(field)
        cut = peer.was_cut()
        time.sleep(0.5)  # input that arrives after the disconnect costs CPU time too
        spent = cpu_seconds(server.pid) - before
        checks.check("the server disconnects a CONTINUATION flood", cut and server.is_alive, peer.ended)
        checks.check(
            "a CONTINUATION flood costs less than 0.3 s of CPU",
            spent < 0.3,
            f"{spent:.2f} s for {sent} B",
            measured=True,
        )
        peer.close()


def rapid_reset(build, checks, requests):
    """Streams that are opened and reset at once must end the connection (CVE-2023-44487)."""
    with Server(build, "--feed", "external") as server:
        peer = Peer(server.port)
        block, sent, before = headers("GET", "/long-poll?after=0&hold=20s"), 0, cpu_seconds(server.pid)
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
            f"the server disconnects rapid resets before {requests} streams",
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
                peer.send(frame(HEADERS, END_HEADERS, 1, headers("POST", "/echo", ("content-length", "9"))))
            sent = 0
            # Nothing reads the responses.
            while sent < frames and peer.send(flood * 1_000):
                sent += 1_000
            grown = memory(server.pid, "VmHWM") - before
            latency = health_seconds(server.port)
            checks.check(
                f"a flood of {what} without reading grows the server by less than 16 MiB",
                grown < 16 * MEBIBYTE and server.is_alive,
                f"{grown / MEBIBYTE:.0f} MiB",
                measured=True,
            )
            checks.check(
                f"/healthz answers within a second after a flood of {what}",
                latency < 1,
                f"{latency:.2f} s",
                measured=True,
            )
            peer.close()


def hpack_bomb(build, checks):
    """One table entry of 4,000 bytes, then blocks that refer to it thousands of times with one byte each."""
    with Server(build) as server:
        before = memory(server.pid, "VmHWM")
        peer = Peer(server.port)
        entry = b"\x40\x01x\x7f\xa1\x1e" + b"a" * 4_000
        peer.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, headers("GET", "/healthz") + entry))
        began, spent = time.monotonic(), cpu_seconds(server.pid)
        for number in range(1, 40):
            bomb = headers("GET", "/healthz") + b"\xbe" * 15_000  # 60 MB in 15,000 bytes
            if not peer.send(frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, bomb)):
                break
        latency = health_seconds(server.port)
        grown = memory(server.pid, "VmHWM") - before
        checks.check(
            "HPACK bombs: the server grows by less than 16 MiB",
            grown < 16 * MEBIBYTE and server.is_alive,
            f"{grown / MEBIBYTE:.0f} MiB, {cpu_seconds(server.pid) - spent:.1f} s of CPU",
            measured=True,
        )
        checks.check(
            "HPACK bombs delay /healthz by less than a second",
            latency < 1,
            f"{latency:.2f} s, {time.monotonic() - began:.1f} s in total",
            measured=True,
        )
        peer.close()


def limits(build, checks):
    """`--max-connections` does not bound streams, so they have their own limits."""
    for option, wanted in (("--max-streams", 40), ("--max-subscribers", 20)):
        try:
            with Server(build, option, "20") as server:
                peers = [Peer(server.port) for _ in range(2)]
                for peer in peers:
                    peer.send(
                        *(
                            frame(HEADERS, END_HEADERS, 2 * number + 1, headers("GET", "/events?after=0"))
                            for number in range(30)
                        )
                    )
                for peer in peers:
                    peer.read(seconds=0.5)
                served = sum(fields.get(":status") == "200" for peer in peers for _, fields in peer.headers)
                checks.check(
                    f"{option} 20 serves {wanted} of 60 streams on two connections and refuses the rest",
                    served == wanted,
                    served,
                )
                checks.check(f"{option} 20 does not affect /healthz", health_seconds(server.port) < 2)
                for peer in peers:
                    peer.close()
        except RuntimeError as error:
            checks.check(f"the server has {option}", False, error)


def in_parallel(works):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main():
    build, quick = arguments(__doc__)
    checks = Checks()
    parts = {
        "junk after GOAWAY": lambda: junk_after_goaway(build, checks, *((4, 12) if quick else (16, 38))),
        "CONTINUATION flood": lambda: continuation_flood(build, checks),
        "rapid resets": lambda: rapid_reset(build, checks, 30_000 if quick else 117_000),
        "control frames": lambda: control_floods(build, checks, 30_000 if quick else 1_000_000),
        "HPACK bombs": lambda: hpack_bomb(build, checks),
        "limits of streams": lambda: limits(build, checks),
    }
    checks.run(parts)
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
