#!/usr/bin/env python3
"""What the lanes of the teaching page cost the server: lanes.py BINARIES [BROWSERS]

Opens the lanes of 30 browsers (150 connections) at 10 items/s and prints the server's CPU time in percent of a core:
without and with one request per second and lane for its byte counts. Exits with 1 if the lanes alone need 10 % or more.
Takes 25 s. Use a release build.
"""

import asyncio
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

LIMIT = 10.0
SECONDS = 8
# Request headers of the size that browsers send.
FIELDS = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
    "Safari/537.36\r\nAccept: */*\r\nAccept-Language: en-US,en;q=0.9\r\nAccept-Encoding: gzip, deflate, br\r\n"
    "Sec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-site\r\n"
)
UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
)


class Page:
    def __init__(self, build):
        self.process = subprocess.Popen(
            [pathlib.Path(build) / "pushlab-server", "--rate", "10/s"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        self.port = json.loads(self.process.stdout.readline())["port"]
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/page/setup.json", timeout=10) as answer:
            self.lanes = {lane["transport"]: lane["port"] for lane in json.load(answer)["lanes"]}

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def request(self, port, target, more=""):
        origin = f"Origin: http://127.0.0.1:{self.port}\r\n"
        return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{FIELDS}{origin}{more}\r\n".encode()

    async def share(self, seconds):
        """CPU time in percent of a core."""
        before, began = self.cpu_seconds(), time.monotonic()
        await asyncio.sleep(seconds)
        return 100 * (self.cpu_seconds() - before) / (time.monotonic() - began)


async def read_response(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = head.partition("content-length:")[2].split("\r\n")[0]
    return head, await reader.readexactly(int(length or 0))


async def poll(page, path, transport, number, interval):
    port, cursor = page.lanes[transport], 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.sleep(interval * number / 30)
    while True:
        writer.write(page.request(port, f"{path}?after={cursor}&lane={transport}-{number}"))
        head, body = await read_response(reader)
        if head.startswith("http/1.1 200"):
            cursor = int(body.decode().rstrip("\n").split("\n")[-1].split(",")[0], 36)
        await asyncio.sleep(interval)


async def stream(page, path, transport, number):
    port = page.lanes[transport]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    more = UPGRADE if transport == "websocket" else ""
    writer.write(page.request(port, f"{path}?after=0&lane={transport}-{number}", more))
    while await reader.read(1 << 16):
        pass
    raise SystemExit(f"the server closed lane {transport}-{number}")


async def ask(page, number):
    reader, writer = await asyncio.open_connection("127.0.0.1", page.port)
    await asyncio.sleep(number / 30)
    while True:
        for transport in page.lanes:
            writer.write(page.request(page.port, f"/lanes/{transport}-{number}"))
            head, _ = await read_response(reader)
            assert head.startswith("http/1.1 200"), head
        await asyncio.sleep(1)


async def measure(page, browsers):
    tasks = []
    for number in range(browsers):
        work = [
            poll(page, "/poll", "short-poll", number, 1), poll(page, "/long-poll", "long-poll", number, 0),
            stream(page, "/stream", "http-stream", number), stream(page, "/events", "sse", number),
            stream(page, "/ws", "websocket", number),
        ]
        tasks += [asyncio.create_task(one) for one in work]
    await asyncio.sleep(4)
    lanes = await page.share(SECONDS)
    print(f"{5 * browsers} lanes at 10 items/s: {lanes:.1f} % of a core")
    tasks += [asyncio.create_task(ask(page, number)) for number in range(browsers)]
    await asyncio.sleep(2)
    print(f"with a request per second and lane for its byte counts: {await page.share(SECONDS):.1f} % of a core")
    ended = [task.exception() for task in tasks if task.done()]
    for task in tasks:
        task.cancel()
    if ended:
        print(f"{len(ended)} lanes ended: {ended[0]!r}")
    return lanes < LIMIT and not ended


def main():
    page = Page(sys.argv[1])
    try:
        return 0 if asyncio.run(measure(page, int(sys.argv[2]) if len(sys.argv) > 2 else 30)) else 1
    finally:
        page.process.terminate()
        page.process.wait()


if __name__ == "__main__":
    sys.exit(main())
