"""Runs pushlab in terminals of several widths: python3 terminal_check.py BUILD_FOLDER

Needs `pip install pyte`. The progress bar must stay on one line, and line breaks must not split words. The live view
must fill the screen after each change of its size, say that its server ended or was restarted, and leave the terminal
as it was.
Prints "N passed, N failed"; exits with 1 if a check failed.
"""
import fcntl
import json
import os
import pathlib
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

import pyte

SCENARIO = """name: terminal
question: Does every line fit, whatever the width of the terminal it is drawn on may be at the time?
feeds: [{source: synthetic, rate: 20/s, payload: 64B, arrivals: poisson}]
clients: 3
transports: [{use: websocket, label: a-label-that-is-rather-long-for-a-line-of-eighty-columns}]
warmup: 0s
duration: 1s
"""


def run(command, columns):
    """Returns the lines of the screen with its history, the most bars seen at once, and how often it was several."""
    screen = pyte.HistoryScreen(columns, 24, history=1000)
    stream = pyte.ByteStream(screen)
    process, terminal = pty.fork()
    if process == 0:
        # Set the width before the program starts and reads it.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.execv(command[0], command)
    twice, bars = 0, 0
    while select.select([terminal], [], [], 60)[0]:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        stream.feed(data)
        seen = sum("█" in line or "·····" in line for line in screen.display)
        bars, twice = max(bars, seen), twice + (seen > 1)
    os.waitpid(process, 0)
    history = ["".join(line[x].data for x in range(columns)) for line in screen.history.top]
    return [line.rstrip() for line in history + screen.display], bars, twice


LANES = ("short-poll", "long-poll", "http-stream", "sse", "websocket")


class LiveView:
    """pushlab watch in a terminal."""

    def __init__(self, command, columns, rows):
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.everything = b""
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            self.set_size(0, columns, rows)
            os.execve(command[0], command, dict(os.environ, TERM="xterm-256color"))

    @staticmethod
    def set_size(descriptor, columns, rows):
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns, rows):
        self.screen.resize(rows, columns)
        self.set_size(self.terminal, columns, rows)

    def read(self, seconds):
        """Reads for this time; returns the lines of the screen."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and select.select([self.terminal], [], [], left)[0]:
            try:
                data = os.read(self.terminal, 65536)
            except OSError:
                break
            self.everything += data
            self.stream.feed(data)
        return [line.rstrip() for line in self.screen.display]

    def echoes(self):
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ECHO)

    def press(self, key):
        os.write(self.terminal, key)

    def ending(self):
        """Returns the exit code and what was printed after the screen was restored."""
        self.read(10)
        code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        return code, self.everything.split(b"\x1b[?1049l")[-1].decode()


class Server:
    """pushlab-server, until the end of a block."""

    def __init__(self, build, port=0):
        self.process = subprocess.Popen(
            [build / "pushlab-server", "--rate", "20/s", "--port", str(port)], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = json.loads(self.process.stdout.readline())["port"]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.process.stdout.close()


def check_live_view(build, check):
    with Server(build) as server:
        url = server.url
        for key, name in ((b"q", "q"), (b"\x03", "Ctrl-C")):
            view = LiveView([str(build / "pushlab"), "watch", url, "--interval", "500ms"], 80, 24)
            lines = view.read(2)
            starts = [line.split(" ")[0] for line in lines]
            check(f"every lane is on the screen: {lines}", all(lane in starts for lane in LANES))
            arrivals = [line for line in lines if line.startswith("  arrivals ") and "items per" not in line]
            filled = sum(bool(set(line) & set("123456789+")) for line in arrivals)
            check(f"every lane has arrivals: {lines}", filled == 5)
            check("keys are not echoed", not view.echoes())
            view.resize(44, 9)
            lines = view.read(1)
            starts = [line.split(" ")[0] for line in lines]
            check(f"every lane is on the small screen: {lines}", all(starts.count(lane) == 1 for lane in LANES))
            view.press(key)
            code, text = view.ending()
            check(f"{name} ends with exit code 0: {code}", code == 0)
            check(f"{name}: keys are echoed again", view.echoes())
            check(f"{name}: every lane has a last line: {text}", text.count("the kernel counted the same") == 5)


def check_restart(build, check):
    with Server(build) as server:
        view = LiveView([str(build / "pushlab"), "watch", server.url, "--interval", "500ms"], 80, 24)
        view.read(2)
    lines = view.read(2)
    check(f"every lane says that the server has ended: {lines}", sum(line.startswith("  ! ") for line in lines) == 5)
    with Server(build, server.port):
        # Clients wait a little before they connect again.
        lines = view.read(4)
        check(f"the title reports the restart: {lines}", "since the server was restarted" in lines[0])
        ends = [line for line in lines if line.startswith("  ! ")]
        check(f"no lane reports the end of the earlier server: {ends}", not ends)
        lanes = [line.split() for line in lines if line.startswith(LANES)]
        check(f"every lane begins again: {lines}", all(0 < int(lane[1]) < 100 for lane in lanes) and len(lanes) == 5)
        view.press(b"q")
        code, text = view.ending()
        check(f"after a restart, q ends with exit code 0: {code}", code == 0)
        check(f"after a restart, every lane has a last line: {text}", text.count("kernel counted the same") == 5)


def main(build):
    checks = []

    def check(what, holds):
        checks.append(bool(holds))
        if not holds:
            print(f"FAILED: {what}")

    with tempfile.TemporaryDirectory() as scratch:
        scenario = pathlib.Path(scratch) / "terminal.yaml"
        scenario.write_text(SCENARIO)
        for columns in (40, 80):
            out = f"{scratch}/{columns}"
            lines, bars, twice = run([str(build / "pushlab"), "run", str(scenario), "--out", out], columns)
            check(f"{columns} columns: a bar was drawn", bars == 1)
            check(f"{columns} columns: {twice} redraws left a line behind", twice == 0)
            check(f"{columns} columns: no bar is left", not any("█" in line for line in lines))
            text = " ".join(" ".join(lines).split())
            question = SCENARIO.split("question: ")[1].split("\n")[0]
            check(f"{columns} columns: the question is complete: {lines}", question in text)
            words = set(" ".join(lines).split())
            for word in ("terminal", "whatever"):
                check(f"{columns} columns: '{word}' is not split", word in words)
    check_live_view(build, check)
    check_restart(build, check)
    print(f"{sum(checks)} passed, {len(checks) - sum(checks)} failed")
    return 0 if all(checks) else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
