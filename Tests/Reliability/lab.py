"""Helpers for the checks in this folder: programs with a time limit, process data from /proc, reading of results.

Frames, handshakes and the server inside a `with` statement come from ../Interop/wire.py.
"""

import concurrent.futures
import contextlib
import csv
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Interop"))
import wire  # noqa: E402, F401  (the line above makes it importable; the checks import it from here)

POLLING = ("short-poll", "long-poll")
TRANSPORTS = ("short-poll", "long-poll", "http-stream", "sse", "websocket", "raw-tcp")
TICKS = os.sysconf("SC_CLK_TCK")
MEBIBYTE = 1 << 20
SANITIZED = os.environ.get("PUSHLAB_SANITIZED") == "1"
# How the lab reports a load process that trapped.
TRAPPED = re.compile(r"signal (4|5|6|7|11)\b|Fatal error")
# Exit codes of a trap: SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, as a child's code and as a shell's.
TRAPS = {-number for number in (4, 5, 6, 7, 11)} | {128 + number for number in (4, 5, 6, 7, 11)}


class Checks(wire.Tally):
    """Prints one line per check, with `seen` if the check fails."""

    def check(self, what, holds, seen=None, measured=False):
        """`measured`: depends on memory or time; skipped with a sanitizer (`PUSHLAB_SANITIZED=1`)."""
        if measured and SANITIZED:
            return
        if holds:
            self.passed += 1
            print(f"ok    {what}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL  {what}" + ("" if seen is None else f": {seen}"), flush=True)

    @contextlib.contextmanager
    def part(self, what):
        """An exception in a part counts as one failed check; the next part runs."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  (any exception fails the check)
            self.check(f"{what}: the check completed", False, f"{type(error).__name__}: {error}")

    def run(self, parts, *arguments):
        """Calls each part with the arguments. `parts` maps names to functions."""
        for what, part in parts.items():
            with self.part(what):
                part(*arguments)


class Server(wire.Server):
    """A `pushlab-server` whose exit code is checked; it is killed if it does not stop."""

    def __init__(self, build, *arguments, prefix=(), stdin=None, stderr=subprocess.DEVNULL):
        super().__init__(build, *arguments)
        self.command = [*prefix, *self.command]
        self.stdin, self.stderr = stdin, stderr

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=self.stdin, stdout=subprocess.PIPE, stderr=self.stderr)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server did not start, exit code {self.process.wait(10)}")
        self.announcement = json.loads(line)
        # With a prefix such as `unshare`, the child process may not be the server.
        self.port, self.pid = self.announcement["port"], self.announcement["pid"]
        self.url = f"http{'s' if self.announcement['tls'] else ''}://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def is_alive(self):
        return self.process.poll() is None

    def stop(self, seconds=10):
        """Returns the exit code and the duration in seconds; the code is `None` if the server had to be killed."""
        began = time.monotonic()
        if self.is_alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)
        try:
            self.status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.process.kill()
            self.process.wait(10)
            self.status = None
        return self.status, time.monotonic() - began


class Relay:
    """A `pushlab relay` to a port of this machine; `resets` is the number of connections that it has reset, once it
    has stopped."""

    def __init__(self, build, target, *arguments):
        listen = ["--listen", "127.0.0.1:0", "--to", f"127.0.0.1:{target}"]
        self.command = [build / "pushlab", "relay", *listen, *arguments]
        self.resets = 0

    def __enter__(self):
        self.process = subprocess.Popen([str(word) for word in self.command], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the relay did not start, exit code {self.process.wait(10)}")
        self.port, self.pid = json.loads(line)["port"], self.process.pid
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            summary = self.process.communicate(timeout=10)[0]
            self.resets = int(re.search(r"reset by the link: (\d+)", summary)[1])


# ---------------------------------------------------------------- process data from the kernel


def memory(pid, field="VmRSS"):
    """`VmRSS` or `VmHWM`, in bytes; 0 for a process that has ended."""
    try:
        with open(f"/proc/{pid}/status") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith(field)), 0)
    except (FileNotFoundError, ProcessLookupError):
        return 0


def cpu_seconds(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def children(pid):
    found = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/children") as line:
                found += [int(word) for word in line.read().split()]
    return found


def descendants(pid):
    """Ids of all descendants of `pid`, without zombies."""
    found, waiting = [], [pid]
    while waiting:
        below = [each for each in children(waiting.pop()) if is_running(each)]
        found += below
        waiting += below
    return found


def command_line(pid):
    with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as line:
        return line.read().replace(b"\0", b" ").decode(errors="replace").strip()
    return ""


def is_running(pid):
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] != "Z"
    return False


def name_of(pid):
    with contextlib.suppress(OSError), open(f"/proc/{pid}/comm") as name:
        return name.read().strip()
    return ""


def child(pid, words, seconds=60):
    """Waits for a descendant with that name, or whose command line ends with `words`; returns its id.

    Ignores a program that only prints its version, and one that is about to start or to end: those have no command
    line.
    """

    def fits(line, name):
        return line.endswith(words) if words.startswith(" ") else words == name and line and not line.endswith(" -v")

    return until(
        lambda: next((each for each in descendants(pid) if fits(command_line(each), name_of(each))), None), seconds
    )


def until(condition, seconds, pause=0.02):
    """Waits until `condition` returns a true value, and returns it; the last value when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() >= deadline:
            return value
        time.sleep(pause)


# ---------------------------------------------------------------- programs with a time limit


class Ending:
    def __init__(self, code, output, complaint, seconds):
        self.code, self.output, self.complaint, self.seconds = code, output, complaint, seconds

    @property
    def hung(self):
        return self.code is None

    @property
    def trapped(self):
        # The parent's error names a load process that trapped.
        return self.code in TRAPS or bool(TRAPPED.search(self.complaint))

    @property
    def sentences(self):
        return [line for line in self.complaint.splitlines() if line.strip()]

    def __str__(self):
        first = self.sentences[0][:160] if self.sentences else ""
        return f"exit {'none, killed' if self.hung else self.code} after {self.seconds:.1f} s, stderr {first!r}"


class Program:
    """A running program. `end` waits for it; at the time limit it kills the program and its children."""

    def __init__(self, *command, cwd=None, env=None, stdin=subprocess.DEVNULL, stdout=None):
        self.began = time.monotonic()
        self.output, self.complaint = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=env,
            stdin=stdin,
            stdout=stdout or self.output,
            stderr=self.complaint,
        )
        self.pid = self.process.pid

    def end(self, seconds):
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        took = time.monotonic() - self.began
        below = descendants(self.pid) if code is None else []
        if code is None:
            self.process.kill()
            self.process.wait(10)
        for pid in below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        texts = []
        for file in (self.output, self.complaint):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
            file.close()
        return Ending(code, *texts, took)


def run(*command, seconds=60, **options):
    return Program(*command, **options).end(seconds)


def shell(script, *arguments, seconds=60, **options):
    return run("bash", "-c", script, "bash", *arguments, seconds=seconds, **options)


def scenario(
    folder,
    transports=("websocket",),
    name="small",
    feed="{source: synthetic, rate: 20/s, payload: 64B}",
    clients=3,
    warmup="0s",
    duration="2s",
    extra="",
):
    """Writes a scenario; a transport is a name or a YAML mapping."""
    uses = "\n".join("  - " + (use if use.startswith("{") else f"{{use: {use}}}") for use in transports)
    path = pathlib.Path(folder) / f"{name}.yaml"
    path.write_text(
        f"name: {name}\nfeeds:\n  - {feed}\nclients: {clients}\ntransports:\n{uses}\n"
        f"warmup: {warmup}\nduration: {duration}\nseed: 3\n{extra}"
    )
    return path


def load(build, url, transport, out, *options, clients=2, duration="1s", quiet=True):
    """The arguments of `pushlab load`, without warm-up."""
    words = f"load --url {url} --transport {transport} --clients {clients} --warmup 0s --duration {duration} --out"
    return [build / "pushlab", *words.split(" "), out, *options, *(["--quiet"] if quiet else [])]


def rows(folder, name="summary.csv"):
    path = pathlib.Path(folder) / name
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def some_valid(folder):
    return [row["transport"] for row in rows(folder) if row["valid"] == "true"]


def manifest(folder):
    return json.loads((pathlib.Path(folder) / "manifest.json").read_text())


@contextlib.contextmanager
def scratch():
    folder = tempfile.mkdtemp(prefix="pushlab-reliability-")
    try:
        yield pathlib.Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def in_parts(checks, parts, workers=1):
    """Runs named functions, each with a scratch folder, on this number of threads."""

    def one(named):
        what, part = named
        with checks.part(what), scratch() as folder:
            part(folder)

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, parts.items()))


# ---------------------------------------------------------------- requests


def connect(port, seconds=10):
    made = socket.create_connection(("127.0.0.1", port), timeout=seconds)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def reset(made):
    made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    made.close()


def exchange(port, data, seconds=3, enough=None):
    """Sends bytes; returns what arrives until the peer closes, `enough` is in it, or the time is over."""
    made = connect(port, seconds)
    answer = b""
    deadline = time.monotonic() + seconds
    try:
        made.sendall(data)
        while time.monotonic() < deadline:
            made.settimeout(max(deadline - time.monotonic(), 0.001))
            part = made.recv(65_536)
            if not part:
                break
            answer += part
            if enough is not None and enough in answer:
                break
    except (OSError, socket.timeout):
        pass
    finally:
        made.close()
    return answer


def request(port, method, target, body=None, fields=None, seconds=10):
    """Returns status, fields with names in lower case, body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request(method, target, body=body, headers=fields or {})
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, found, answer.read()
    finally:
        connection.close()


def stats(port, seconds=10):
    return json.loads(urllib.request.urlopen(f"http://127.0.0.1:{port}/stats", timeout=seconds).read())


def health_seconds(port, seconds=30):
    """Response time of /healthz on a separate connection; infinite without a response in time."""
    began = time.monotonic()
    try:
        status = request(port, "GET", "/healthz", seconds=seconds)[0]
    except (OSError, http.client.HTTPException):
        return float("inf")
    return time.monotonic() - began if status == 200 else float("inf")


def arguments(description):
    """The folder with the binaries, and whether `--quick` is given."""
    words = [word for word in sys.argv[1:] if word != "--quick"]
    if len(words) != 1:
        sys.exit(f"{description}\nusage: {sys.argv[0]} [--quick] BINARIES")
    return pathlib.Path(words[0]).resolve(), "--quick" in sys.argv
