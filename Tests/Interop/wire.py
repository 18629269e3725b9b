"""RFC 6455 on raw sockets, for the checks in this folder: frames, including invalid ones, and both handshakes."""
import asyncio
import base64
import hashlib
import json
import os
import socket
import struct
import subprocess

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A
MASK = bytes([0x37, 0xFA, 0x21, 0x3D])


def masked(payload, mask=MASK):
    count = len(payload)
    pattern = int.from_bytes((mask * (count // 4 + 1))[:count], "big")
    return (int.from_bytes(payload, "big") ^ pattern).to_bytes(count, "big")


def length_bytes(count, mask_bit, width=None):
    """`width`: 0, 2 or 8 bytes after the first byte; may be longer than necessary."""
    if width is None:
        width = 0 if count < 126 else 2 if count < 65_536 else 8
    if width == 0:
        return bytes([count | mask_bit])
    return bytes([(126 if width == 2 else 127) | mask_bit]) + count.to_bytes(width, "big")


def frame(first, payload=b"", mask=None, width=None):
    """One frame: masked like a client's, or without a mask like a server's."""
    header = bytes([first]) + length_bytes(len(payload), 0x80 if mask else 0, width)
    return header + mask + masked(payload, mask) if mask else header + payload


def close_payload(code, reason=b""):
    return struct.pack(">H", code) + reason


def read_frames(data, are_masked):
    """Returns the complete frames of `data` as (first byte, payload), and the rest; asserts masks, minimal lengths."""
    frames, at = [], 0
    while len(data) - at >= 2:
        first, second = data[at], data[at + 1]
        assert bool(second & 0x80) == are_masked, f"frame {len(frames)}: masked is {not are_masked}"
        count, start = second & 0x7F, at + 2
        if count > 125:
            width = 2 if count == 126 else 8
            if len(data) < start + width:
                break
            count = int.from_bytes(data[start:start + width], "big")
            assert count > (125 if width == 2 else 65_535), f"frame {len(frames)}: its length could be shorter"
            start += width
        mask = bytes(data[start:start + 4]) if are_masked else None
        start += 4 if are_masked else 0
        if len(data) < start + count:
            break
        payload = bytes(data[start:start + count])
        frames.append((first, masked(payload, mask) if are_masked else payload))
        at = start + count
    return frames, bytes(data[at:])


async def read_headers(reader):
    headers = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    lines = headers.decode("latin-1").split("\r\n")
    fields = {}
    for line in lines[1:-2]:
        name, value = line.split(":", 1)
        fields[name.lower()] = value.strip()
    return lines[0], fields


async def open_to_server(port, path="/echo", extensions=None):
    """Connects and upgrades; returns reader, writer and the agreed extensions."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=64 << 20)
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = (f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
               f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n")
    if extensions:
        request += f"Sec-WebSocket-Extensions: {extensions}\r\n"
    writer.write((request + "\r\n").encode())
    status, fields = await read_headers(reader)
    assert status == "HTTP/1.1 101 Switching Protocols", status
    return reader, writer, fields.get("sec-websocket-extensions")


async def accept_client(reader, writer, extensions=None):
    """Answers a client's request; returns its target and the offered extensions."""
    line, fields = await read_headers(reader)
    digest = hashlib.sha1((fields["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    answer = ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}\r\n")
    if extensions:
        answer += f"Sec-WebSocket-Extensions: {extensions}\r\n"
    writer.write((answer + "\r\n").encode())
    return line.split(" ")[1], fields.get("sec-websocket-extensions", "")


async def send_in_pieces(writer, data, piece):
    """`piece`: bytes per write; `None` for one write."""
    try:
        if piece is None:
            writer.write(data)
        else:
            for start in range(0, len(data), piece):
                writer.write(data[start:start + piece])
                await asyncio.sleep(0)
        await writer.drain()
    except (ConnectionResetError, BrokenPipeError):
        pass  # The peer may close before everything is written; reading shows how it closes.


async def hang_up(writer):
    """Closes and waits for the close: otherwise a stopping server would wait for a loop that no longer runs."""
    writer.close()
    try:
        await writer.wait_closed()
    except OSError:
        pass  # The end of the connection was read before.


async def read_to_end(reader, seconds=10):
    """Reads until the peer closes; returns the data and how it ends: `closed`, `reset` or `silent`."""
    data = bytearray()
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        left = deadline - asyncio.get_running_loop().time()
        try:
            part = await asyncio.wait_for(reader.read(1 << 20), max(left, 0.001))
        except asyncio.TimeoutError:
            return data, "silent"
        except (ConnectionResetError, BrokenPipeError):
            return data, "reset"
        if not part:
            return data, "closed"
        data += part


class Server:
    """A `pushlab-server` inside a `with` statement."""

    def __init__(self, build, *arguments):
        self.command = [os.path.join(build, "pushlab-server"), *arguments]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE)
        self.port = json.loads(self.process.stdout.readline())["port"]
        self.pid = self.process.pid
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.status = self.process.wait(20)

    def resident_bytes(self):
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, holds):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}", flush=True)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
