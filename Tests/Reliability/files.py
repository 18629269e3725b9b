"""Files from third-party programs, secrets in files, and terminal output: files.py [--quick] BINARIES"""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

from lab import Checks, Server, arguments, in_parts, load, request, rows, run, scenario

PASSWORD = "s3cret-pw"
TOKEN = "a-token-of-this-check"


def byte_order_mark(build, checks, folder):
    for name, before in (("plain", b""), ("document", b"---\n"), ("comment", b"# a comment\n")):
        path = scenario(folder, ("websocket",), name=name)
        path.write_bytes(b"\xef\xbb\xbf" + before + path.read_bytes())
        ending = run(build / "pushlab", "validate", path)
        checks.check(f"a scenario with a byte order mark is accepted, {name}", ending.code == 0, ending)


def spreadsheets(build, checks, folder):
    path = scenario(folder, ("websocket", "sse"), name="sheet", duration="1s")
    out = folder / "sheet-out"
    run(build / "pushlab", "run", path, "--quiet", "--out", out)
    original = (out / "summary.csv").read_bytes().decode()
    for what, text in (
        ("TRUE and FALSE", original.replace(",true,", ",TRUE,").replace(",false,", ",FALSE,")),
        ("True and False", original.replace(",true,", ",True,").replace(",false,", ",False,")),
        ("an empty last line", original + "\r\n"),
        ("two empty last lines", original + "\n\n"),
        ("a byte order mark and LF", "\ufeff" + original.replace("\r\n", "\n")),
    ):
        (out / "summary.csv").write_bytes(text.encode())
        ending = run(build / "pushlab", "report", out)
        checks.check(f"report reads a CSV with {what}", ending.code == 0 and "websocket" in ending.output, ending)
    (out / "summary.csv").write_bytes(original.replace(",true,", ",yes,").encode())
    ending = run(build / "pushlab", "report", out)
    checks.check(
        "report refuses another word for a truth value with FILE:LINE",
        ending.code == 2 and "summary.csv:2" in ending.complaint,
        ending,
    )


def secrets(build, checks, folder):
    with Server(build) as server:
        out = folder / "through-proxy"
        # No process listens on port 9: the run fails and leaves a folder.
        ending = run(
            *load(build, server.url, "sse", out, "--proxy", f"http://user:{PASSWORD}@127.0.0.1:9", quiet=False)
        )
        found = [
            path.name for path in out.rglob("*") if path.is_file() and PASSWORD in path.read_text(errors="replace")
        ]
        checks.check("no file of the run contains the proxy's password", rows(out) and not found, found)
        checks.check("the terminal does not show a proxy's password", PASSWORD not in ending.output + ending.complaint)
    token = folder / "token"
    token.write_text(TOKEN + "\n")
    try:
        with Server(build, "--feed", "external", "--publish-token-file", str(token)) as server:
            command = open(f"/proc/{server.pid}/cmdline").read()
            status = request(server.port, "POST", "/publish", b"a", {"Authorization": f"Bearer {TOKEN}"})[0]
            checks.check(
                "the server reads the token from --publish-token-file; the command line does not contain it",
                status == 201 and TOKEN not in command,
                status,
            )
            checks.check("the server does not announce a given token", TOKEN not in str(server.announcement))
    except RuntimeError as error:
        checks.check("the server has --publish-token-file", False, error)
    helps = run(build / "pushlab-server", "--help").output + run(build / "pushlab", "load", "--help").output
    checks.check(
        "the help texts name the environment variables for secrets", re.search(r"PUSHLAB_[A-Z_]+", helps) is not None
    )


def in_terminal(words, columns):
    """The output of a program in a terminal of this width."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(str(words[0]), [str(word) for word in words])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    text, deadline = b"", time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 1)[0]:
            try:
                part = os.read(terminal, 65_536)
            except OSError:
                break
            if not part:
                break
            text += part
    os.close(terminal)
    os.waitpid(pid, 0)
    return text.decode(errors="replace")


def widest_line(text):
    """The widest line that a program drew, without escape sequences; a redraw begins with CR."""
    widest = 0
    for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).split("\n"):
        for drawing in line.rstrip("\r").split("\r"):
            widest = max(widest, len(drawing))
    return widest


def terminal(build, checks, folder):
    path = scenario(
        folder,
        ("{use: short-poll, label: a-label-that-makes-the-name-of-the-case-very-long-indeed}",),
        name="a-name-of-a-scenario-that-is-rather-long",
        duration="2s",
        clients=3,
    )
    for columns in (80, 40):
        out = folder / f"terminal-{columns}"
        text = in_terminal([build / "pushlab", "run", path, "--out", out], columns)
        progress = "\n".join(line for line in text.split("\n") if "\r" in line.rstrip("\r"))
        widest = widest_line(progress)
        checks.check(
            f"no redraw of the progress is wider than a terminal of {columns} columns",
            progress and widest < columns,
            f"{widest} columns",
        )
    sentences = [line for line in text.splitlines() if line]
    checks.check("the run prints its result", len(sentences) > 3, text[:200])


def feed_names(build, checks, folder):
    for feed, word in (("synthetic", "synthetic"), ("host", "host"), ("external", "external")):
        with Server(build, "--feed", feed, "--rate", "10/s") as server:
            out = folder / f"feed-{feed}"
            run(*load(build, server.url, "sse", out, clients=1))
            name = (rows(out) or [{"feed": None}])[0]["feed"]
            checks.check(f"load names the server's feed, {feed}", word in (name or ""), name)


def main():
    build, _ = arguments(__doc__)
    checks = Checks()
    parts = {
        "byte order marks": byte_order_mark,
        "spreadsheets": spreadsheets,
        "secrets": secrets,
        "the terminal": terminal,
        "names of feeds": feed_names,
    }
    in_parts(checks, {what: lambda folder, part=part: part(build, checks, folder) for what, part in parts.items()}, 3)
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
