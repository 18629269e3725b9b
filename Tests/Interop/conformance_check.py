"""Checks RFC 6455 and RFC 7692 over real sockets: python3 conformance_check.py BUILD_FOLDER

Plays each row against the server's /echo and against `pushlab echo`, whole and in pieces. Checks the frames that come
back, the close code, and which side closes TCP, when and how. Then large messages and many messages, with a time
limit. Needs only Python. Prints "N passed, N failed"; exits with 1 if a check failed.
"""
import asyncio
import os
import signal
import sys
import time
import zlib

from wire import (
    BINARY, CLOSE, MASK, PING, PONG, TEXT, Server, Tally, accept_client, close_payload, frame, open_to_server,
    read_frames, read_to_end, send_in_pieces)

BYE = (CLOSE, close_payload(1000))
KOSME = "κόσμε".encode()


def failed(code):
    return (CLOSE, close_payload(code))


def rows():
    """Yields (name, frames to send, expected frames); the last expected frame is the Close.

    A name begins with the number of the group in the Autobahn test suite."""
    yield "nothing but a Close", [BYE], [BYE]
    for size in [0, 1, 125, 126, 127, 128, 65_535, 65_536]:
        for first, byte in [(TEXT, b"*"), (BINARY, b"\xfe")]:
            yield f"1 {first:x} of {size}", [(first, byte * size), BYE], [(first, byte * size), BYE]
    yield "2 Pings", [(PING, b""), (PING, b"\0\xff" * 62), (PONG, b"unasked"), (PING, b"x" * 125), BYE], [
        (PONG, b""), (PONG, b"\0\xff" * 62), (PONG, b"x" * 125), BYE]
    yield "2 a Ping of 126", [(PING, b"x" * 126)], [failed(1002)]
    for bits in range(1, 8):
        yield f"3 RSV {bits}", [(TEXT, b"a"), (TEXT | bits << 4, b"b"), (PING, b"")], [(TEXT, b"a"), failed(1002)]
        yield f"3 RSV {bits} on a Close", [(CLOSE | bits << 4, close_payload(1000))], [failed(1002)]
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]:
        yield f"4 opcode {opcode}", [(TEXT, b"a"), (0x80 | opcode, b"b"), (PING, b"")], [(TEXT, b"a"), failed(1002)]
    yield "5 a Ping in fragments", [(0x09, b"a"), (0x80, b"b")], [failed(1002)]
    yield "5 a Pong in fragments", [(0x0A, b"a"), (0x80, b"b")], [failed(1002)]
    yield "5 Pings between fragments", [(0x01, b"a"), (PING, b"1"), (0, b"b"), (PING, b"2"), (0x80, b"c"), BYE], [
        (PONG, b"1"), (PONG, b"2"), (TEXT, b"abc"), BYE]
    yield "5 a continuation of nothing", [(TEXT, b"a"), (0x80, b"b"), (TEXT, b"c")], [(TEXT, b"a"), failed(1002)]
    yield "5 text in text", [(0x01, b"a"), (TEXT, b"b")], [failed(1002)]
    yield "5 a Close between", [(0x01, b"a"), BYE, (0x80, b"b")], [BYE]
    yield "6 text", [(TEXT, KOSME + "🙂\uffff".encode()), BYE], [(TEXT, KOSME + "🙂\uffff".encode()), BYE]
    for wrong in [b"\xff", b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe0\x80\x80", KOSME[:-1]]:
        yield f"6 {wrong.hex()}", [(TEXT, b"a"), (TEXT, wrong)], [(TEXT, b"a"), failed(1007)]
    # The message continues; the endpoint must fail it at once nevertheless.
    yield "6 invalid, message unfinished", [(0x01, KOSME), (0x00, b"\xf4\x90")], [failed(1007)]
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]:
        yield f"7 code {code}", [(CLOSE, close_payload(code, KOSME)), (TEXT, b"late")], [failed(code)]
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]:
        yield f"7 code {code}", [(CLOSE, close_payload(code))], [failed(1002)]
    yield "7 an empty Close, then a Ping", [(CLOSE, b""), (PING, b"")], [(CLOSE, b"")]
    yield "7 a Close of one byte", [(CLOSE, b"a")], [failed(1002)]
    yield "7 a reason of 123", [(CLOSE, close_payload(1000, b"*" * 123))], [BYE]
    yield "7 a reason of 124", [(CLOSE, close_payload(1000, b"*" * 124))], [failed(1002)]
    yield "7 a reason that is not UTF-8", [(CLOSE, close_payload(1000, b"\xff"))], [failed(1007)]
    yield "7 256 KiB, Close, Ping", [(TEXT, b"*" * 262_144), BYE, (PING, b"")], [(TEXT, b"*" * 262_144), BYE]


def is_failure(row):
    return row[2][-1] != row[1][-1] and row[2][-1] not in row[1]


async def play_to_server(port, row, piece, tally):
    name, coming, owed = row
    reader, writer, _ = await open_to_server(port)
    data = b"".join(frame(first, payload, MASK) for first, payload in coming)
    began = time.monotonic()
    await send_in_pieces(writer, data, piece if len(data) < 3_000 else None)
    got, end = await read_to_end(reader)
    took = time.monotonic() - began
    frames, rest = read_frames(got, are_masked=False)
    place = f"/echo, {name}, {piece or 'all'} bytes at a time"
    tally.check(f"{place}: frames {frames[-2:]}", frames == owed and not rest)
    # Our half is still open: the server must close TCP first, without a reset and without waiting for us.
    tally.check(f"{place}: the server closes TCP, {end} after {took:.2f} s", end == "closed" and took < 3)
    writer.close()


class EchoClient:
    """`pushlab echo`, connected to a test server that plays one row."""

    def __init__(self, build):
        self.program = os.path.join(build, "pushlab")

    async def run(self, play, extensions=None):
        """`play(reader, writer, offer)` is the server. Returns its result, the exit code and the output."""
        result = asyncio.get_running_loop().create_future()

        async def serve(reader, writer):
            try:
                _, offer = await accept_client(reader, writer, extensions)
                outcome = await play(reader, writer, offer)
                if not result.done():
                    result.set_result(outcome)
            except Exception as error:
                result.set_exception(error)
            finally:
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=64 << 20)
        port = server.sockets[0].getsockname()[1]
        process = self.process = await asyncio.create_subprocess_exec(
            self.program, "echo", f"ws://127.0.0.1:{port}/runCase?case=1&agent=pushlab",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        try:
            outcome = await asyncio.wait_for(result, 60)
            output, complaint = await asyncio.wait_for(process.communicate(), 20)
        finally:
            if process.returncode is None:
                process.kill()
            server.close()
        return outcome, process.returncode, output.decode() + complaint.decode()


async def play_to_client(client, row, piece, tally):
    name, coming, owed = row
    data = b"".join(frame(first, payload) for first, payload in coming)
    place = f"pushlab echo, {name}, {piece or 'all'} bytes at a time"

    async def play(reader, writer, offer):
        await send_in_pieces(writer, data, piece if len(data) < 3_000 else None)
        got = bytearray()
        while len(read_frames(got, are_masked=True)[0]) < len(owed):
            part = await asyncio.wait_for(reader.read(1 << 20), 10)
            if not part:
                break
            got += part
        # A client waits until the server closes TCP (RFC 6455 §7.1.1), unless it has failed the connection.
        more, end = (b"", "closed") if is_failure(row) else await read_to_end(reader, 0.05)
        return got + more, end, offer

    (got, end, offer), status, output = await client.run(play)
    frames, rest = read_frames(got, are_masked=True)
    tally.check(f"{place}: frames {frames[-2:]}", frames == owed and not rest)
    tally.check(f"{place}: deflate is offered, {offer}", offer.startswith("permessage-deflate"))
    if not is_failure(row):
        tally.check(f"{place}: the client waits until the server closes TCP, {end}", end == "silent")
    messages = sum(first in (TEXT, BINARY) for first, _ in owed)
    tally.check(f"{place}: exit {status}, {output!r}", status == 0 and output == f"{messages} messages sent back\n")


# Large messages and many messages. The time limits are a quarter of Autobahn's.

def deflater(bits=15):
    return zlib.compressobj(6, zlib.DEFLATED, -bits)


def deflated(stream, payload):
    return (stream.compress(payload) + stream.flush(zlib.Z_SYNC_FLUSH))[:-4]


def json_like(size):
    line = b'{"id": 1234, "name": "AutobahnPython/0.6.0", "values": [1, 2, 3, 5, 8, 13]} '
    return (line * (size // len(line) + 1))[:size]


def large_rows():
    text = json_like(16 << 20)
    yield "9.1 16 MiB of text", [frame(TEXT, text, MASK)], [(TEXT, text)], [frame(TEXT, text)]
    noise = os.urandom(1 << 20) * 16
    yield "9.2 16 MiB of noise", [frame(BINARY, noise, MASK)], [(BINARY, noise)], [frame(BINARY, noise)]
    cut = text[:4 << 20]
    parts = [(TEXT & 0x7F if at == 0 else 0x80 if at + 64 >= len(cut) else 0, cut[at:at + 64])
             for at in range(0, len(cut), 64)]
    yield "9.3 4 MiB in fragments of 64", [frame(f, p, MASK) for f, p in parts], [(TEXT, cut)], [
        frame(f, p) for f, p in parts]
    more = b"a" * ((16 << 20) + 1)
    yield "9 one byte above 16 MiB", [frame(TEXT, more, MASK)[:20]], [failed(1009)], [frame(TEXT, more)[:20]]


async def play_large(build, port, tally):
    for name, to_server, owed, to_client in large_rows():
        ends = owed[-1][0] == CLOSE
        reader, writer, _ = await open_to_server(port)
        began = time.monotonic()
        reading = asyncio.create_task(read_to_end(reader, 25))
        await send_in_pieces(writer, b"".join(to_server) + (b"" if ends else frame(*BYE, MASK)), None)
        got, end = await reading
        took = time.monotonic() - began
        frames, _ = read_frames(got, are_masked=False)
        tally.check(f"/echo, {name}: the message comes back, {end} after {took:.1f} s",
                    frames == owed + ([] if ends else [BYE]) and end == "closed")
        print(f"/echo, {name}: {took:.1f} s")
        writer.close()

        async def play(reader, writer, _):
            began = time.monotonic()
            data = b"".join(to_client) + (b"" if ends else frame(*BYE))
            writing = asyncio.create_task(send_in_pieces(writer, data, None))
            got = bytearray()
            while not (got[-8:-6] == b"\x88\x82" and len(got) >= 8):
                part = await asyncio.wait_for(reader.read(1 << 20), 25)
                if not part:
                    break
                got += part
            await writing
            return got, time.monotonic() - began

        (got, took), status, _ = await EchoClient(build).run(play)
        frames, _ = read_frames(got, are_masked=True)
        tally.check(f"pushlab echo, {name}: the message comes back after {took:.1f} s",
                    frames == owed + ([] if ends else [BYE]) and status == 0)
        print(f"pushlab echo, {name}: {took:.1f} s")


async def exchange_deflated(reader, writer, sizes, mask, bits_out, bits_in, parts):
    """Sends compressed messages; waits for each to come back before the next."""
    out, back = deflater(bits_out), zlib.decompressobj(-bits_in)
    got = bytearray()
    for size in sizes:
        message = json_like(size)
        packed = deflated(out, message)
        step = max(1, len(packed) // parts + 1)
        cut = [packed[at:at + step] for at in range(0, max(1, len(packed)), step)]
        for place, part in enumerate(cut):
            first = (0x41 if place == 0 else 0) | (0x80 if place == len(cut) - 1 else 0)
            writer.write(frame(first, part, mask))
        await writer.drain()
        while True:
            frames, rest = read_frames(got, are_masked=mask is None)
            if frames:
                break
            part = await asyncio.wait_for(reader.read(1 << 20), 25)
            if not part:
                return False
            got += part
        got = bytearray(rest)
        first, payload = frames[0]
        if first != 0xC1 or back.decompress(payload + b"\0\0\xff\xff") != message:
            return False
    return True


async def play_deflated(build, port, tally):
    sizes = [16, 64, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072]
    for offer, answer, bits_to_server, bits_back, parts, count in [
            ("permessage-deflate; client_max_window_bits", "permessage-deflate", 15, 15, 1, 1_000),
            ("permessage-deflate; server_max_window_bits=9; client_max_window_bits=9",
             "permessage-deflate; client_max_window_bits=9", 9, 9, 4, 200),
            # zlib deflates for a window of 8 bits with 9; see DeflateParameters.
            ("permessage-deflate; server_max_window_bits=8; client_max_window_bits=8",
             "permessage-deflate; client_max_window_bits=8", 9, 8, 1, 100)]:
        began = time.monotonic()
        reader, writer, agreed = await open_to_server(port, extensions=offer)
        holds = await exchange_deflated(
            reader, writer, (sizes * 100)[:count], MASK, bits_to_server, bits_back, parts)
        writer.close()
        took = time.monotonic() - began
        tally.check(f"/echo, {offer} ({agreed}): {count} messages come back", holds and agreed)
        print(f"/echo, {count} messages up to 128 KiB, {agreed}: {took:.1f} s")

        async def play(reader, writer, _):
            holds = await exchange_deflated(reader, writer, (sizes * 100)[:count], None, 15, bits_back, parts)
            writer.write(frame(*BYE))
            return holds

        holds, status, output = await EchoClient(build).run(play, answer)
        tally.check(f"pushlab echo, {answer}: {count} messages come back, {output}", holds and status == 0)


async def play_interrupts(build, tally):
    """Ctrl-C once: the client closes with 1001 and prints its count. Twice, if the server does not answer."""
    for count in [1, 2]:
        client = EchoClient(build)

        async def interrupt(reader, writer, _):
            writer.write(frame(TEXT, b"a"))
            await asyncio.wait_for(reader.readexactly(7), 10)
            client.process.send_signal(signal.SIGINT)
            got = await asyncio.wait_for(reader.read(8), 10)
            if count == 1:
                writer.write(frame(CLOSE, close_payload(1001)))
            else:
                client.process.send_signal(signal.SIGINT)
                # Sooner than the client gives up.
                got += await asyncio.wait_for(reader.read(), 3)
            return read_frames(bytearray(got), are_masked=True)

        holds, status, output = await client.run(interrupt)
        tally.check(f"pushlab echo, Ctrl-C {count} times: {holds}, {status} {output!r}",
                    holds == ([(CLOSE, close_payload(1001))], b"") and status == 0
                    and output == "1 messages sent back\n")


async def play_drops(build, tally):
    """Servers that close TCP without a Close frame, or are not WebSocket servers."""
    client = EchoClient(build)

    async def drop(reader, writer, _):
        writer.write(frame(TEXT, b"a") + frame(TEXT, b"b" * 200)[:50])
        await asyncio.wait_for(reader.readexactly(7), 10)

    _, status, output = await client.run(drop)
    tally.check(f"pushlab echo exits with 0 if the server drops TCP, {status} {output!r}",
                status == 0 and output == "1 messages sent back\n")
    for answer, sentence in [
            (b"", "the server ended the connection before its answer"),
            (b"HTTP/1.1 404 Not Found\r\n\r\n", "the server answered 404"),
            (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "is not an HTTP/1.1 status line"),
            (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n", "does not match the client's key"),
            (b"HTTP/1.1 101 OK\r\nX: " + b"a" * 20_000, "are longer than")]:

        async def serve(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        process = await asyncio.create_subprocess_exec(
            client.program, "echo", f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        output, complaint = await asyncio.wait_for(process.communicate(), 20)
        server.close()
        tally.check(f"pushlab echo, answered {answer[:30]}: {process.returncode} {complaint}",
                    process.returncode == 1 and not output and sentence in complaint.decode()
                    and len(complaint.splitlines()) == 1)


async def main(build):
    tally = Tally()
    with Server(build, "--rate", "1/s", "--echo-limit", "16MiB") as server:
        for row in rows():
            await asyncio.gather(*(play_to_server(server.port, row, piece, tally) for piece in [None, 1, 3]))
        client = EchoClient(build)
        every = [(row, piece) for row in rows() for piece in [None, 1]]
        for at in range(0, len(every), 4):
            await asyncio.gather(*(play_to_client(client, row, piece, tally) for row, piece in every[at:at + 4]))
        await play_drops(build, tally)
        await play_interrupts(build, tally)
        await play_large(build, server.port, tally)
        await play_deflated(build, server.port, tally)
    tally.check("the server exits with 0", server.status == 0)
    return tally.end()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1])))
