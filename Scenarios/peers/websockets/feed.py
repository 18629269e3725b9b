"""Python websockets: each line of standard input goes to every client.

Follows https://websockets.readthedocs.io/en/stable/topics/broadcast.html. compression=None turns permessage-deflate
off. broadcast() writes each item to each client at once and does not wait for slow ones.
"""
import asyncio
import sys

from websockets.asyncio.server import broadcast, serve


async def handler(websocket):
    await websocket.wait_closed()


async def lines():
    reader = asyncio.StreamReader(limit=4 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        yield line.decode().rstrip("\n")


async def main(port):
    async with serve(handler, "127.0.0.1", port, compression=None, backlog=1024) as server:
        async for line in lines():
            broadcast(server.connections, line)


asyncio.run(main(int(sys.argv[1])))
