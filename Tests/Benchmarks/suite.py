#!/usr/bin/env python3
"""Compares PushLab with the fastest servers and clients, and with the least that epoll costs.

    suite.py BUILD [ROW...] [--rotations N] [--seconds N] [--repeats N] [--out DIR]
    suite.py --list
    suite.py --page DIR [--check]

Each ROW is one kind of work; `--list` prints them. The contestants of a row take turns: in each rotation each of them
works for one slice, in random order. A figure is the median over the rotations, and a ratio the median of the ratios
within a rotation, with its range. The server has the first processor, its clients the second. Next to each figure is
what other programs took of the two; with more than 3 % a slice is measured again, and marked if that does not help.

All servers that fan out get their items by the same POST requests, pipelined if several items are under way. Needs a
release build, a C compiler, the headers of libcurl and OpenSSL, the Debian packages nginx-light, libnginx-mod-nchan,
wrk and nghttp2-client, and a quiet machine. PUSHLAB_UWS=PROGRAM adds a server with the paths of
field/baseline_server.c; it is started with its port as only argument.

Exit code 1: something is missing or refused. 3: a goal is not reached. `--page` makes the page of a folder again from
its files, or with `--check` ends with 1 if it differs.
"""

import argparse
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile

from field import page
from field.figures import record, spread
from field.machine import BUSY, Missing, Refused
from field.rows import ROWS, Stage

HERE = pathlib.Path(__file__).resolve().parent / "field"
PROGRAMS = {
    "baseline_server": (["baseline_server.c"], ["-lcrypto"]),
    "listeners": (["listeners.c", "connection.c", "messages.c"], []),
    "curl_loop": (["curl_loop.c"], ["-lcurl"]),
}


def compiled(folder):
    """Compiles the C programs whose sources exist."""
    for name, (sources, libraries) in PROGRAMS.items():
        paths = [HERE / source for source in sources]
        if all(path.exists() for path in paths):
            options = ["-O2", "-Wall", "-Wextra", "-D_GNU_SOURCE", "-o", folder / name]
            subprocess.run(["cc", *options, *paths, *libraries], check=True)


def quietest(load, seconds, repeats):
    """One slice; while other programs disturb it, up to `repeats` further ones, of which the quietest counts."""
    best = load.measured(seconds)
    for _ in range(repeats):
        if not best.is_disturbed:
            break
        another = load.measured(seconds)
        best = min(best, another, key=lambda one: (one.is_disturbed, one.busiest))
    return best


def measure(row, stage, rotations, repeats, seed, missing, refused):
    """One record per rotation and contestant. Notes those that are missing or refused."""
    loads, records, order = {}, [], random.Random(seed)

    def attempt(name, action):
        try:
            return action()
        except Missing as reason:
            missing[f"{row.name}, {name}"] = str(reason)
        except (Refused, subprocess.TimeoutExpired) as reason:
            refused[f"{row.name}, {name}"] = str(reason)
        if load := loads.pop(name, None):
            load.stop()
        records[:] = [one for one in records if one["contestant"] != name]
        return None

    try:
        for name, make in row.contestants.items():
            if load := attempt(name, lambda: make(stage)):
                loads[name] = load
        # The first slice warms up. Long ones need no warm-up.
        for rotation in range(0 if row.seconds else -1, row.rotations or rotations):
            names = list(loads)
            order.shuffle(names)
            for name in names:
                one = attempt(name, lambda: quietest(loads[name], stage.seconds, repeats if rotation >= 0 else 0))
                if one and rotation >= 0:
                    records.append(record(row.name, name, rotation, one))
    finally:
        for load in loads.values():
            load.stop()
        stage.stop()
    return records


def show(row, records):
    """Prints a row. Returns whether its goals are reached."""
    print(f"\n{row.name}: {row.title}")
    for name in page.contestants(row, records):
        share = page.others(records, name)
        mark = "  OTHERS WERE BUSY" if (share or 0) > BUSY else ""
        print(f"  {name:16}" + ("" if share is None else f" others {share:.1%}{mark}"))
        for quantity in row.quantities:
            if values := page.figures(records, name, quantity):
                print(f"    {spread(values):28} {quantity.title}, {quantity.unit}")
    reached = True
    for goal, values, disturbed, verdict in page.goals(row, records):
        found = spread(values) if values else "not measured"
        print(f"  {verdict}  {goal.words}: {found}; goal at most {goal.most:.2f}{', disturbed' if disturbed else ''}")
        reached = reached and not verdict.startswith("✗")
    sys.stdout.flush()
    return reached


def arguments():
    reader = argparse.ArgumentParser(description="Compares PushLab with other servers and clients.")
    reader.add_argument("build", type=pathlib.Path, nargs="?", help="folder of the release build")
    reader.add_argument("rows", nargs="*", help="rows; all without one")
    reader.add_argument("--rotations", type=int, default=7)
    reader.add_argument("--seconds", type=int, default=2, help="length of a slice")
    reader.add_argument("--repeats", type=int, default=2, help="how often a disturbed slice is measured again")
    reader.add_argument("--seed", type=int, default=1, help="seed of the order in each rotation")
    reader.add_argument("--out", type=pathlib.Path, help="folder for benchmarks.csv, manifest.json and report.md")
    reader.add_argument("--list", action="store_true", help="print the rows")
    reader.add_argument("--page", type=pathlib.Path, metavar="DIR", help="make the page of a folder again")
    reader.add_argument("--check", action="store_true", help="with --page: compare it instead")
    given = reader.parse_args()
    if given.rotations < 1 or given.seconds < 1 or given.repeats < 0:
        reader.error("--rotations and --seconds must be at least 1, --repeats at least 0")
    return given


def remake(folder, checks):
    text, path = page.page(*page.read(folder)), folder / "report.md"
    if not checks:
        path.write_text(text, encoding="utf-8")
    elif path.read_text(encoding="utf-8") != text:
        sys.exit(f"{path} is not what the suite makes of its files; run: python3 Tests/Benchmarks/suite.py --page "
                 f"{folder}")


def main():
    given = arguments()
    rows = {row.name: row for row in ROWS}
    if given.list:
        for row in ROWS:
            print(f"{row.name:20} {row.title}")
        return 0
    if given.page:
        remake(given.page, given.check)
        return 0
    if not given.build or not (given.build / "pushlab-server").exists():
        sys.exit("the first argument must be the folder of a release build, such as .build/release")
    if unknown := [name for name in given.rows if name not in rows]:
        sys.exit(f"there is no row {unknown[0]}; rows: {', '.join(rows)}")
    # Servers and clients inherit it.
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    build = given.build.resolve()
    records, missing, refused, reached = [], {}, {}, True
    manifest = {
        "started_at": page.now(), "rotations": given.rotations, "seconds": given.seconds, "seed": given.seed,
        "environment": page.machine(), "versions": page.versions(build, HERE), "missing": missing, "refused": refused}
    with tempfile.TemporaryDirectory() as scratch:
        compiled(pathlib.Path(scratch))
        for name in given.rows or rows:
            row = rows[name]
            stage = Stage(build, pathlib.Path(scratch), row.seconds or given.seconds)
            found = measure(row, stage, given.rotations, given.repeats, given.seed, missing, refused)
            reached = show(row, found) and reached
            records += found
            if given.out:
                page.write(given.out, records, {**manifest, "finished_at": page.now()})
    for word, places in (("MISSING", missing), ("REFUSED", refused)):
        for place, reason in places.items():
            print(f"{word}  {place}: {reason}")
    fatal = [place for place in missing if not place.endswith(", uws")]
    return 1 if fatal or refused else 0 if reached else 3


if __name__ == "__main__":
    sys.exit(main())
