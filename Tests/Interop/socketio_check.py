"""Measures a server of python-socketio with the transport engine-io: python3 socketio_check.py BUILD_FOLDER

The server is not made for PushLab: it emits each item as an event named `item` to all clients, once all have
connected. Prints "N passed, N failed"; exits with 1 if a check failed, and says NOT RUN without python-socketio.
"""
import asyncio
import csv
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

from wire import Tally

CLIENTS, ITEMS = 5, 60
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# With characters that JSON escapes.
DATA = 'x "quoted" \\ é😀 ' + "y" * 40


def base36(number):
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text or "0"


class SocketIOServer:
    """Runs inside a `with` statement, in its own thread."""

    def __enter__(self):
        self.loop, self.started = asyncio.new_event_loop(), threading.Event()
        self.stopping = asyncio.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        if not self.started.wait(20):
            raise RuntimeError("the server of python-socketio does not start")
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.stopping.set)
        self.thread.join(10)

    def run(self):
        # It also cancels the tasks of connections that are still open.
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(self.serve())

    async def serve(self):
        import socketio
        from aiohttp import web
        # Pings within the run.
        server = socketio.AsyncServer(async_mode="aiohttp", ping_interval=1, ping_timeout=5)
        application = web.Application()
        server.attach(application)
        connected = set()

        @server.event
        async def connect(sid, _environment):
            connected.add(sid)

        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        self.started.set()
        emitted = 0
        while not self.stopping.is_set():
            await asyncio.sleep(0.05)
            if len(connected) >= CLIENTS and emitted < ITEMS:
                emitted += 1
                await server.emit("item", f"{base36(emitted)},{base36(emitted * 50_000)},{DATA}")
        await runner.cleanup()


def check_carrier(tally, build, folder, carrier):
    out = folder / "run"
    shutil.rmtree(out, ignore_errors=True)
    with SocketIOServer() as server:
        process = subprocess.run(
            [build / "pushlab", "load", "--url", f"http://127.0.0.1:{server.port}", "--transport", "engine-io",
             "--option", f"carrier={carrier}", "--clients", str(CLIENTS), "--duration", "5s", "--warmup", "500ms",
             "--out", out, "--quiet"], capture_output=True, text=True, timeout=60)
    with open(out / "summary.csv", newline="", encoding="utf-8") as summary, \
            open(out / "layers.csv", newline="", encoding="utf-8") as layers:
        row, layers = next(csv.DictReader(summary)), list(csv.DictReader(layers))
    seen = f"{row['invalid_reason']} {process.stderr}"
    for column, wanted in (("unique", str(CLIENTS * ITEMS)), ("missed", "0"), ("duplicate", "0"), ("reordered", "0"),
                           ("errors", "0"), ("conserved", "true")):
        tally.check(f"{carrier}: {column} is {row[column]}, not {wanted}; {seen}", row[column] == wanted)
    found = {(layer["direction"], layer["layer"]): int(layer["bytes"]) for layer in layers}
    payload = sum(len(f"{base36(n)},{base36(n * 50_000)},{DATA}".encode()) for n in range(1, ITEMS + 1)) * CLIENTS
    tally.check(f"{carrier}: the payload is {found[('down', 'payload')]} B, not {payload} B",
                found[("down", "payload")] == payload)
    tally.check(f"{carrier}: items have an envelope", found[("down", "envelope")] > 0)
    has_frames = found[("down", "ws_frame_header")] > 0
    tally.check(f"{carrier}: frames are {has_frames}", has_frames == (carrier != "polling"))
    tally.check(f"{carrier}: polls have headers", (found[("up", "http_head")] > 0) == (carrier == "polling"))


def main(build):
    try:
        import socketio  # noqa: F401
    except ImportError:
        print("NOT RUN: python-socketio is not installed")
        print("0 passed, 0 failed")
        return 0
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="pushlab-socketio-") as folder:
        for carrier in ("websocket", "polling", "upgrade"):
            check_carrier(tally, build, pathlib.Path(folder), carrier)
    return tally.end()


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
