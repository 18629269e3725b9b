"""Runs scenarios with third-party servers and checks every row: python3 peers_check.py BUILD_FOLDER [all]

Without `all`: three servers, few clients, short runs, each transport that they have. With `all`: Scenarios/servers.yaml
and servers-http.yaml as they are, with every server of Scenarios/peers. Each client must get each item once and in
order, the bytes must be those of the kernel, and each row must have the server's name and version. A server that cannot
run here fails the check. Prints "N passed, N failed"; exits with 1 if a check failed.
"""
import collections
import csv
import pathlib
import re
import subprocess
import sys
import tempfile

from wire import Tally

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PEERS = ROOT / "Scenarios" / "peers"
FEW = ("nchan", "ws-node", "websockets")
SHORT = ("--set", "clients=20", "--set", "warmup=1s", "--set", "duration=2s")


def carried():
    """The transports of each server, from the lines of its peer.yaml; PushLab's own server carries everything but
    engine-io."""
    transports = {}
    for file in PEERS.glob("*/peer.yaml"):
        block = file.read_text(encoding="utf-8").split("\ntransports:\n")[1]
        transports[file.parent.name] = set(re.findall(r"^  ([a-z0-9-]+):", block, re.MULTILINE))
    return transports


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def run(build, folder, scenario, *options):
    process = subprocess.run(
        [build / "pushlab", "run", ROOT / "Scenarios" / scenario, "--out", folder, "--quiet", *options],
        cwd=ROOT, capture_output=True, text=True)
    return process, rows(folder / "summary.csv"), rows(folder / "layers.csv")


def check_rows(tally, summary, layers, column):
    """`column`: which validity counts; times need a quiet machine."""
    counted = collections.Counter()
    for layer in layers:
        if layer["layer"] != "tcp_ip":
            counted[layer["case_id"], layer["direction"]] += int(layer["bytes"])
    for row in summary:
        name = row["case_id"]
        tally.check(f"{name}: {column} is {row[column]}: {row['invalid_reason']}", row[column] == "true")
        for field in ("missed", "duplicate", "reordered", "errors"):
            tally.check(f"{name}: {field} is {row[field]}", row[field] == "0")
        # Over WebSocket a server may accept a client in the warm-up before it sends items to it.
        measured = round(float(row["rate_per_s"]) * float(row["duration_s"]))
        fewest = measured if row["transport"] in ("websocket", "engine-io") else int(row["published"])
        clients, delivered = int(row["clients"]), int(row["delivered"])
        tally.check(f"{name}: {delivered} of {row['published']} times {clients} deliveries, {row['expected']} expected",
                    row["delivered"] == row["expected"]
                    and 0 < fewest * clients <= delivered <= int(row["published"]) * clients)
        tally.check(f"{name}: server_version is '{row['server_version']}'", row["server_version"])
        for direction in ("up", "down"):
            kernel = int(row[f"kernel_tcp_bytes_{direction}"])
            tally.check(f"{name}, {direction}: the layers have {counted[name, direction]} B, the kernel {kernel} B",
                        counted[name, direction] == kernel > 0)
        if row["transport"] == "sse":
            tally.check(f"{name}: {row['requests']} requests", row["requests"] == row["clients"])
        if row["server"] != "pushlab":
            tally.check(f"{name}: the server's memory is {row['server_rss_peak_bytes']}",
                        int(row["server_rss_peak_bytes"] or 0) > 0)


def check_cases(tally, scenario, summary, servers, transports):
    """Each server has a row for each transport that it carries, and no other."""
    wanted = {(server, transport) for server, own in servers.items() for transport in own & set(transports)}
    if any(row["server"] == "pushlab" for row in summary):
        wanted |= {("pushlab", transport) for transport in transports if transport != "engine-io"}
    seen = {(row["server"], row["transport"]) for row in summary}
    tally.check(f"{scenario} lacks {sorted(wanted - seen)} and has {sorted(seen - wanted)} in addition", seen == wanted)


def main(build, is_whole):
    tally = Tally()
    http = ("short-poll", "long-poll", "sse", "engine-io")
    parts = [("servers.yaml", ("websocket", "engine-io")), ("servers-http.yaml", http)]
    column = "valid" if is_whole else "bytes_valid"
    with tempfile.TemporaryDirectory(prefix="pushlab-peers-") as scratch:
        for scenario, transports in parts:
            servers = carried()
            options = ()
            if not is_whole:
                servers = {name: own for name, own in servers.items() if name in FEW and own & set(transports)}
                options = ("--set", f"servers=[{', '.join(sorted(servers))}]", *SHORT)
            process, summary, layers = run(build, pathlib.Path(scratch) / scenario, scenario, *options)
            # 1: a row is not valid, which the rows say.
            allowed = (0,) if is_whole else (0, 1)
            tally.check(f"{scenario}: exit {process.returncode}: {process.stderr}", process.returncode in allowed)
            check_cases(tally, scenario, summary, servers, transports)
            check_rows(tally, summary, layers, column)
    return tally.end()


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:] == ["all"]))
