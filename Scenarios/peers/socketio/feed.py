"""python-socketio on aiohttp: each line of standard input goes to every client, as the event "item".

Follows https://python-socketio.readthedocs.io/en/stable/server.html (aiohttp, emitting events). http_compression=False
turns the compression of polls off; a WebSocket is compressed only if the client offers it.
"""
import asyncio
import sys

import socketio
from aiohttp import web

sockets = socketio.AsyncServer(async_mode="aiohttp", http_compression=False)


async def main(port):
    app = web.Application()
    sockets.attach(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    reader = asyncio.StreamReader(limit=4 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        await sockets.emit("item", line.decode().rstrip("\n"))
    await runner.cleanup()


asyncio.run(main(int(sys.argv[1])))
