"""Bounds on the server's memory and on the delay of other clients: memory.py [--quick] BINARIES

The history of items, unfinished messages, compression contexts, and decompression bombs at /echo. Memory is VmHWM of
/proc; the delay of other clients is the response time of /healthz.
"""

import sys
import threading
import time
import zlib

from lab import (
    MEBIBYTE,
    Checks,
    Server,
    arguments,
    connect,
    exchange,
    health_seconds,
    memory,
    request,
    stats,
    until,
    wire,
)

TOKEN = "a-token-of-this-check"
UPGRADE = (
    b"GET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)


def open_echo(port, extensions=None, path="/echo"):
    made = connect(port)
    made.sendall(
        UPGRADE.replace(b"/echo", path.encode())
        + (f"Sec-WebSocket-Extensions: {extensions}\r\n".encode() if extensions else b"")
        + b"\r\n"
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = made.recv(4_096)
        if not part:
            break
        answer += part
    return made, answer


def history(build, checks, items, thorough):
    for arguments_, limit in (((), 400), (("--history-bytes", "32MiB"), 96)):
        what = " ".join(arguments_) or "by default"
        try:
            with Server(build, "--payload", "1MiB", "--rate", "100/s", *arguments_) as server:
                until(lambda: stats(server.port, 30)["newest"] >= items, 60, 0.2)
                found, seen = memory(server.pid, "VmHWM") / MEBIBYTE, stats(server.port, 30)
                checks.check(
                    f"{items} items of 1 MiB keep the server below {limit} MiB, {what}",
                    found < limit,
                    f"{found:.0f} MiB, {seen['newest']} items",
                )
                body = request(server.port, "GET", f"/poll?after={seen['newest']}&latest=1")[2]
                checks.check(
                    f"the newest item is always available, {what}",
                    body or request(server.port, "GET", "/poll?after=0&latest=1")[2],
                )
        except RuntimeError as error:
            checks.check(f"the server accepts {what}", False, error)
    count, limit = (450, 400) if thorough else (60, 70)
    kept = () if thorough else ("--history-bytes", "16MiB")
    with Server(build, "--feed", "external", "--publish-token", TOKEN, *kept) as server:
        item = b"a" * MEBIBYTE
        # A debug build on a busy machine takes a second per item.
        for _ in range(count):
            request(server.port, "POST", "/publish", item, {"Authorization": f"Bearer {TOKEN}"})
        found = memory(server.pid, "VmHWM") / MEBIBYTE
        checks.check(
            f"{count} published items of 1 MiB keep the server below {limit} MiB", found < limit, f"{found:.0f} MiB"
        )


def unfinished(build, checks, count, waits):
    """Many WebSockets, each with 15 MiB of a message that never ends."""
    for arguments_ in ((), ("--echo-limit", "16MiB")):
        what = " ".join(arguments_) or "by default"
        try:
            with Server(build, *arguments_) as server:
                before, made = memory(server.pid), []
                piece = wire.frame(0x02, bytes(MEBIBYTE - 100), wire.MASK)
                rest = wire.frame(0x00, bytes(MEBIBYTE - 100), wire.MASK)
                for _ in range(count):
                    each = open_echo(server.port)[0]
                    each.settimeout(5)
                    made.append(each)
                    try:
                        each.sendall(piece + rest * 14)
                    except OSError:
                        pass  # the server may refuse it before the end
                time.sleep(0.5)
                grown = (memory(server.pid, "VmHWM") - before) / MEBIBYTE
                checks.check(
                    f"{count} WebSockets with 15 MiB of an unfinished message grow the server by less than "
                    f"320 MiB, {what}",
                    grown < 320 and server.is_alive,
                    f"{grown:.0f} MiB",
                )
                checks.check(f"the server serves other clients meanwhile, {what}", health_seconds(server.port, 5) < 2)
                for each in made:
                    each.close()
                if waits:
                    slow(server, checks, what)
        except RuntimeError as error:
            checks.check(f"the server accepts {what}", False, error)


def slow(server, checks, what):
    """An occasional byte must not keep an unfinished message alive forever."""
    made, _ = open_echo(server.port)
    made.sendall(wire.frame(0x02, bytes(100_000), wire.MASK))
    began, ended = time.monotonic(), False
    made.settimeout(5)
    while time.monotonic() - began < 120 and not ended:
        try:
            made.sendall(wire.frame(0x00, b"a", wire.MASK))
            while True:
                part = made.recv(4_096)
                if not part or part[0] == wire.CLOSE:
                    ended = True
                    break
                if part[0] == wire.PING:
                    made.sendall(wire.frame(wire.PONG, b"", wire.MASK))
        except TimeoutError:
            pass
        except OSError:
            ended = True
    checks.check(f"an unfinished message that grows by one byte per 5 s ends within two minutes, {what}", ended)
    made.close()


def compressors(build, checks, count):
    """Context takeover keeps windows and hash tables per connection, about 105 KiB for an echo."""
    offer = "permessage-deflate"
    with Server(build, "--deflate-memory", "32MiB") as server:
        before, made, agreed = memory(server.pid), [], 0
        message = wire.frame(0xC1, deflated(b"a message " * 20), wire.MASK)
        for _ in range(count):
            each, answer = open_echo(server.port, offer)
            agreed += b"permessage-deflate" in answer and b"server_no_context_takeover" not in answer
            if b"permessage-deflate" in answer:
                each.sendall(message)
            made.append(each)
        time.sleep(0.5)
        grown = (memory(server.pid) - before) / MEBIBYTE
        checks.check(
            f"{count} WebSockets with context takeover stay below 70 MiB with --deflate-memory 32MiB",
            grown < 70,
            f"{grown:.0f} MiB, {agreed} agreed",
        )
        for each in made:
            each.close()


def deflated(data):
    made = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (made.compress(data) + made.flush(zlib.Z_SYNC_FLUSH))[:-4]


def bombs(build, checks, connections, frames):
    bomb = wire.frame(0xC2, deflated(bytes(16 * MEBIBYTE - 1)), wire.MASK)
    small = wire.frame(0xC2, deflated(bytes(MEBIBYTE - 1)), wire.MASK)
    for arguments_, what, data in (
        ((), "by default", bomb),
        ((), "by default, 1 MiB each", small),
        (("--echo-limit", "16MiB"), "--echo-limit 16MiB", bomb),
    ):
        try:
            with Server(build, *arguments_) as server:
                worst, over = [0.0], threading.Event()

                def watch(server=server, worst=worst, over=over):
                    while not over.is_set():
                        worst[0] = max(worst[0], health_seconds(server.port, 60))
                        time.sleep(0.05)

                watcher = threading.Thread(target=watch)
                watcher.start()
                made = [open_echo(server.port, "permessage-deflate")[0] for _ in range(connections)]
                threads = [threading.Thread(target=throw, args=(each, data * frames)) for each in made]
                for each in threads:
                    each.start()
                for each in threads:
                    each.join()
                for each in made:
                    each.close()
                time.sleep(1)
                over.set()
                watcher.join()
                checks.check(
                    f"{connections} connections with {frames} bombs each delay /healthz by less than a second, "
                    f"{what}",
                    worst[0] < 1,
                    f"{worst[0]:.1f} s",
                )
                checks.check(
                    f"the server stays below 200 MiB with bombs, {what}",
                    memory(server.pid, "VmHWM") < 200 * MEBIBYTE,
                    f"{memory(server.pid, 'VmHWM') / MEBIBYTE:.0f} MiB",
                )
        except RuntimeError as error:
            checks.check(f"the server accepts {what}", False, error)


def throw(made, data):
    made.settimeout(0.5)  # the server reads no faster than it processes
    try:
        made.sendall(data)
    except OSError:
        pass


def echo_limits(build, checks):
    with Server(build) as server:
        made, _ = open_echo(server.port)
        made.sendall(wire.frame(0x82, bytes(MEBIBYTE + 1), wire.MASK))
        found = b""
        made.settimeout(3)
        try:
            while len(found) < 4:
                part = made.recv(65_536)
                if not part:
                    break
                found += part
        except OSError:
            pass
        checks.check(
            f"a message of {MEBIBYTE + 1} B on /echo is closed with 1009",
            found[:1] == b"\x88" and found[2:4] == (1009).to_bytes(2, "big"),
            found[:10],
        )
        made.close()
        head = (f"POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {MEBIBYTE + 1}\r\n\r\n").encode()
        answer = exchange(server.port, head, 2, b"\r\n\r\n")
        checks.check(f"a body of {MEBIBYTE + 1} B on /echo is 413", answer.startswith(b"HTTP/1.1 413"), answer[:60])


def main():
    build, quick = arguments(__doc__)
    checks = Checks()
    parts = {
        "history": lambda: history(build, checks, 450 if quick else 900, not quick),
        "unfinished messages": lambda: unfinished(build, checks, 30 if quick else 40, not quick),
        "compressors": lambda: compressors(build, checks, 1_200),
        "bombs": lambda: bombs(build, checks, *((8, 20) if quick else (20, 259))),
        "limits of /echo": lambda: echo_limits(build, checks),
    }
    checks.run(parts)
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
