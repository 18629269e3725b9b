"""Checks our WebSocket with third-party libraries: python3 websocket_check.py BUILD_FOLDER [SESSIONS]

Clients of `websockets` and `aiohttp` connect to the server's /echo and, with every format of the feed, to /ws; their
servers test `pushlab echo`. With and without permessage-deflate; random messages from a fixed seed, whole and in
fragments. Needs `pip install websockets aiohttp`. Prints "N passed, N failed"; exits with 1 if a check failed.
"""
import asyncio
import json
import pathlib
import random
import subprocess
import sys

import aiohttp
import aiohttp.web
import websockets
import websockets.asyncio.client
import websockets.asyncio.server
import websockets.extensions.permessage_deflate

from wire import Tally

SEED = 20
SIZES = [0, 1, 124, 125, 126, 127, 128, 1000, 65_535, 65_536, 200_000]


def message(dice):
    size = dice.choice(SIZES) if dice.random() < 0.5 else dice.randrange(300)
    if dice.random() < 0.5:
        return dice.randbytes(size)
    alphabet = "abcdefgh ijklmnop äöü € 漢字 🙂"
    return "".join(dice.choices(alphabet, k=size))


def fragments(dice, whole):
    parts, start = [], 0
    while start < len(whole):
        end = min(len(whole), start + 1 + dice.randrange(max(1, len(whole))))
        parts.append(whole[start:end])
        start = end
    return parts or [whole]


async def session_of_websockets(port, seed, tally):
    dice = random.Random(seed)
    compression = "deflate" if seed % 2 else None
    async with websockets.asyncio.client.connect(
            f"ws://127.0.0.1:{port}/echo", compression=compression, max_size=None) as client:
        for _ in range(dice.randrange(1, 8)):
            sent = message(dice)
            if dice.random() < 0.3:
                await client.send(fragments(dice, sent))
            else:
                await client.send(sent)
            if dice.random() < 0.3:
                await asyncio.wait_for(await client.ping(dice.randbytes(dice.randrange(126))), 10)
            received = await asyncio.wait_for(client.recv(), 10)
            tally.check(f"websockets, seed {seed}: a message of {len(sent)} comes back", received == sent)
    tally.check(f"websockets, seed {seed}: closed with 1000", client.close_code == 1000)


async def session_of_aiohttp(port, seed, tally):
    dice = random.Random(seed)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(
                f"http://127.0.0.1:{port}/echo", compress=15 if seed % 2 else 0, max_msg_size=0) as client:
            for _ in range(dice.randrange(1, 6)):
                sent = message(dice)
                await (client.send_str(sent) if isinstance(sent, str) else client.send_bytes(sent))
                received = await client.receive(10)
                tally.check(f"aiohttp, seed {seed}: a message of {len(sent)} comes back", received.data == sent)
            await client.close()
            tally.check(f"aiohttp, seed {seed}: closed with 1000", client.close_code == 1000)


def deflate(**wishes):
    return [websockets.extensions.permessage_deflate.ClientPerMessageDeflateFactory(**wishes)]


FEED_FORMS = [
    (subprotocol, name, offer)
    for subprotocol in ("pushlab.text.v1", "pushlab.binary.v1")
    for name, offer in (
        ("plain", None), ("context", deflate()), ("no context", deflate(server_no_context_takeover=True)),
        ("small window", deflate(server_no_context_takeover=True, server_max_window_bits=9)),
        ("small window, context", deflate(server_max_window_bits=9)))
]


def sequence_of(item, subprotocol):
    if subprotocol == "pushlab.binary.v1":
        return int.from_bytes(item[:8], "big") if isinstance(item, bytes) else None
    return int(item.split(",")[0], 36) if isinstance(item, str) else None


async def feed_to_websockets(port, tally):
    data = {}
    for subprotocol, name, offer in FEED_FORMS:
        what = f"{subprotocol}, {name}"
        async with websockets.asyncio.client.connect(
                f"ws://127.0.0.1:{port}/ws?after=0", subprotocols=[subprotocol], compression=None,
                extensions=offer) as client:
            tally.check(f"{what}: the subprotocol is agreed", client.subprotocol == subprotocol)
            agreed = [extension.name for extension in client.protocol.extensions]
            tally.check(f"{what}: compression is agreed", agreed == (["permessage-deflate"] if offer else []))
            items = [await asyncio.wait_for(client.recv(), 10) for _ in range(20)]
        sequences = [sequence_of(item, subprotocol) for item in items]
        tally.check(f"{what}: the items arrive in order, from the first one", sequences == list(range(1, 21)))
        if subprotocol == "pushlab.text.v1":
            tally.check(f"{what}: items have their exact size", all(len(item) == 64 for item in items))
            data[name] = [item.split(",", 2)[2] for item in items]
        else:
            text = [item[16:].decode() for item in items]
            tally.check(f"{what}: the data equals that of the text form", text == data[name])


async def client_that_never_pongs(build, tally):
    """The server drops a connected client that answers no Ping, but not a client of `websockets`, which answers."""
    server = await asyncio.create_subprocess_exec(
        str(build / "pushlab-server"), "--rate", "1/min", "--ping-interval", "200ms", "--ping-timeout", "400ms",
        stdout=subprocess.PIPE)
    try:
        port = json.loads(await server.stdout.readline())["port"]
        async with websockets.asyncio.client.connect(
                f"ws://127.0.0.1:{port}/ws?after=0", ping_interval=None) as living:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /ws?after=0 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            received = await asyncio.wait_for(reader.read(), 10)
            tally.check("the silent client gets one Ping, then a close", received.endswith(b"\r\n\r\n\x89\x00"))
            writer.close()
            await asyncio.wait_for(await living.ping(), 10)
            tally.check("the other client stays connected", living.state.name == "OPEN")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/stats") as response:
                tally.check("one dead peer is counted", (await response.json())["dead_peers"] == 1)
    finally:
        server.terminate()
        await server.wait()


async def run_echo_client(build, port, path="/"):
    process = await asyncio.create_subprocess_exec(
        str(build / "pushlab"), "echo", f"ws://127.0.0.1:{port}{path}", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output, complaint = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, output.decode(), complaint.decode()


async def websockets_server(build, seed, tally):
    dice = random.Random(seed)
    failures = []

    async def handler(connection):
        for _ in range(8):
            sent = message(dice)
            await connection.send(fragments(dice, sent) if dice.random() < 0.3 else sent)
            if await asyncio.wait_for(connection.recv(), 10) != sent:
                failures.append(len(sent))
        await connection.close(1000)

    async with websockets.asyncio.server.serve(
            handler, "127.0.0.1", 0, compression="deflate" if seed % 2 else None, max_size=None) as server:
        port = server.sockets[0].getsockname()[1]
        code, output, complaint = await run_echo_client(build, port)
    tally.check(f"websockets server, seed {seed}: every message comes back {failures}", not failures)
    tally.check(f"websockets server, seed {seed}: exit 0, {complaint}",
                code == 0 and output == "8 messages sent back\n")


async def aiohttp_server(build, seed, tally):
    dice = random.Random(seed)
    failures = []

    async def handler(request):
        connection = aiohttp.web.WebSocketResponse(compress=bool(seed % 2), max_msg_size=0)
        await connection.prepare(request)
        for _ in range(8):
            sent = message(dice)
            await (connection.send_str(sent) if isinstance(sent, str) else connection.send_bytes(sent))
            if (await connection.receive(10)).data != sent:
                failures.append(len(sent))
        await connection.close()
        return connection

    app = aiohttp.web.Application()
    app.router.add_get("/somewhere", handler)
    runner = aiohttp.web.AppRunner(app)
    await runner.setup()
    site = aiohttp.web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    code, output, complaint = await run_echo_client(build, port, "/somewhere?case=1")
    await runner.cleanup()
    tally.check(f"aiohttp server, seed {seed}: every message comes back {failures}", not failures)
    tally.check(f"aiohttp server, seed {seed}: exit 0, {complaint}", code == 0 and output == "8 messages sent back\n")


async def main(build, sessions):
    tally = Tally()
    server = await asyncio.create_subprocess_exec(
        str(build / "pushlab-server"), "--rate", "50/s", "--payload", "64B", "--echo-limit", "16MiB",
        stdout=subprocess.PIPE)
    try:
        port = json.loads(await server.stdout.readline())["port"]
        await feed_to_websockets(port, tally)
        for seed in range(SEED, SEED + sessions, 8):
            await asyncio.gather(*(session_of_websockets(port, s, tally) for s in range(seed, seed + 8)))
            await asyncio.gather(*(session_of_aiohttp(port, s, tally) for s in range(seed, seed + 2)))
        for seed in range(SEED, SEED + 6):
            await websockets_server(build, seed, tally)
            await aiohttp_server(build, seed, tally)
        await client_that_never_pongs(build, tally)
    finally:
        server.terminate()
        await server.wait()
    tally.check("the server exits with 0", server.returncode == 0)
    return tally.end()


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    sys.exit(asyncio.run(main(folder, int(sys.argv[2]) if len(sys.argv) > 2 else 80)))
