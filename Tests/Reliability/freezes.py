"""Stops each process while it works: freezes.py [--quick] BINARIES

SIGSTOP of the server, the load process and nginx during `run`, and of the server and the load process during `load`,
forever or with SIGCONT after 1.2 s; SIGKILL of `pushlab`; servers that restart during `load`. Nothing may hang beyond
its limit, no row with plausible but wrong delays may be valid, and no child process may survive.
"""

import concurrent.futures
import os
import shutil
import signal
import socket
import sys
import time

from lab import (
    TRANSPORTS,
    Checks,
    Program,
    Server,
    arguments,
    child,
    descendants,
    is_running,
    load,
    rows,
    run,
    scenario,
    scratch,
    until,
)

# Time limit in seconds of a case with a stopped process: 20 s of waiting for missing items, 5 s until a server is
# killed, 5 s per request that a server does not answer, and a margin for a busy machine.
LIMIT = 75


def signal_to(pid, number):
    if pid:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def frozen_in_run(build, words, transports, at=1.5):
    """Runs two cases and stops, forever, the process of the first case whose command line matches `words`."""
    with scratch() as folder:
        path = scenario(folder, transports, duration="3s")
        program = Program(build / "pushlab", "run", path, "--out", folder / "out", "--quiet")
        pid = child(program.pid, words)
        time.sleep(at)
        signal_to(pid, signal.SIGSTOP)
        ending = program.end(LIMIT)
        signal_to(pid, signal.SIGKILL) if pid and is_running(pid) else None
        return pid, ending, rows(folder / "out")


def judge_frozen_run(checks, what, result):
    pid, ending, found = result
    checks.check(
        f"{what} stopped forever in `run`: the run ends",
        pid and not ending.hung and not ending.trapped,
        f"pid {pid}, {ending}",
    )
    # On a busy machine the times of the other case may be invalid, but not its bytes.
    valid = ["true" if "true" in (row["valid"], row.get("bytes_valid")) else "false" for row in found]
    checks.check(
        f"{what}: one case fails with a reason, and the sweep continues",
        ending.code == 1
        and sorted(valid) == ["false", "true"]
        and all(row["invalid_reason"] for row in found if row["valid"] == "false"),
        f"usable {valid}, {[row['invalid_reason'] for row in found]}",
    )
    checks.check(f"{what}: its process has ended afterwards", pid and not is_running(pid), pid)


def load_at(build, server, transport, out, duration="4s", clients=3, version="1.1"):
    options = [] if version == "1.1" else ["--option", f"http={version}"]
    return load(build, server.url, transport, out, *options, clients=clients, duration=duration)


def frozen_in_load(build, transport, stopped, pause):
    """`pause`: seconds until SIGCONT; `None` for never."""
    with scratch() as folder, Server(build, "--rate", "10/s") as server:
        program = Program(*load_at(build, server, transport, folder / "out"))
        worker = child(program.pid, " worker")
        time.sleep(2)  # the load starts about 0.6 s after the workers
        pid = server.pid if stopped == "server" else worker
        signal_to(pid, signal.SIGSTOP)
        if pause:
            time.sleep(pause)
            signal_to(pid, signal.SIGCONT)
        ending = program.end(LIMIT)
        signal_to(server.pid, signal.SIGCONT)
        if worker and is_running(worker):
            signal_to(worker, signal.SIGKILL)
        return ending, rows(folder / "out")


def judge_frozen_load(checks, what, transport, pause, result):
    ending, found = result
    what = f"{what}, {transport}"
    checks.check(f"{what}: load ends", not ending.hung and not ending.trapped, ending)
    row = found[0] if found else {}
    slowest = float(row.get("latency_max_us") or 0) / 1e6
    # A process that was stopped for 1.2 s delayed an item by that time: a row that reports this delay is correct.
    is_correct = row.get("valid") == "false" or (pause and slowest > 0.9 * (pause - 0.1))
    checks.check(
        f"{what}: no valid row with wrong delays",
        bool(row) and is_correct and (ending.code != 0 or pause),
        f"valid {row.get('valid')}, published {row.get('published')}, missed {row.get('missed')}, "
        f"max {slowest:.4f} s, {ending}",
    )


def server_lost(checks, transport, result):
    """The row gives the reason; the columns that need the server are empty."""
    ending, found = result
    row = found[0] if found else {}
    what = f"server stopped forever, {transport}"
    checks.check(
        f"{what}: the row is invalid for that reason, exit code 1",
        ending.code == 1
        and row.get("valid") == "false"
        and "the server stopped answering" in (row.get("invalid_reason") or ""),
        f"{row.get('invalid_reason')}, {ending}",
    )
    check_empty(checks, what, row, "published", "expected", "missed", "coherence_ratio", "server_user_cpu_s")


def check_empty(checks, what, row, *columns):
    filled = {column: row.get(column) for column in columns if row.get(column) != ""}
    checks.check(f"{what}: {', '.join(columns)} are empty", not filled, filled)


def worker_paused(checks, transport, result):
    ending, found = result
    row = found[0] if found else {}
    checks.check(
        f"load process stopped for 1.2 s, {transport}: exit code 1 for that reason",
        ending.code == 1 and "stood still for 1" in (row.get("invalid_reason") or ""),
        f"{row.get('invalid_reason')}, {ending}",
    )
    checks.check(
        f"load process stopped for 1.2 s, {transport}: its times are invalid",
        row.get("valid") == "false" and row.get("times_valid", "false") == "false",
        f"valid {row.get('valid')}, p50 {row.get('latency_p50_us')} us, {ending}",
    )
    checks.check(
        f"load process stopped for 1.2 s, {transport}: its bytes are valid",
        row.get("bytes_valid") == "true",
        row.get("invalid_reason") if "bytes_valid" in row else "no such column",
    )


def restarted(build, checks, transport):
    """Counters of another process must not lead to negative figures, which our own reader refuses."""
    with scratch() as folder:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with Server(build, "--rate", "10/s", "--port", str(port)) as first:
            program = Program(*load_at(build, first, transport, folder / "out"))
            child(program.pid, " worker")
            time.sleep(2.4)
            first.process.kill()
            first.process.wait(10)
        with Server(build, "--rate", "10/s", "--port", str(port)):
            ending = program.end(LIMIT)
            found = rows(folder / "out")
            row = found[0] if found else {}
        what = f"server restarted during load, {transport}"
        negative = {name: value for name, value in row.items() if value.startswith("-")}
        checks.check(
            f"{what}: the row is invalid for that reason",
            ending.code == 1 and row.get("valid") == "false" and "restarted" in (row.get("invalid_reason") or ""),
            f"{row.get('invalid_reason')}, {ending}",
        )
        checks.check(
            f"{what}: no negative figures, and the server's columns are empty",
            bool(row) and not negative and not row["server_cpu_us_per_item"],
            negative or row.get("server_cpu_us_per_item"),
        )
        columns = ("server_user_cpu_s", "server_rss_peak_bytes", "server_involuntary_switches", "expected")
        check_empty(checks, what, row, *columns)
        again = run(build / "pushlab", "report", folder / "out")
        checks.check(f"{what}: report reads the folder", again.code == 0, again)


def killed(build, checks, what, command, words):
    """After SIGKILL of `pushlab`, every child ends within a second."""
    program = Program(*command)
    for each in words:
        child(program.pid, each)
    time.sleep(1.5)
    below = descendants(program.pid)
    program.process.kill()
    began = time.monotonic()
    left = until(lambda: not [pid for pid in below if is_running(pid)], 12)
    took = time.monotonic() - began
    checks.check(
        f"SIGKILL of pushlab during {what}: its {len(below)} children end within a second",
        left and below and took < 1,
        f"{took:.1f} s, {len(below)} children",
    )
    program.end(1)
    for pid in below:
        if is_running(pid):
            signal_to(pid, signal.SIGKILL)


def main():
    build, quick = arguments(__doc__)
    checks = Checks()
    has_nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    os.environ["PATH"] += ":/usr/sbin"
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        works = []

        def later(judge, work, *words):
            works.append((judge, pool.submit(work, *words)))

        later(
            lambda result: judge_frozen_run(checks, "the server", result),
            frozen_in_run,
            build,
            "pushlab-server",
            ("sse", "websocket"),
        )
        later(
            lambda result: judge_frozen_run(checks, "the load process", result),
            frozen_in_run,
            build,
            " worker",
            ("websocket", "sse"),
        )
        if has_nginx:
            later(
                lambda result: judge_frozen_run(checks, "nginx", result),
                frozen_in_run,
                build,
                "nginx",
                ("{use: sse, through: nginx}", "websocket"),
            )
        for transport in ("websocket", "sse") if quick else TRANSPORTS:

            def judge_lost(result, transport=transport):
                judge_frozen_load(checks, "server stopped forever", transport, None, result)
                server_lost(checks, transport, result)

            later(
                judge_lost,
                frozen_in_load,
                build,
                transport,
                "server",
                None,
            )
        for transport in ("websocket",) if quick else TRANSPORTS:
            later(
                lambda result, transport=transport: worker_paused(checks, transport, result),
                frozen_in_load,
                build,
                transport,
                "worker",
                1.2,
            )
        if not quick:
            for transport in TRANSPORTS:
                later(
                    lambda result, transport=transport: judge_frozen_load(
                        checks, "server stopped for 1.2 s", transport, 1.2, result
                    ),
                    frozen_in_load,
                    build,
                    transport,
                    "server",
                    1.2,
                )
                later(
                    lambda result, transport=transport: judge_frozen_load(
                        checks, "load process stopped forever", transport, None, result
                    ),
                    frozen_in_load,
                    build,
                    transport,
                    "worker",
                    None,
                )
        for judge, work in works:
            with checks.part("a frozen process"):
                judge(work.result())
    for transport in ("websocket",) if quick else TRANSPORTS:
        with checks.part(f"restarted, {transport}"):
            restarted(build, checks, transport)
    with scratch() as folder, Server(build) as server:
        plain = scenario(folder, ("websocket",), name="plain", duration="8s")
        behind = scenario(folder, ("{use: sse, through: nginx}",), name="behind", duration="8s")
        killed(
            build,
            checks,
            "run",
            (build / "pushlab", "run", plain, "--out", folder / "a", "--quiet"),
            ("pushlab-server", " worker"),
        )
        if has_nginx:
            killed(
                build,
                checks,
                "run through nginx",
                (build / "pushlab", "run", behind, "--out", folder / "b", "--quiet"),
                ("nginx", " worker"),
            )
        killed(build, checks, "load", load_at(build, server, "sse", folder / "c", "8s"), (" worker",))
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
