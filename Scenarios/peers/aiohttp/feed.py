"""aiohttp: WebSocket, SSE, short and long polls of one application.

Follows https://docs.aiohttp.org/en/stable/web_quickstart.html (WebSockets) and web_reference.html (StreamResponse).
compress=False refuses permessage-deflate; other responses are not compressed. One write per item and client.
"""
import asyncio
import sys

from aiohttp import web

HISTORY = 4096
items, newest, arrival = {}, 0, asyncio.Condition()
sockets = set()


def cursor_of(request):
    return int(request.headers.get("Last-Event-ID") or request.query.get("after", newest))


def after(cursor):
    return [(sequence, items[sequence]) for sequence in range(max(cursor, newest - HISTORY) + 1, newest + 1)]


async def wait_for_more(cursor):
    async with arrival:
        await arrival.wait_for(lambda: newest > cursor)


def answer(cursor):
    body = "".join(f"{line}\n" for _, line in after(cursor))
    return web.Response(text=body) if body else web.Response(status=204)


async def poll(request):
    return answer(cursor_of(request))


async def long_poll(request):
    cursor = cursor_of(request)
    hold = int(request.query.get("hold", "25000ms").removesuffix("ms")) / 1000
    try:
        await asyncio.wait_for(wait_for_more(cursor), hold)
    except TimeoutError:
        pass
    return answer(cursor)


async def events(request):
    cursor = cursor_of(request)
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    while True:
        await wait_for_more(cursor)
        for cursor, line in after(cursor):
            await response.write(f"id: {cursor}\ndata: {line}\n\n".encode())


async def websocket(request):
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    sockets.add(socket)
    try:
        async for _ in socket:
            pass
    finally:
        sockets.remove(socket)
    return socket


async def publish(line):
    global newest
    async with arrival:
        newest += 1
        items[newest] = line
        items.pop(newest - HISTORY, None)
        arrival.notify_all()
    await asyncio.gather(*(socket.send_str(line) for socket in sockets), return_exceptions=True)


async def main(port):
    app = web.Application()
    app.add_routes([web.get("/poll", poll), web.get("/long-poll", long_poll), web.get("/events", events),
                    web.get("/ws", websocket)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    reader = asyncio.StreamReader(limit=4 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        await publish(line.decode().rstrip("\n"))
    await runner.cleanup()


asyncio.run(main(int(sys.argv[1])))
