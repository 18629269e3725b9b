"""A server that ends in the middle of `load`: server_exits.py [--quick] BINARIES

The server ends by SIGTERM (closing handshakes, GOAWAY, ends of streams) or SIGKILL, before or after the first items,
for every transport, HTTP version and kind of connection sharing, in plaintext and with TLS: errors are counted and the
row is invalid. freezes.py checks a server that stops forever.
"""

import concurrent.futures
import itertools
import signal
import sys
import time

from lab import TRANSPORTS, Checks, Program, Server, arguments, child, load, rows, scratch

FEEDS = {
    "before the first item": ("--feed", "external", "--publish-token", "a-token-of-this-check"),
    "in a feed of 10/s": ("--rate", "10/s"),
    "in a feed of 2,000/s": ("--rate", "2000/s", "--payload", "64B"),
}
QUICK = [("http-stream", "2-shared", False, feed, signal.SIGTERM) for feed in FEEDS] + [
    ("websocket", "1.1", False, "before the first item", signal.SIGTERM),
    ("long-poll", "2-shared", True, "before the first item", signal.SIGKILL),
]
LIMIT = 60


def all_cases():
    """Every combination; twice where a race condition was found earlier."""
    for transport, tls, feed, how in itertools.product(
        TRANSPORTS, (False, True), FEEDS, (signal.SIGTERM, signal.SIGKILL)
    ):
        for version in ("1.1",) if transport == "raw-tcp" else ("1.1", "2", "2-shared"):
            for _ in range(2 if (transport, version) == ("http-stream", "2-shared") else 1):
                yield transport, version, tls, feed, how


def ending(build, transport, version, tls, feed, how):
    with scratch() as folder, Server(build, *FEEDS[feed], *(("--tls", "self-signed") if tls else ())) as server:
        options = ["--insecure"] if tls else []
        options += [] if version == "1.1" else ["--option", f"http={version}"]
        program = Program(*load(build, server.url, transport, folder / "out", *options, clients=5, duration="3s"))
        child(program.pid, " worker")
        time.sleep(1.6)  # the load starts about 0.6 s after the workers
        server.process.send_signal(how)
        return program.end(LIMIT), rows(folder / "out")


def main():
    build, quick = arguments(__doc__)
    checks = Checks()
    cases = QUICK if quick else list(all_cases())
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        for case, work in [(case, pool.submit(ending, build, *case)) for case in cases]:
            transport, version, tls, feed, how = case
            what = f"{how.name} {feed}, {transport} over HTTP/{version}{' with TLS' if tls else ''}"
            with checks.part(what):
                end, found = work.result()
                row = found[0] if found else {}
                checks.check(
                    f"{what}: errors are counted and the row is invalid",
                    end.code == 1 and row.get("valid") == "false" and (row.get("errors") or "0") != "0",
                    f"errors {row.get('errors')}, {row.get('invalid_reason')}, {end}",
                )
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
