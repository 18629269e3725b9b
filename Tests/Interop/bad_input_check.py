"""Sends invalid input to a server without disturbing a listener: python3 bad_input_check.py BUILD_FOLDER [CONNECTIONS]

Garbage before, in and after the handshake, endless headers, false lengths, and CONNECTIONS (10,000) half-open
handshakes: the server must refuse each with a clear response and bounded memory, and a listener on /ws must get every
item in time meanwhile. Needs only Python. Prints "N passed, N failed"; exits with 1 if a check failed.
"""
import asyncio
import math
import multiprocessing
import random
import resource
import socket
import sys
import time

from wire import (
    BINARY, CLOSE, MASK, TEXT, Server, Tally, close_payload, frame, hang_up, open_to_server, read_frames,
    read_to_end)

SEED = 4
UPGRADE = (b"GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n")
TLS_HELLO = bytes.fromhex("16030100f8010000f40303") + bytes(range(200))
# Seconds until the headers must be complete; the server's default.
HEAD_TIMEOUT = 10


def before_the_handshake(dice):
    """Yields (name, bytes to send, statuses that refuse them)."""
    yield "random bytes with line ends", dice.randbytes(300).replace(b"\r", b"x") + b"\r\n\r\n", [400]
    yield "nothing but line feeds", b"\n" * 100, [400]
    yield "a TLS hello", TLS_HELLO + b"\r\n\r\n", [400]
    yield "only the first line of the HTTP/2 preface", b"PRI * HTTP/2.0\r\nHost: localhost\r\n\r\n", [400, 505]
    yield "20,000 bytes without a line end", b"\xff" * 20_000, [431]
    yield "SSH", b"SSH-2.0-OpenSSH_9.2p1\r\n\r\n", [400]


def in_the_handshake(dice):
    yield "endless fields", UPGRADE + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 50) for n in range(2_000)), [431]
    yield "one endless field", UPGRADE + b"X: " + b"a" * 200_000, [431]
    yield "a NUL in a value", UPGRADE + b"X: a\0b\r\n\r\n", [400]
    yield "a field without a colon", UPGRADE + b"nonsense\r\n\r\n", [400]
    yield "two keys", UPGRADE + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", [400]
    yield "a body", UPGRADE + b"Content-Length: 5\r\n\r\nhello", [413]
    yield "a chunked body", UPGRADE + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", [411]
    yield "a key of 15 bytes", UPGRADE.replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhlIHNhbXBsZSBub25j") + b"\r\n", [400]
    yield "version 8", UPGRADE.replace(b"13", b"8") + b"\r\n", [426]
    yield "HTTP/1.0", UPGRADE.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n", [400]
    yield "extensions that are not a list", UPGRADE + b"Sec-WebSocket-Extensions: ;;=\"\r\n\r\n", [400]


def after_the_handshake(dice):
    """Yields (name, bytes to send, close code)."""
    yield "another request", UPGRADE + b"\r\n", 1002
    yield "random bytes", b"\x93" + dice.randbytes(5_000), 1002
    yield "an unmasked frame", frame(TEXT, b"a"), 1002
    yield "a length with its top bit", bytes([BINARY, 0xFF, 0x80]) + bytes(11), 1002
    yield "a length of 2^63 - 1", bytes([BINARY, 0xFF, 0x7F]) + b"\xff" * 7 + MASK, 1009
    yield "a length of 2^32", bytes([BINARY, 0xFF]) + (1 << 32).to_bytes(8, "big") + MASK, 1009
    yield "fragments beyond the limit", (
        frame(0x02, bytes(1 << 20), MASK) + frame(0x00, bytes(1 << 20), MASK) * 16), 1009
    yield "text that is not UTF-8", frame(TEXT, b"\xff" * 1_000, MASK), 1007


class Watch(multiprocessing.Process):
    """A listener on /ws in a separate process, so that only the server can delay it.

    It ends ten items after `is_over` is set: however quick the other clients were, it sees whether the feed survived
    them. It also ends when the connection does, or when no item comes for 10 s.
    """

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port = port
        self.is_over = multiprocessing.Event()
        self.result, self.answer = multiprocessing.Pipe(duplex=False)

    def run(self):
        listener = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        listener.sendall(UPGRADE.replace(b"/echo", b"/ws?after=0") + b"\r\n")
        rest = b""
        while b"\r\n\r\n" not in rest:
            rest += listener.recv(65_536)
        rest = rest.partition(b"\r\n\r\n")[2]
        sequences, longest_gap, began, last = [], 0.0, time.monotonic(), math.inf
        while len(sequences) < last:
            try:
                data = listener.recv(65_536)
            except OSError:
                data = b""
            frames, rest = read_frames(rest + data, are_masked=False)
            sequences += [int(payload.split(b",")[0], 36) for code, payload in frames if code == TEXT]
            longest_gap, began = max(longest_gap, time.monotonic() - began), time.monotonic()
            if not data:
                break
            if self.is_over.is_set():
                last = min(last, len(sequences) + 10)
        self.answer.send((sequences == list(range(1, len(sequences) + 1)), len(sequences), last, longest_gap))


async def serves_new_client(port):
    reader, writer, _ = await open_to_server(port)
    writer.write(frame(TEXT, b"hello", MASK) + frame(CLOSE, close_payload(1000), MASK))
    got, end = await read_to_end(reader, 5)
    await hang_up(writer)
    return read_frames(got, are_masked=False)[0] == [(TEXT, b"hello"), (CLOSE, close_payload(1000))] and end == "closed"


async def send(writer, data, piece):
    try:
        for start in range(0, len(data), piece or max(1, len(data))):
            writer.write(data[start:start + (piece or len(data))])
            await writer.drain()
    except (ConnectionResetError, BrokenPipeError):
        pass


async def play_refused(port, name, data, statuses, piece, tally):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sending = asyncio.create_task(send(writer, data, piece))
    got, end = await read_to_end(reader, 8)
    await sending
    writer.close()
    line = bytes(got.split(b"\r\n")[0])
    refused = any(line.startswith(b"HTTP/1.1 %d " % status) for status in statuses)
    body = bytes(got).partition(b"\r\n\r\n")[2]
    tally.check(f"{name}, {piece or 'all'} bytes at a time: {line} {body}, {end}",
                refused and end == "closed" and body.endswith(b"\n") and len(body) > 20)


async def play_failed(port, name, data, code, piece, tally):
    reader, writer, _ = await open_to_server(port)
    sending = asyncio.create_task(send(writer, data, piece))
    got, end = await read_to_end(reader, 8)
    await sending
    writer.close()
    frames, _ = read_frames(got, are_masked=False)
    tally.check(f"{name}, {piece or 'all'} bytes at a time: {frames}, {end}",
                frames == [(CLOSE, close_payload(code))] and end == "closed")


async def false_lengths(server, tally):
    """Many clients announce a frame of 16 MiB and send a few bytes: only these may cost memory."""
    before = server.resident_bytes()
    held = []
    for _ in range(500):
        reader, writer, _ = await open_to_server(server.port)
        writer.write(frame(BINARY, bytes(1_000), MASK).replace(b"\x82\xfe\x03\xe8", (
            bytes([BINARY, 0xFF]) + (16 << 20).to_bytes(8, "big"))))
        held.append((reader, writer))
    await asyncio.sleep(0.3)
    grown = server.resident_bytes() - before
    print(f"500 frames of 16 MiB announced, 1,000 B of each sent: memory grows by {grown / 1024:.0f} KiB")
    tally.check(f"announced lengths cost no memory, {grown} B", grown < 500 * 32_768)
    for _, writer in held:
        writer.close()


async def half_open(server, count, tally):
    """A third of the clients sends nothing, a third half a line, a third one field per second."""
    before = server.resident_bytes()
    held, began = [], time.monotonic()
    for start in range(0, count, 200):
        held += await asyncio.gather(
            *(asyncio.open_connection("127.0.0.1", server.port) for _ in range(min(200, count - start))))
    for place, (_, writer) in enumerate(held):
        if place % 3:
            writer.write(b"GET /ws HT" if place % 3 == 1 else UPGRADE)
    opened = time.monotonic() - began
    peak = server.resident_bytes()
    tally.check("a new client is served among half-open ones", await serves_new_client(server.port))
    drippers = held[2::3]  # They stop at the response: later bytes would reset it before it is read.

    async def drip():
        for number in range(HEAD_TIMEOUT + 4):
            for reader, writer in drippers:
                if not reader.at_eof() and not writer.is_closing():
                    writer.write(b"X-%d: a\r\n" % number)
            await asyncio.sleep(1)

    dripping = asyncio.create_task(drip())
    ends = await asyncio.gather(*(read_to_end(reader, HEAD_TIMEOUT + 15) for reader, _ in held))
    took = time.monotonic() - began
    peak = max(peak, server.resident_bytes())
    dripping.cancel()
    silent = sum(not data and end == "closed" for data, end in ends[0::3])
    refused = sum(data.startswith(b"HTTP/1.1 408 ") and end != "silent" for data, end in ends[1::3] + ends[2::3])
    for _, writer in held:
        writer.close()
    await asyncio.sleep(1)
    print(f"{count} half-open handshakes: opened in {opened:.1f} s, all ended after {took:.1f} s; resident memory"
          f" {before / 1024:.0f} KiB before, {peak / 1024:.0f} KiB at most ({(peak - before) / count / 1024:.1f} KiB"
          f" each), {server.resident_bytes() / 1024:.0f} KiB after")
    tally.check(f"connections without a byte are closed without a response, {silent}", silent == len(ends[0::3]))
    tally.check(f"half-open handshakes get 408, {refused}", refused == len(ends[1::3]) + len(ends[2::3]))
    tally.check(f"all are closed in time, {took:.1f} s", took < opened + HEAD_TIMEOUT + 5)
    tally.check(f"a half-open handshake costs less than 32 KiB, {(peak - before) / count / 1024:.1f} KiB",
                peak - before < count * 32_768)


async def garbage(server, tally):
    dice = random.Random(SEED)
    for piece in [None, 1, 1_000]:
        for name, data, statuses in [*before_the_handshake(dice), *in_the_handshake(dice)]:
            if piece != 1 or len(data) < 3_000:
                await play_refused(server.port, name, data, statuses, piece, tally)
        for name, data, code in after_the_handshake(dice):
            if piece != 1 or len(data) < 3_000:
                await play_failed(server.port, name, data, code, piece, tally)
        tally.check("a new client is served after garbage", await serves_new_client(server.port))


async def watched(build, name, play, tally):
    """Each part has its own server: memory freed by one part would hide the growth of another."""
    with Server(build, "--rate", "20/s", "--echo-limit", "16MiB") as server:
        watch = Watch(server.port)
        watch.start()
        watch.answer.close()  # The process has its own: if it dies, reading the result ends instead of waiting.
        await play(server)
        tally.check(f"{name}: a new client is served", await serves_new_client(server.port))
        watch.is_over.set()
        in_order, count, expected, longest_gap = watch.result.recv()
        watch.join()
        print(f"{name}: the listener got {count} items, the longest gap {longest_gap * 1000:.0f} ms")
        tally.check(f"{name}: the listener got items to the end, {count} of {expected}", count >= expected)
        tally.check(f"{name}: the listener got all items, in order", in_order)
        tally.check(f"{name}: the listener waited {longest_gap:.2f} s at most", longest_gap < 1)
    tally.check(f"{name}: the server exits with 0", server.status == 0)


async def main(build, count):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    tally = Tally()
    await watched(build, "garbage", lambda server: garbage(server, tally), tally)
    await watched(build, "lengths", lambda server: false_lengths(server, tally), tally)
    await watched(build, "half-open", lambda server: half_open(server, count, tally), tally)
    return tally.end()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)))
