#!/usr/bin/env python3
"""A pushlab-server with damaged responses: PUSHLAB_REAL_SERVER=FILE faulty_server.py [OPTION...]

Replaces pushlab-server in the programs folder that a check receives. It relays to the real server and flips one bit in
every 50th byte that the server sends on a connection. A check that accepts this server proves nothing.
"""
import asyncio
import ctypes
import json
import os
import signal
import sys

EVERY = 50


def damaged(data, before):
    """Flips the lowest bit of every 50th byte of the connection; `before` bytes preceded `data`."""
    changed = bytearray(data)
    for at in range((EVERY - 1 - before) % EVERY, len(changed), EVERY):
        changed[at] ^= 1
    return bytes(changed)


async def copy(reader, writer, damages):
    before = 0
    try:
        while data := await reader.read(65536):
            writer.write(damaged(data, before) if damages else data)
            before += len(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.close()


def die_with_parent():
    """PR_SET_PDEATHSIG: a check may kill this program, and the real server must not outlive it."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


async def main():
    server = await asyncio.create_subprocess_exec(
        os.environ["PUSHLAB_REAL_SERVER"], *sys.argv[1:], stdin=sys.stdin, stdout=asyncio.subprocess.PIPE,
        preexec_fn=die_with_parent)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.send_signal, number)
    line = await server.stdout.readline()
    if not line:
        return await server.wait()
    announcement = json.loads(line)
    host, port = announcement["host"], announcement["port"]

    async def serve(reader, writer):
        try:
            behind_reader, behind_writer = await asyncio.open_connection(host, port)
        except OSError:
            return writer.close()
        await asyncio.gather(copy(reader, behind_writer, False), copy(behind_reader, writer, True))

    relay = await asyncio.start_server(serve, host, 0, backlog=4096)
    announcement.update(port=relay.sockets[0].getsockname()[1], pid=os.getpid())
    print(json.dumps(announcement), flush=True)
    # Immediately: open connections need no orderly close.
    os._exit(await server.wait() & 0xFF)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
