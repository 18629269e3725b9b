"""Runs every command of the lessons and checks their answers: python3 lessons.py BUILD_FOLDER [LESSON...]

A lesson is a folder of Scenarios/lessons. Its commands are the ```bash blocks of lesson.md, then those of answers.md;
blocks marked "background" run until the lesson ends, and blocks marked "fails" must fail. Each row of answers.md with a
formula is a check.
A busy machine makes the times of a measurement invalid; rows about such times print NOT RUN, and bytes still count.
Prints "N passed, N failed"; exits with 1 if a check failed.
"""
import csv
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PORTS = ("8080", "9001")
BLOCK = re.compile(r"^( *)```bash(?: (background|fails))?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
REFERENCE = re.compile(r"([a-z_0-9]+(?:\.[a-z_]+)?)\[([^\]]*)\]")
UNITS = {"": 1, "µs": 1, "ms": 1_000, "s": 1_000_000}
LONGEST = 300


def blocks(path):
    """The commands of a page, each with its mark or None."""
    found = []
    for indent, mark, text in BLOCK.findall(path.read_text(encoding="utf-8")):
        lines = [line.removeprefix(indent) for line in text.splitlines()]
        found.append(("\n".join(lines), mark or None))
    return found


def answers(path):
    """The rows of answers.md: figure, formula and expected value."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and (cells[1] == "printed" or cells[1].startswith("`")):
            rows.append((cells[0], cells[1].strip("`"), cells[2].strip("`")))
    return rows


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


class Disturbed(Exception):
    """The machine was busy, so a time is not valid."""


class Figures:
    """The figures of a run, by column and case."""

    def __init__(self, folder):
        self.summary, self.layers = (self.rows(folder / name) for name in ("summary.csv", "layers.csv"))

    @staticmethod
    def rows(path):
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def value(self, column, case):
        rows = [row for row in self.summary if all(self.is_named(row, word) for word in case.split())]
        if len(rows) != 1:
            raise ValueError(f"[{case}] names {len(rows)} rows")
        row = rows[0]
        if "." in column:
            direction, layer = column.split(".")
            return sum(int(entry["bytes"]) for entry in self.layers
                       if entry["case_id"] == row["case_id"] and entry["repeat"] == row["repeat"]
                       and entry["direction"] == direction and entry["layer"] == layer)
        if column.startswith(("latency_", "server_cpu_")) and row["times_valid"] != "true":
            raise Disturbed(row["invalid_reason"])
        if not row.get(column):
            raise ValueError(f"{column}[{case}] is empty")
        return float(row[column])

    @staticmethod
    def is_named(row, word):
        if word == "direct":
            return not row["network"]
        return word in (row["transport"], row["variant"], row["feed"], row["network"], f"{row['payload_bytes']}B")

    def result(self, formula):
        text = REFERENCE.sub(lambda found: repr(self.value(*found.groups())), formula)
        if not re.fullmatch(r"[-+*/()<>=. 0-9e]*", text):
            raise ValueError(f"{formula} has an unknown part: {text}")
        return eval(text, {"__builtins__": {}})  # only numbers and operators, see above


def number(text):
    """A number in µs or without a unit."""
    found = re.fullmatch(r"([0-9.,]+) ?(µs|ms|s|)", text)
    if not found:
        raise ValueError(f"'{text}' is not a number")
    return float(found[1].replace(",", "")) * UNITS[found[2]]


def is_expected(value, expected):
    if expected == "true":
        return value is True
    low, _, high = expected.partition(" to ")
    if not high:
        return value == number(low)
    return number(low) <= value <= number(high)


class Lesson:
    def __init__(self, source, scenarios, build):
        self.source, self.name = source, source.name
        self.folder = scenarios / "lessons" / source.name
        self.environment = dict(os.environ, PATH=f"{build}:{os.environ['PATH']}", NO_COLOR="1")
        self.ports = {port: free_port() for port in PORTS}
        self.printed, self.background, self.faults, self.passed = "", [], [], 0

    def check(self, what, holds):
        if holds:
            self.passed += 1
        else:
            self.faults.append(what)

    def text(self, command):
        for shown, port in self.ports.items():
            command = re.sub(rf"\b{shown}\b", port, command)
        return command

    def start(self, command):
        process = subprocess.Popen(
            ["bash", "-c", f"exec {self.text(command)}"], cwd=self.folder, env=self.environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
        self.background.append(process)
        line = process.stdout.readline()
        self.check(f"'{command}' printed '{line.strip()}' and not its address", '"listening"' in line)

    def run(self, command, fails):
        began = time.monotonic()
        result = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", self.text(command)], cwd=self.folder, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LONGEST)
        output = result.stdout.decode("utf-8", "replace")
        self.printed += output
        # Times that a busy machine disturbed give exit code 1; the bytes are valid.
        is_disturbed = result.returncode == 1 and "--out my-run" in command and self.has_valid_bytes()
        holds = (result.returncode != 0) == fails or is_disturbed
        self.check(f"'{command}' ended with {result.returncode}:\n{output[-2000:]}", holds)
        print(f"  {time.monotonic() - began:5.1f} s  {command.splitlines()[0]}", flush=True)

    def has_valid_bytes(self):
        try:
            return all(row["bytes_valid"] == "true" for row in Figures(self.folder / "my-run").summary)
        except OSError:
            return False

    def check_pages(self):
        translated = self.source / "lesson.zh.md"
        self.check("lesson.zh.md has the commands of lesson.md",
                   translated.exists() and blocks(translated) == blocks(self.source / "lesson.md"))

    def check_answers(self):
        figures = None
        for figure, formula, expected in answers(self.source / "answers.md"):
            if formula == "printed":
                self.check(f"{figure}: '{expected}' was not printed", expected in self.printed)
                continue
            try:
                figures = figures or Figures(self.folder / "my-run")
                value = figures.result(formula)
                self.check(f"{figure}: {value}, expected {expected}", is_expected(value, expected))
                print(f"  {figure}: {value}, expected {expected}", flush=True)
            except Disturbed as reason:
                print(f"NOT RUN {figure}: {reason}", flush=True)
            except (OSError, ValueError, ZeroDivisionError) as fault:
                self.check(f"{figure}: {fault}", False)

    def teach(self):
        try:
            self.check_pages()
            for page in ("lesson.md", "answers.md"):
                for command, mark in blocks(self.source / page):
                    if mark == "background":
                        self.start(command)
                    else:
                        self.run(command, mark == "fails")
            self.check_answers()
        finally:
            for process in self.background:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(timeout=10)
                process.stdout.close()


def main(build, names):
    folder = ROOT / "Scenarios" / "lessons"
    names = names or sorted(path.parent.name for path in folder.glob("*/lesson.md"))
    passed, failed = 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        scenarios = pathlib.Path(scratch) / "Scenarios"
        shutil.copytree(ROOT / "Scenarios", scenarios)
        for name in names:
            print(name, flush=True)
            lesson = Lesson(folder / name, scenarios, build)
            lesson.teach()
            for fault in lesson.faults:
                print(f"FAILED: {name}: {fault}", flush=True)
            passed, failed = passed + lesson.passed, failed + len(lesson.faults)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    # So that the servers in the background end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]))
