"""Tornado: WebSocket, SSE, short and long polls of one application.

Follows https://www.tornadoweb.org/en/stable/websocket.html and the chat demo's long poll (tornado.locks.Condition).
Tornado compresses only with get_compression_options or compress_response. One write per item and client.
"""
import asyncio
import datetime
import sys

from tornado.iostream import StreamClosedError
from tornado.locks import Condition
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

HISTORY = 4096
items, newest, arrival = {}, 0, Condition()
sockets = set()


def after(cursor):
    return [(sequence, items[sequence]) for sequence in range(max(cursor, newest - HISTORY) + 1, newest + 1)]


class FeedHandler(RequestHandler):
    def prepare(self):
        self.cursor = int(self.request.headers.get("Last-Event-ID") or self.get_query_argument("after", str(newest)))


class Poll(FeedHandler):
    def get(self):
        body = "".join(f"{line}\n" for _, line in after(self.cursor))
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        if body:
            self.write(body)
        else:
            self.set_status(204)


class LongPoll(Poll):
    async def get(self):
        hold = int(self.get_query_argument("hold", "25000ms").removesuffix("ms"))
        if newest <= self.cursor:
            await arrival.wait(timeout=datetime.timedelta(milliseconds=hold))
        if not self.request.connection.stream.closed():
            super().get()


class Events(FeedHandler):
    async def get(self):
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-store")
        try:
            await self.flush()
            while True:
                for self.cursor, line in after(self.cursor):
                    self.write(f"id: {self.cursor}\ndata: {line}\n\n")
                await self.flush()
                await arrival.wait()
        except StreamClosedError:
            pass


class Socket(WebSocketHandler):
    def open(self):
        sockets.add(self)

    def on_close(self):
        sockets.discard(self)


def publish(line):
    global newest
    newest += 1
    items[newest] = line
    items.pop(newest - HISTORY, None)
    arrival.notify_all()
    for socket in list(sockets):
        try:
            socket.write_message(line)
        except WebSocketClosedError:
            sockets.discard(socket)


async def main(port):
    paths = [("/poll", Poll), ("/long-poll", LongPoll), ("/events", Events), ("/ws", Socket)]
    Application(paths, log_function=lambda handler: None).listen(port, "127.0.0.1", backlog=1024)
    reader = asyncio.StreamReader(limit=4 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        publish(line.decode().rstrip("\n"))


asyncio.run(main(int(sys.argv[1])))
