"""Servers with wrong responses, against `pushlab load`: hostile_servers.py [--quick] BINARIES

Neither `pushlab` nor its load process may trap or hang, no such row may be valid, and an error must give the reason.
Needs `hpack` (comes with `h2`).
"""

import concurrent.futures
import os
import sys
import threading
import time

import hostile_server as hostile
from hostile_server import HUGE, HostileServer, item, once
from lab import (
    MEBIBYTE,
    TRANSPORTS,
    Checks,
    Program,
    Server,
    arguments,
    descendants,
    load,
    memory,
    rows,
    scratch,
    some_valid,
    stats,
)

# `load` waits about 20 s for missing items.
LIMIT = 60
HTTP = ("short-poll", "long-poll", "http-stream", "sse")
LARGEST_DUE = (1 << 63) - 1
NO_COUNTERS = {"cpu_user_us": 0, "cpu_system_us": 0}
ALL_COUNTERS = {
    "cpu_user_us": LARGEST_DUE,
    "cpu_system_us": LARGEST_DUE,
    "rss_peak_bytes": LARGEST_DUE,
    "voluntary_switches": LARGEST_DUE,
    "involuntary_switches": LARGEST_DUE,
}
CASES = [
    # name, transports, behaviour, fields of /stats (`None`: no such page), transports of the quick mode
    ("an item due at 2^63-1", TRANSPORTS, once(item(1, LARGEST_DUE)), {}, ("websocket", "long-poll")),
    ("an item due at 2^63", TRANSPORTS, once(item(1, 1 << 63)), {}, ()),
    ("an item due at 2^63/1000", TRANSPORTS, once(item(1, LARGEST_DUE // 1_000 + 1)), {}, ("raw-tcp",)),
    ("sequence 2^63", TRANSPORTS, once(item(1 << 63)), {}, ("websocket", "sse")),
    ("sequence 2^63 without /stats", TRANSPORTS, once(item(1 << 63)), None, ()),
    ("sequence 2^64-1", TRANSPORTS, once(item(HUGE)), {}, ("http-stream",)),
    ("sequence 2^64-1 without /stats", TRANSPORTS, once(item(HUGE)), None, ("websocket",)),
    ("sequence 2^64", TRANSPORTS, once(item(1 << 64)), {}, ()),
    ("sequence 0", TRANSPORTS, once(item(0)), {}, ("websocket",)),
    ("newest 2^64-1 in /stats", TRANSPORTS, once(item(1)), {"newest": HUGE}, ("websocket",)),
    ("epoch 2^63-1 in /stats", TRANSPORTS, once(item(1)), {"epoch_ns": LARGEST_DUE}, ("long-poll",)),
    ("epoch -2^63 in /stats", TRANSPORTS, once(item(1)), {"epoch_ns": -(1 << 63)}, ()),
    ("counters that rise to 2^63-1", TRANSPORTS, once(item(1)), [NO_COUNTERS, NO_COUNTERS, ALL_COUNTERS], ("sse",)),
    ("counters that fall from 2^63-1", TRANSPORTS, once(item(1)), [ALL_COUNTERS, ALL_COUNTERS, NO_COUNTERS], ()),
    ("an item that never ends", TRANSPORTS, hostile.endless_item, {}, ("websocket",)),
    ("a body of 2^64-1 bytes", HTTP, hostile.endless_length, {}, ()),
    ("silence", TRANSPORTS, hostile.silence, {}, ("sse", "short-poll")),
    ("silence without /stats", TRANSPORTS, hostile.silence, None, ()),
    ("half the headers", TRANSPORTS[:5], hostile.half_the_headers, {}, ()),
    ("half an item", TRANSPORTS, hostile.half_an_item, {}, ("http-stream",)),
    ("a reset for each request", TRANSPORTS, hostile.resets, {}, ("long-poll",)),
    ("a reset in an item", TRANSPORTS, hostile.reset_in_the_middle, {}, ()),
    ("garbage", TRANSPORTS, hostile.garbage, {}, ("websocket",)),
    ("invalid items", TRANSPORTS, hostile.not_an_item, {}, ()),
    ("a wrong content type", ("sse",), hostile.wrong_type, {}, ("sse",)),
    ("empty answers at once", ("long-poll",), hostile.empty_answers, {}, ("long-poll",)),
    ("a body with an unrequested encoding", HTTP, hostile.encoded, {}, ("sse",)),
    ("various error statuses", HTTP, hostile.statuses, {}, ()),
]
# Behaviours without any item: /stats reports no item either, so nothing is missed.
QUIET = (
    hostile.silence,
    hostile.half_the_headers,
    hostile.empty_answers,
    hostile.encoded,
    hostile.garbage,
    hostile.resets,
    hostile.statuses,
    hostile.not_an_item,
    hostile.endless_item,
    hostile.endless_length,
)
HTTP2_CASES = [
    ("silence", HTTP, hostile.silence, ("sse",)),
    ("GOAWAY and a close for each request", HTTP, hostile.http2_goaway, ("http-stream",)),
    ("RST_STREAM in a body", HTTP, hostile.http2_stream_reset, ("http-stream",)),
    ("garbage", HTTP, hostile.garbage, ()),
    ("sequence 2^63", HTTP, once(item(1 << 63)), ()),
]


class Trial:
    def __init__(self, build, what, transport, behaviour, status, version=None):
        self.build, self.transport, self.behaviour, self.status = build, transport, behaviour, status
        self.version = version
        self.what = f"{what}, {transport}" + (f" over HTTP/{version}" if version else "")

    @property
    def waits_for_hold(self):
        """A held poll may stay unanswered until its hold time ends."""
        return self.transport == "long-poll" and self.behaviour in (hostile.silence, hostile.half_the_headers)

    @property
    def may_be_silent(self):
        """Raw TCP has no response, so silence is a valid result."""
        return self.transport == "raw-tcp" and self.behaviour is hostile.silence

    def run(self, clock):
        newest = {"sequence 2^63": 1 << 63, "sequence 2^64-1": HUGE, "sequence 0": 0}.get(
            self.what.partition(",")[0], 0 if self.behaviour in QUIET else 1
        )
        with scratch() as folder, HostileServer(
            self.transport, self.behaviour, clock, self.status, newest=newest
        ) as server:
            out = folder / "out"
            options = ["--option", f"http={self.version}"] if self.version else []
            if self.waits_for_hold:
                options += ["--option", "hold=1s"]
            url = f"http://127.0.0.1:{server.port}"
            program = Program(
                *load(self.build, url, self.transport, out, *options, duration="3s" if self.waits_for_hold else "1s")
            )
            largest = [0]
            watcher = threading.Thread(target=self.watch, args=(program.pid, largest), daemon=True)
            watcher.start()
            self.ending = program.end(LIMIT)
            watcher.join(2)
            self.largest = largest[0]
            self.rows, self.valid = rows(out), some_valid(out)
            self.requests = server.requests
        return self

    def watch(self, pid, largest):
        while os.path.exists(f"/proc/{pid}"):
            for each in [pid, *descendants(pid)]:
                largest[0] = max(largest[0], memory(each))
            time.sleep(0.5)

    def judge(self, checks):
        ending = self.ending
        checks.check(
            f"{self.what}: neither pushlab nor its load process traps or hangs",
            not ending.hung and not ending.trapped,
            ending,
        )
        if "counters" in self.what:
            return  # A server may report absurd counters; they must not break our totals.
        if self.may_be_silent:
            return
        # Missed items are a result too, and exit with 1.
        misses = any(row["missed"] not in ("", "0") for row in self.rows)
        checks.check(
            f"{self.what}: no row is valid and complete, exit code 1",
            (not self.valid or misses) and ending.code == 1,
            f"valid: {bool(self.valid)}, {self.requests} requests, {ending}",
        )
        # A crash of the load process is not an acceptable reason.
        reasons = [row["invalid_reason"] for row in self.rows if not misses] + ending.sentences[:1]
        checks.check(
            f"{self.what}: one row is kept, and a short error gives the reason",
            len(self.rows) == 1
            and 1 <= len(ending.sentences) <= 3
            and all(reason and "Fatal" not in reason and "signal" not in reason for reason in reasons),
            reasons[:2],
        )
        checks.check(
            f"{self.what}: memory stays below 200 MiB",
            self.largest < 200 * MEBIBYTE,
            f"{self.largest / MEBIBYTE:.0f} MiB",
        )


def trials(build, quick):
    for what, transports, behaviour, status, wanted in CASES:
        for transport in wanted if quick else transports:
            yield Trial(build, what, transport, behaviour, status)
    for what, transports, behaviour, wanted in HTTP2_CASES:
        for transport in wanted if quick else transports:
            for version in ("2-shared",) if quick else ("2", "2-shared"):
                yield Trial(build, what, transport, behaviour, {}, version)


def main():
    build, quick = arguments(__doc__)
    checks = Checks()
    with Server(build) as server:
        clock = {**stats(server.port), "newest": 0, "oldest": 0}
    for name in ("feed_kernel", "feed_http2", "feed_kernel_unread"):
        clock.pop(name, None)
    # They mostly wait.
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        for trial in pool.map(lambda each: each.run(clock), trials(build, quick)):
            trial.judge(checks)
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
