"""Django: WebSocket by Channels, SSE, short and long polls by asynchronous views; on uvicorn.

Follows https://channels.readthedocs.io/en/stable/tutorial/ (consumers, channel layers) and Django's asynchronous views.
uvicorn refuses permessage-deflate, and Django compresses only with GZipMiddleware. One write per item and client.
"""
import asyncio
import sys

import django
import uvicorn
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="nothing here is secret", INSTALLED_APPS=["channels"],
    # A client that is 10,000 items behind loses some; the default is 100.
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 10_000}}})
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path

HISTORY = 4096
items, newest, arrival = {}, 0, asyncio.Condition()


def cursor_of(request):
    return int(request.headers.get("Last-Event-ID") or request.GET.get("after", newest))


def after(cursor):
    return [(sequence, items[sequence]) for sequence in range(max(cursor, newest - HISTORY) + 1, newest + 1)]


async def wait_for_more(cursor):
    async with arrival:
        await arrival.wait_for(lambda: newest > cursor)


def answer(cursor):
    body = "".join(f"{line}\n" for _, line in after(cursor))
    return HttpResponse(body, content_type="text/plain; charset=utf-8") if body else HttpResponse(status=204)


async def poll(request):
    return answer(cursor_of(request))


async def long_poll(request):
    cursor = cursor_of(request)
    hold = int(request.GET.get("hold", "25000ms").removesuffix("ms")) / 1000
    try:
        await asyncio.wait_for(wait_for_more(cursor), hold)
    except TimeoutError:
        pass
    return answer(cursor)


async def events(request):
    async def stream(cursor):
        while True:
            await wait_for_more(cursor)
            for cursor, line in after(cursor):
                yield f"id: {cursor}\ndata: {line}\n\n"
    return StreamingHttpResponse(stream(cursor_of(request)), content_type="text/event-stream")


class Socket(AsyncWebsocketConsumer):
    groups = ["feed"]

    async def item(self, event):
        await self.send(text_data=event["line"])


urlpatterns = [path("poll", poll), path("long-poll", long_poll), path("events", events)]
application = ProtocolTypeRouter({
    "http": get_asgi_application(), "websocket": URLRouter([path("ws", Socket.as_asgi())])})


async def publish(line):
    global newest
    async with arrival:
        newest += 1
        items[newest] = line
        items.pop(newest - HISTORY, None)
        arrival.notify_all()
    await get_channel_layer().group_send("feed", {"type": "item", "line": line})


async def main(port):
    server = uvicorn.Server(uvicorn.Config(
        application, host="127.0.0.1", port=port, log_level="warning", lifespan="off", ws_per_message_deflate=False,
        timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve())
    reader = asyncio.StreamReader(limit=4 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        await publish(line.decode().rstrip("\n"))
    server.should_exit = True
    await serving


asyncio.run(main(int(sys.argv[1])))
