"""A server with deliberately wrong responses, for HTTP/1.1, HTTP/2 with prior knowledge, WebSocket and raw TCP.

A behaviour is a function of an `Exchange` and writes arbitrary bytes. The server answers /healthz, /stats and
/feed/schedule like ours, unless the behaviour overrides them, so that the load generator reads the items with its own
clock.
"""

import asyncio
import contextlib
import gzip
import json
import re
import socket
import struct
import threading

import http2_wire as h2
from lab import wire

HUGE = (1 << 64) - 1


def base36(number):
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number or not text:
        text = digits[number % 36] + text
        number //= 36
    return text


def item(sequence, due=0, data="x"):
    return f"{base36(sequence)},{base36(due)},{data}".encode()


class Exchange:
    """One request of a client; writes in the form of its transport."""

    def __init__(self, transport, reader, writer, stream=None, path=""):
        self.transport, self.reader, self.writer, self.stream = transport, reader, writer, stream
        self.path = path

    def write(self, data):
        self.writer.write(data)

    async def drain(self):
        await self.writer.drain()

    def headers(self, status="200 OK", length=None, kind=None, encoding=None):
        """The response headers; without a length the body is chunked."""
        if self.transport == "raw-tcp":
            return
        if self.transport == "websocket":
            return
        kind = kind or {"sse": "text/event-stream"}.get(self.transport, "text/plain; charset=utf-8")
        if self.stream is not None:
            fields = [(":status", status[:3]), ("content-type", kind)]
            fields += [] if length is None else [("content-length", str(length))]
            self.write(h2.frame(h2.HEADERS, h2.END_HEADERS, self.stream, h2.hpack.Encoder().encode(fields)))
            return
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}"] if kind else [f"HTTP/1.1 {status}"]
        lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
        lines += [f"Content-Encoding: {encoding}"] if encoding else []
        self.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def coded(self, data):
        """An item in the format of the transport."""
        if self.transport == "sse":
            return b"id: " + str(int(data.split(b",")[0], 36)).encode() + b"\ndata: " + data + b"\n\n"
        if self.transport == "raw-tcp":
            return len(data).to_bytes(4, "big") + data
        if self.transport == "websocket":
            return wire.frame(wire.TEXT, data)
        return data + b"\n"

    def part(self, data):
        """A piece of a body of unknown length."""
        if self.stream is not None:
            self.write(h2.frame(h2.DATA, 0, self.stream, data))
        elif self.transport in ("raw-tcp", "websocket"):
            self.write(data)
        else:
            self.write(b"%x\r\n%s\r\n" % (len(data), data))

    def last_part(self):
        if self.stream is not None:
            self.write(h2.frame(h2.DATA, h2.END_STREAM, self.stream))
        elif self.transport not in ("raw-tcp", "websocket"):
            self.write(b"0\r\n\r\n")

    async def items(self, *values):
        """Answers a poll with the items; a stream gets them and stays open."""
        self.headers()
        for value in values:
            self.part(self.coded(value))
        if self.transport.endswith("poll"):
            self.last_part()
        await self.drain()

    async def stay(self):
        await asyncio.sleep(3_600)


# ---------------------------------------------------------------- behaviours


def once(*values):
    """Sends the items to a client without a cursor, and holds later polls for the requested time."""

    async def behave(exchange, number):
        is_poll = exchange.transport.endswith("poll")
        if is_poll and (number > 1 or exchange.path and "after=0" not in exchange.path):
            hold = re.search(r"hold=(\d+)(ms|s)", exchange.path)
            await asyncio.sleep(int(hold[1]) / (1_000 if hold[2] == "ms" else 1) if hold else 0)
            exchange.headers("204 No Content", length=0)
            return await exchange.drain()
        await exchange.items(*values)

    return behave


async def silence(exchange, _):
    await exchange.stay()


async def half_the_headers(exchange, _):
    exchange.write(b"HTTP/1.1 200 OK\r\nContent-Ty" if exchange.stream is None else h2.frame(h2.HEADERS, 0, 1)[:5])
    await exchange.stay()


async def half_an_item(exchange, _):
    exchange.headers()
    exchange.part(exchange.coded(item(1, 0, "half of this item"))[:-6])
    await exchange.stay()


async def resets(exchange, _):
    linger_no_time(exchange.writer)
    exchange.writer.transport.abort()


async def reset_in_the_middle(exchange, number):
    await half_an_item_and_return(exchange)
    await asyncio.sleep(0.2)
    await resets(exchange, number)


def linger_no_time(writer):
    """Makes a close of the socket reset its connection."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def half_an_item_and_return(exchange):
    exchange.headers()
    exchange.part(exchange.coded(item(1)) + exchange.coded(item(2))[:-3])
    await exchange.drain()


async def garbage(exchange, _):
    exchange.write(b"\xff\x00garbage\r\n" * 100)
    await exchange.stay()


async def endless_item(exchange, _):
    """The first 32 MiB of an item that never ends."""
    if exchange.transport == "raw-tcp":
        exchange.write(b"\xff\xff\xff\xff")
    elif exchange.transport == "websocket":
        exchange.write(b"\x81\x7f" + (1 << 62).to_bytes(8, "big"))
    elif exchange.stream is None:
        exchange.headers()
        exchange.write(b"fffffffffffffff\r\n")
    else:
        exchange.headers()
    exchange.write(b"data: 1,0," if exchange.transport == "sse" else b"1,0,")
    for _ in range(512):
        exchange.write(bytes(65_536).replace(b"\0", b"a"))
        await exchange.drain()
    await exchange.stay()


async def endless_length(exchange, _):
    """A body whose length exceeds any memory."""
    exchange.headers(length=HUGE)
    exchange.write(exchange.coded(item(1)))
    await exchange.stay()


async def empty_answers(exchange, _):
    exchange.headers(length=0)


async def wrong_type(exchange, _):
    exchange.headers(kind="application/json")
    for number in range(1, 20):
        exchange.part(exchange.coded(item(number)))
        await exchange.drain()
        await asyncio.sleep(0.1)
    await exchange.stay()


async def encoded(exchange, _):
    body = gzip.compress(exchange.coded(item(1)) * 3)
    exchange.headers(encoding="gzip")
    exchange.part(body)
    if exchange.transport.endswith("poll"):
        exchange.last_part()
        await exchange.drain()
    await exchange.stay()


async def not_an_item(exchange, _):
    exchange.headers()
    for value in (b"no item at all", b",,", b"zzzzzzzzzzzzzzz,1,x", b"\xff\xfe,\xff,\x00"):
        exchange.part(exchange.coded(value) if exchange.transport != "sse" else b"id: x\ndata: " + value + b"\n\n")
    await exchange.drain()
    await exchange.stay()


async def statuses(exchange, number):
    status = ["500 Internal Server Error", "302 Found", "999 What", "100 Continue"][number % 4]
    exchange.headers(status, length=0)
    await exchange.drain()


async def http2_goaway(exchange, _):
    exchange.write(h2.frame(h2.GOAWAY, 0, 0, bytes(8)))
    await exchange.drain()
    exchange.writer.close()


async def http2_stream_reset(exchange, _):
    exchange.headers()
    exchange.part(exchange.coded(item(1)))
    exchange.write(h2.frame(h2.RST_STREAM, 0, exchange.stream, (2).to_bytes(4, "big")))
    await exchange.drain()


class HostileServer:
    """Serves one behaviour inside a `with` statement.

    `stats` overrides fields of /stats; `None` makes it a 404. A list has the fields of each response; its last entry
    repeats. `newest` is the newest sequence in /stats once a client has requested the feed."""

    def __init__(self, transport, behaviour, clock, stats=(), before_upgrade=b"", newest=1):
        self.transport, self.behaviour = transport, behaviour
        self.clock, self.newest = clock, newest
        self.statuses = None if stats is None else list(stats) if isinstance(stats, list) else [dict(stats)]
        self.requests = self.looks = 0
        self.before_upgrade = before_upgrade
        # The headers of each request for the feed.
        self.headers = []

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        # A client may disconnect at any time; that is not an error of the check.
        self.loop.set_exception_handler(lambda *_: None)
        started = threading.Event()

        def serve():
            asyncio.set_event_loop(self.loop)
            self.listener = self.loop.run_until_complete(asyncio.start_server(self.connected, "127.0.0.1", 0))
            self.port = self.listener.sockets[0].getsockname()[1]
            started.set()
            self.loop.run_forever()

        self.thread = threading.Thread(target=serve, daemon=True)
        self.thread.start()
        started.wait(10)
        return self

    def __exit__(self, *_):
        def over():
            self.listener.close()
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.call_later(0.1, self.loop.stop)

        self.loop.call_soon_threadsafe(over)
        self.thread.join(5)
        if not self.thread.is_alive():
            self.loop.close()

    async def connected(self, reader, writer):
        number = 0
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError, AssertionError):
            while True:
                if self.transport == "raw-tcp":
                    first = await reader.readuntil(b"\n")
                    if first.startswith(b"FEED"):
                        self.requests += 1
                        self.headers.append(first)
                        await self.behaviour(Exchange("raw-tcp", reader, writer), 1)
                        await asyncio.sleep(3_600)
                    head = first + await reader.readuntil(b"\r\n\r\n")
                else:
                    head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"PRI * HTTP/2.0"):
                    return await self.http2(reader, writer)
                path = head.split(b" ")[1].decode()
                page = self.page(path)
                if page is not None:
                    writer.write(page)
                    await writer.drain()
                    continue
                number += 1
                self.requests += 1
                self.headers.append(head)
                await self.request(path, head, Exchange(self.transport, reader, writer, path=path), number)
        writer.close()

    async def request(self, path, head, exchange, number):
        upgrades = self.transport == "websocket" and self.behaviour not in (silence, half_the_headers, resets, garbage)
        if upgrades:
            feed = asyncio.StreamReader()
            feed.feed_data(head)
            subprotocol = next(
                (
                    line.split(b":")[1].split(b",")[0].strip()
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"sec-websocket-protocol")
                ),
                None,
            )
            original = exchange.writer.write

            def with_subprotocol(data):
                if subprotocol:
                    data = data.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: " + subprotocol + b"\r\n\r\n")
                original(data)

            class Answer:
                write = staticmethod(with_subprotocol)

            original(self.before_upgrade)
            await wire.accept_client(feed, Answer)
        await self.behaviour(exchange, number)
        if not self.transport.endswith("poll"):
            await exchange.stay()

    async def http2(self, reader, writer):
        await reader.readexactly(6)  # the rest of the preface
        writer.write(h2.settings() + h2.frame(h2.SETTINGS, h2.ACK))
        number = 0
        while True:
            head = await reader.readexactly(9)
            await reader.readexactly(int.from_bytes(head[:3], "big"))
            if head[3] == h2.HEADERS:
                number += 1
                self.requests += 1
                exchange = Exchange(self.transport, reader, writer, int.from_bytes(head[5:9], "big"))
                asyncio.get_running_loop().create_task(self.quietly(exchange, number))

    async def quietly(self, exchange, number):
        with contextlib.suppress(OSError):
            await self.behaviour(exchange, number)

    def status(self):
        fields = self.statuses[min(self.looks, len(self.statuses) - 1)]
        return {**self.clock, "newest": self.newest if self.requests else 0, **fields}

    def page(self, path):
        if path == "/healthz":
            body = b"ready\n"
        elif path == "/stats" and self.statuses is not None:
            body = json.dumps(self.status()).encode()
            self.looks += 1
        elif path.startswith("/feed/schedule") and self.statuses is not None:
            status = self.status()
            body = json.dumps({"epoch_ns": status["epoch_ns"], "newest": status["newest"], "items": []}).encode()
        elif path.startswith(("/stats", "/feed/schedule")):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        else:
            return None
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
