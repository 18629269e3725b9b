"""Runs pushlab in terminals of several widths: python3 terminal_check.py BUILD_FOLDER

Needs `pip install pyte`. The progress bar must stay on one line, and line breaks must not split words.
Prints "N passed, N failed"; exits with 1 if a check failed.
"""
import fcntl
import os
import pathlib
import pty
import select
import struct
import sys
import tempfile
import termios

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
    print(f"{sum(checks)} passed, {len(checks) - sum(checks)} failed")
    return 0 if all(checks) else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
