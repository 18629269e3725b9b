"""Results of special runs: silent feeds, newest item only, set-up bytes, recordings: figures.py [--quick] BINARIES"""

import hashlib
import json
import pathlib
import re
import shutil
import sys

from lab import TRANSPORTS, Checks, Server, arguments, in_parts, load, rows, run, scenario

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
HTTP2 = ("{use: sse, http: 2-shared, label: sse-2}", "{use: http-stream, http: 2-shared, label: stream-2}")


def measured(build, folder, *arguments_, name="out", seconds=120, **fields):
    path = scenario(folder, name=name, **fields)
    ending = run(build / "pushlab", "run", path, "--out", folder / f"{name}-out", *arguments_, seconds=seconds)
    return ending, rows(folder / f"{name}-out")


def silence(build, checks, folder, quick):
    """A run without items is a valid result."""
    uses = ("{use: short-poll, interval: 500ms}", *TRANSPORTS[1:], *HTTP2)
    uses = (uses[0], "sse", "websocket", HTTP2[1]) if quick else uses
    uses = tuple(f"{{use: {use}, label: plain}}" if use in ("http-stream", "sse") else use for use in uses)
    ending, found = measured(
        build, folder, name="idle", feed="{source: synthetic, rate: 1/min}", transports=uses, warmup="1s", duration="2s"
    )
    wrong = {row["transport"] + row["variant"]: row["invalid_reason"] for row in found if row["valid"] != "true"}
    checks.check("the idle scenario is valid with all transports", len(found) == len(uses) and not wrong, wrong)
    checks.check(
        "the idle scenario exits with 0 and reports neither invalid rows nor missing answers",
        ending.code == 0 and "no row is valid" not in ending.output and "no answer" not in ending.output,
        ending,
    )
    lines = [line for line in ending.output.splitlines() if "silent" in line]
    checks.check("the table marks every silent row", len(lines) >= len(uses), f"{len(lines)} lines of {len(uses)}")
    missing = [
        name
        for name in ("bytes_per_client_s", "requests_per_client_s")
        if not all(row.get(name) for row in found if (name[0] == "b" or row["requests"]))
    ]
    checks.check("summary.csv has bytes and requests per client of a silent feed", not missing, missing)
    checks.check(
        "the table has figures per client of a silent feed",
        re.search(r"client.*(/s|/h|hour)|per client", ending.output) is not None,
    )


def quiet_feeds(build, checks, folder):
    """A pause at the end of the window must not end streams early, which would count as an error."""
    (folder / "gap").write_text("".join(f"line {number}\n" for number in range(8)))
    (folder / "gap.due").write_text(
        "".join(f"{time}\n" for time in (100_000, 200_000, 300_000, 400_000, 500_000, 600_000, 700_000, 5_900_000))
    )
    for name, feed in (
        ("every-3-s", "{source: synthetic, rate: 20/min}"),
        ("bursts", "{source: synthetic, rate: 2/s, arrivals: bursty, burst: 6}"),
        ("gap", '{source: "replay:gap"}'),
        ("poisson", "{source: synthetic, rate: 1/s, arrivals: poisson}"),
    ):
        ending, found = measured(
            build,
            folder,
            "--quiet",
            name=name,
            feed=feed,
            duration="5s",
            transports=("{use: sse, label: plain}", "{use: http-stream, label: plain}", *HTTP2),
        )
        wrong = {row["transport"] + row["variant"]: row["invalid_reason"] for row in found if row["valid"] != "true"}
        checks.check(
            f"streams are valid and without errors, feed {name}",
            len(found) == 4 and not wrong and all(row["errors"] == "0" for row in found),
            wrong or ending,
        )


def silent_server(build, checks, folder):
    with Server(build, "--feed", "external", "--publish-token", "a-token-of-this-check") as server:
        for transport in TRANSPORTS:
            out = folder / f"silent-{transport}"
            ending = run(*load(build, server.url, transport, out, quiet=False))
            found = rows(out)
            checks.check(
                f"load of a silent server with {transport} is valid, is marked silent and exits with 0",
                ending.code == 0
                and found
                and found[0]["valid"] == "true"
                and "silent" in ending.output
                and "no row is valid" not in ending.output + ending.complaint,
                f"{found and found[0]['invalid_reason']}, {ending}",
            )
    with Server(build, "--rate", "1/min") as server:
        for transport in ("sse", "websocket"):
            out = folder / f"quiet-{transport}"
            ending = run(*load(build, server.url, transport, out, clients=3, duration="4s"))
            row = (rows(out) or [{}])[0]
            checks.check(
                f"load of a slow feed with {transport} is valid, exits with 0, prints no error and names the feed",
                (ending.code, row.get("valid"), row.get("feed"), ending.complaint.strip())
                == (0, "true", "synthetic", ""),
                f"{row.get('feed')}, {row.get('invalid_reason')}, {ending}",
            )


def newest_only(build, checks, folder):
    """An item that the next one replaces must not wait for a poll up to an interval after the end of the feed."""
    uses = (
        "{use: short-poll, interval: 1s, latest: true, label: latest}",
        "{use: short-poll, interval: 1s, headers: quantum2009, label: quantum}",
    )
    _, found = measured(
        build,
        folder,
        "--quiet",
        name="latest",
        feed="{source: synthetic, rate: 10/s, payload: 64B}",
        transports=uses,
        clients=20,
        warmup="1s",
        duration="3s",
    )
    for row in found:
        slowest = float(row["latency_max_us"] or "inf") / 1_000
        # The next item replaces an item after 100 ms, so a poll returns a younger one; the rest is for a busy machine.
        checks.check(
            f"{row['variant']}: no delay is far above the period of the feed",
            slowest < 250,
            f"{slowest:.0f} ms, {row['latency_samples']} samples",
        )
        checks.check(
            f"{row['variant']}: items due after the end are not expected",
            int(row["published"]) in range(38, 43),
            row["published"],
        )


def encrypted(build, checks, folder):
    uses = (
        "{use: short-poll, interval: 500ms, tls: true, label: keep}",
        "{use: short-poll, interval: 500ms, tls: true, connection: new, label: new}",
        "{use: websocket, tls: true}",
        "{use: long-poll, tls: true}",
    )
    _, found = measured(
        build,
        folder,
        "--quiet",
        name="tls",
        feed="{source: synthetic, rate: 20/s, payload: 64B}",
        transports=uses,
        clients=20,
        warmup="1s",
        duration="3s",
    )
    sums = {}
    for layer in rows(folder / "tls-out", "layers.csv"):
        key = (layer["transport"], layer["variant"])
        sums[key] = sums.get(key, 0) + int(layer["bytes"])
    differences = {
        key: int(row["wire_bytes_estimated"]) - sums[key]
        for row in found
        for key in [(row["transport"], row["variant"])]
    }
    checks.check(
        "wire_bytes_estimated is the sum of all layers with TLS",
        found and not any(differences.values()),
        differences,
    )
    seconds = {int(row["t_s"]) for row in rows(folder / "tls-out", "timeline.csv")}
    checks.check("timeline.csv includes the warm-up, as documented", -1 in seconds, sorted(seconds))
    plot = folder / "tls-out" / "plots" / "overhead-by-layer.svg"
    text = plot.read_text() if plot.exists() else ""
    for row in found:
        items = int(row["delivered"]) + int(row["delivered_after_window"] or 0)
        overhead, setup = float(row["overhead_bytes_per_item"]), int(row["setup_bytes_total"]) / items
        # The plot rounds a half up, Python to the even digit.
        labels = [rounded(overhead * (1 + 1e-9)), rounded(setup * (1 + 1e-9))]
        checks.check(
            f"plot and table agree on overhead and set-up, {row['transport']} {row['variant']}",
            all(f"{label} B" in text for label in labels),
            f"{labels} B are not both in the plot",
        )
    ours = (
        [row for row in found if row["bytes_valid"] and row["times_valid"]]
        if found and "bytes_valid" in found[0]
        else []
    )
    checks.check(
        "valid is the conjunction of bytes_valid and times_valid",
        len(ours) == len(found) > 0
        and all((row["valid"] == "true") == (row["bytes_valid"] == row["times_valid"] == "true") for row in ours),
        "the columns are missing" if not ours else ours,
    )


def rounded(value):
    """Three significant digits, as in plots and tables."""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def reference_machine(checks):
    text = (PROJECT / "README.md").read_text()
    for path in sorted((PROJECT / "Results" / "reference").glob("quickstart/manifest.json")):
        model = json.loads(path.read_text())["environment"]["machine"].get("cpu_model", "")
        named = [maker for maker in ("AMD", "Intel") if maker in text]
        checks.check(
            "README names the processor of the reference run's manifest",
            all(maker in model for maker in named),
            f"README has {named}, the manifest {model}",
        )


def recordings(build, checks, folder):
    """The content identifies a recording, not its file name."""
    where = folder / "replays"
    where.mkdir()
    made = {}
    for name, size in (("long", 600), ("short", 100)):
        (where / "app").write_text(f"{'a' * size}\n" * 30)
        (where / "app.due").write_text("".join(f"{at * 100_000}\n" for at in range(30)))
        path = scenario(where, ("websocket",), name="same", feed='{source: "replay:app"}', duration="2s", clients=2)
        made[name] = where / name
        ending = run(build / "pushlab", "run", path, "--quiet", "--out", made[name])
        if not rows(made[name]):
            checks.check(f"a run with the {name} recording", False, ending)
    text = (made["long"] / "manifest.json").read_text()
    (where / "app").write_text(f"{'a' * 600}\n" * 30)
    digest = hashlib.sha256((where / "app").read_bytes()).hexdigest()
    checks.check("the manifest has the recording's SHA-256", digest in text)
    copies = [
        path for path in made["long"].rglob("*") if path.is_file() and path.read_bytes() == (where / "app").read_bytes()
    ]
    checks.check("a recording below 1 MiB is copied into the results folder", len(copies) == 1, copies)
    ending = run(build / "pushlab", "merge", made["long"], made["short"], "--out", where / "merged")
    checks.check(
        "merge refuses runs of different recordings, and the error says so",
        ending.code in (1, 2) and "recording" in ending.complaint,
        ending,
    )
    ending = run(build / "pushlab", "compare", made["long"], made["short"])
    checks.check("compare reports that the recordings differ", "recording" in ending.output + ending.complaint, ending)
    other = where / "other"
    shutil.copytree(made["long"], other)
    changed = json.loads(text)
    changed["environment"]["machine"]["cpu_model"] = "Apple M9"
    changed["versions"]["swift"] = "9.9"
    (other / "manifest.json").write_text(json.dumps(changed))
    ending = run(build / "pushlab", "compare", made["long"], other)
    text = ending.output + ending.complaint
    checks.check("compare reports that the machines differ", "machine" in text and "Apple M9" in text, ending)


def main():
    build, quick = arguments(__doc__)
    checks = Checks()
    parts = {
        "silence": lambda folder: silence(build, checks, folder, quick),
        "the newest item": lambda folder: newest_only(build, checks, folder),
        "encrypted": lambda folder: encrypted(build, checks, folder),
        "recordings": lambda folder: recordings(build, checks, folder),
    }
    if not quick:
        parts["quiet feeds"] = lambda folder: quiet_feeds(build, checks, folder)
        parts["a silent server"] = lambda folder: silent_server(build, checks, folder)
    in_parts(checks, parts, 4 if quick else 1)
    with checks.part("the README"):
        reference_machine(checks)
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
