"""The files of a run, and the page that is made of them alone."""

import csv
import json
import platform
import re
import statistics
import subprocess
from datetime import datetime, timezone

from .figures import FIELDS, digits, spread
from .machine import BUSY
from .rows import ROWS

QUESTION = "Is PushLab as fast as the fastest servers and clients, and what is the least that epoll costs?"
INTRODUCTION = f"""
In each rotation every contestant of a row works for one slice, in random order. The server has the first processor, its
clients the second, except where both are named. Figures are the median of the rotations (min to max). A ratio is
computed within each rotation. `others` is what other programs took of the two processors, of the busier one, in the
median of the slices. With more than {100 * BUSY:.0f} % a slice is disturbed, and ratios do not use it if three
rotations remain without it. Each listener got each item exactly once; a slice in which that does not hold ends its
contestant's row.

`baseline` is the C program `baseline_server.c`: one thread, epoll, no checks, and `c-client` is `listeners.c`. `uws` is
µWebSockets, where a program was named. A figure that was not measured is empty.
"""


def now():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def first_match(command, pattern):
    """What a program prints about its version; `None` if it is not installed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    except OSError:
        return None
    found = re.search(pattern, done.stdout + done.stderr)
    return found[1] if found else None


def versions(build, root):
    def package(name):
        return first_match(["dpkg-query", "-W", "-f", "${Version}", name], r"(.+)")

    git = ["git", "-C", str(root)]
    changed = subprocess.run([*git, "status", "--porcelain", "-uno"], capture_output=True, text=True)
    found = {
        "pushlab": first_match([build / "pushlab", "--version"], r"([\d.]+)"),
        "nginx": first_match(["/usr/sbin/nginx", "-v"], r"nginx/([\d.]+)"),
        "nchan": package("libnginx-mod-nchan"), "wrk": first_match(["wrk", "--version"], r"wrk (?:debian/)?([\w.-]+)"),
        "h2load": first_match(["h2load", "--version"], r"nghttp2/([\d.]+)"),
        "libcurl": first_match(["curl-config", "--version"], r"libcurl ([\d.]+)"),
        "cc": first_match(["cc", "--version"], r"(\S+ [^\n]+)"),
        "git_revision": first_match([*git, "rev-parse", "HEAD"], r"([0-9a-f]{40})"),
        "git_dirty": ("yes" if changed.stdout.strip() else "no") if not changed.returncode else None,
    }
    return {name: text for name, text in found.items() if text}


def machine():
    def value(path, name):
        with open(path, encoding="utf-8") as file:
            return next((line.split(":", 1)[1].strip() for line in file if line.startswith(name)), "")

    with open("/proc/cpuinfo", encoding="utf-8") as file:
        processors = sum(line.startswith("processor") for line in file)
    return {
        "cpu_model": value("/proc/cpuinfo", "model name"), "cpus_online": str(processors),
        "kernel": platform.release(), "memory_total": value("/proc/meminfo", "MemTotal"),
    }


def write(folder, records, manifest):
    """Replaces the files of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "benchmarks.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(records)
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    # Of what the files have, as at any later time.
    (folder / "report.md").write_text(page(*read(folder)), encoding="utf-8")


def read(folder):
    """The records and the manifest of a run."""
    with open(folder / "benchmarks.csv", newline="", encoding="utf-8") as file:
        records = list(csv.DictReader(file))
    return records, json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def goals(row, records):
    """For each goal: its words, the bound, the values in the rotations, whether they are disturbed, and the verdict."""
    for goal in row.goals:
        values, disturbed = goal.values(records)
        reached = bool(values) and statistics.median(values) <= goal.most
        if not values:
            verdict = "? open"
        elif goal.stretch:
            verdict = "reached" if reached else "not reached"
        else:
            verdict = "✓ holds" if reached else "✗ fails"
        yield goal, values, disturbed, verdict


def contestants(row, records):
    """Those with records, in the order of the row."""
    found = {one["contestant"] for one in records}
    return [name for name in row.contestants if name in found]


def figures(records, name, quantity):
    own = [quantity.of(one) for one in records if one["contestant"] == name]
    return [value for value in own if value is not None]


def others(records, name):
    """The share of the busier processor that other programs took; `None` if it was not measured."""
    own = [
        [float(one[field]) for field in ("others_server_core", "others_client_core") if one[field]]
        for one in records if one["contestant"] == name]
    return statistics.median(max(shares) for shares in own) if all(own) else None


def page(records, manifest):
    lines = ["# benchmarks", "", f"*{QUESTION}*", INTRODUCTION.rstrip(), "", "## Goals", ""]
    lines += [
        "| row | figure | goal | measured, median (min to max) | verdict |", "|:--|:--|--:|--:|:-:|"]
    measured = [(row, [one for one in records if one["row"] == row.name]) for row in ROWS]
    measured = [(row, own) for row, own in measured if own]
    for row, own in measured:
        for goal, values, disturbed, verdict in goals(row, own):
            words = goal.words + (" (a goal beyond what is required)" if goal.stretch else "")
            text = (spread(values) + (", disturbed" if disturbed else "")) if values else ""
            lines.append(f"| {row.name} | {words} | at most {digits(goal.most)} | {text} | {verdict} |")
    for row, own in measured:
        lines += ["", f"## {row.title}", ""]
        titles = [f"{quantity.title}, {quantity.unit}" for quantity in row.quantities]
        lines += ["| | " + " | ".join([*titles, "others"]) + " |", "|:--|" + "--:|" * (len(titles) + 1)]
        for name in contestants(row, own):
            cells = [figures(own, name, quantity) for quantity in row.quantities]
            texts = [spread(values) if values else "" for values in cells]
            share = others(own, name)
            lines.append(f"| {name} | " + " | ".join([*texts, "" if share is None else f"{100 * share:.1f} %"]) + " |")
    lines += ["", "## Machine and versions", "", "| | |", "|:--|:--|"]
    about = {**manifest["environment"], **manifest["versions"]}
    about |= {name: str(manifest[name]) for name in ("started_at", "rotations", "seconds", "seed")}
    lines += [f"| {name} | {text} |" for name, text in about.items()]
    for title, name in (("Not measured", "missing"), ("Refused", "refused")):
        if manifest[name]:
            lines += ["", f"## {title}", ""]
            lines += [f"- {place}: {reason}" for place, reason in manifest[name].items()]
    return "\n".join(lines) + "\n"
