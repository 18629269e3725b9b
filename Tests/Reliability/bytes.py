"""Bytes per item and layer of every committed scenario, by two builds: bytes.py BASE NEW [SCENARIO...]

BASE and NEW are folders of binaries, or files that `bytes.py --save FILE BINARIES [SCENARIO...]` wrote. Each scenario
runs shortened (`--set`), with keys and masks from the seed. The script compares bytes per delivered item, per request
(headers) and per connection (handshakes). Due times determine how many items share a response, how many polls return
nothing and how many digits a cursor has; the tolerances allow for that. It also compares, exactly, the headers of one
response and one request of each transport. Prints the table; exits with 1 if a layer differs.
"""

import json
import os
import pathlib
import re
import sys
import time

from hostile_server import HostileServer, item, once
from lab import TRANSPORTS, Server, exchange, load, rows, run, scratch, stats

SCENARIOS = pathlib.Path(__file__).resolve().parent.parent.parent / "Scenarios"
# Settings that make a scenario short and small without changing the bytes per item.
SHORT = ("warmup=500ms", "duration=2s", "clients=10")
SPECIAL = {
    "many-clients": ("warmup=1s", "duration=2s", "clients=[50]"),
    "aa": (*SHORT, "repeats=1"),
    "poll-interval": ("warmup=2s", "duration=2s", "clients=10", "repeats=1"),
}
# Relative differences that due times explain: how many items share a chunk or frame, how many digits a cursor has.
# HTTP/2 header blocks are shorter once the dynamic table has their fields. TLS records depend on how writes combine.
TOLERANCE = {"http_head": 0.03, "framing": 0.2, "tls": 0.06}
HTTP2_TOLERANCE = {"http_head": 0.05, "framing": 0.15, "tls": 0.06}
# With context takeover the length of an item depends on the items before it.
CONTEXT_TOLERANCE = {"payload": 0.03}
# A buffering proxy sends parts of items when the client disconnects. Those bytes are counted but belong to no item.
HELD_BACK = re.compile(r"(http-stream|sse) nginx-http1\.0$")
# One request per transport, and a poll without new items.
REQUESTS = {
    "short-poll": b"GET /poll?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "short-poll, no new items": b"GET /poll?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "long-poll": b"GET /long-poll?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "http-stream": b"GET /stream?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "sse": b"GET /events?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "websocket": b"GET /ws?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: pushlab.text.v1\r\n\r\n",
}


def measure(build, names):
    """Headers by request and cases by scenario, of a build or from a saved file."""
    if str(build).endswith(".json"):
        return json.loads(pathlib.Path(build).read_text())
    found = {"headers": headers(build), "scenarios": {}}
    for name in names:
        words = [word for setting in SPECIAL.get(name, SHORT) for word in ("--set", setting)]
        with scratch() as folder:
            ending = run(
                build / "pushlab",
                "run",
                SCENARIOS / f"{name}.yaml",
                "--out",
                folder / "out",
                "--quiet",
                "--seeded-masks",
                *words,
                seconds=1_800,
            )
            found["scenarios"][name] = read(folder / "out")
        if not found["scenarios"][name]:
            print(f"FAIL  {name} with {build}: {ending}", flush=True)
    return found


def headers(build):
    """The headers of one response of our server and one request of our clients, per transport."""
    found = {}
    for name, request in REQUESTS.items():
        rate = "1/min" if name.endswith("no new items") else "1000/s"
        with Server(build, "--rate", rate, "--payload", "64B") as server:
            time.sleep(0.2)
            header = exchange(server.port, request, 3, b"\r\n\r\n").partition(b"\r\n\r\n")[0].decode()
            # Dates and numbers differ.
            found[f"response headers, {name}"] = re.sub(
                r"(Date: ).*|(Content-Length: |Last-Sequence: |ETag: ).*", r"\1\2", header
            )
            clock = {**stats(server.port), "oldest": 0}
    for transport in TRANSPORTS:
        with scratch() as folder, HostileServer(transport, once(item(1)), clock) as server:
            url = f"http://127.0.0.1:{server.port}"
            run(*load(build, url, transport, folder / "out", "--seeded-masks", clients=1))
            first = server.headers[0] if server.headers else b""
            text = first.decode().replace(str(server.port), "PORT")
            # A version may draw other keys from a seed; all have the same length.
            found[f"request headers, {transport}"] = re.sub(r"(Sec-WebSocket-Key: )\S{24}(?!\S)", r"\1KEY", text)
    return found


def read(out):
    """Per case: counts, and bytes by direction and layer, without the estimated layer."""
    found = {}
    for row in rows(out):
        key = " ".join((row["case_id"], row["transport"], row["variant"] or "-"))
        found[key] = {name: int(row[name] or 0) for name in ("delivered", "requests", "connects")}
        # Items received after the window are in the byte counts too.
        found[key]["delivered"] += int(row.get("delivered_after_window") or 0)
        found[key].update(layers={}, http=row["http_version"], transport=row["transport"], valid=row["valid"])
    for row in rows(out, "layers.csv"):
        key = " ".join((row["case_id"], row["transport"], row["variant"] or "-"))
        if row["layer"] != "tcp_ip":
            layers, place = found[key]["layers"], f"{row['direction']} {row['layer']}"
            layers[place] = layers.get(place, 0) + int(row["bytes"])
    return found


def shared(case, layer):
    """The unit to which a layer's bytes are related, and its count."""
    if layer in ("handshake", "ws_control", "ws_mask"):
        return "connection", case["connects"]
    polls = case["transport"] in ("short-poll", "long-poll")
    if layer == "http_head" or (polls and layer in ("tls", "framing")):
        return "request", case["requests"]
    return "item", case["delivered"]


def allowed(key, case, layer, figure):
    tolerances = HTTP2_TOLERANCE if (case["http"] or "").startswith("2") else TOLERANCE
    if "context" in key:
        tolerances = tolerances | CONTEXT_TOLERANCE
    return max(figure * tolerances.get(layer, 0.002), 0.01)


def compare(name, base, new):
    failed = 0
    for key in sorted({*base, *new}):
        before, after = base.get(key), new.get(key)
        if before is None or after is None:
            print(f"FAIL  {name} {key}: missing in one build", flush=True)
            failed += 1
            continue
        if HELD_BACK.search(key):
            print(f"not compared, because a proxy buffers items: {name} {key}", flush=True)
            continue
        for place in sorted({*before["layers"], *after["layers"]}):
            layer = place.split(" ")[1]
            unit, count = shared(before, layer)
            was = before["layers"].get(place, 0) / max(count, 1)
            now = after["layers"].get(place, 0) / max(shared(after, layer)[1], 1)
            if was == now == 0:
                continue
            differs = abs(was - now) > allowed(key, before, layer, was)
            failed += differs
            verdict, label = "FAIL" if differs else "ok  ", key.split(" ", 1)[1]
            print(f"{verdict}  {name[:24]:24} {label:46} {place:20} {was:11.3f} {now:11.3f} B/{unit}", flush=True)
    return failed


def compare_headers(base, new):
    failed = 0
    for name in sorted({*base, *new}):
        was, now = base.get(name), new.get(name)
        failed += was != now
        print(f"ok    {name}" if was == now else f"FAIL  {name}: {was!r} and {now!r}", flush=True)
    return failed


def main():
    words = sys.argv[1:]
    os.environ["PATH"] += ":/usr/sbin"
    everything = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
    if len(words) > 2 and words[0] == "--save":
        found = measure(pathlib.Path(words[2]).resolve(), words[3:] or everything)
        pathlib.Path(words[1]).write_text(json.dumps(found, indent=1))
        return
    if len(words) < 2:
        sys.exit(__doc__)
    names = words[2:] or everything
    base, new = (measure(pathlib.Path(word).resolve(), names) for word in words[:2])
    failed = compare_headers(base["headers"], new["headers"])
    print(f"      {'scenario':24} {'transport and variant':46} {'layer':20} {'base':>11} {'new':>11}")
    for name in names:
        failed += compare(name, base["scenarios"].get(name, {}), new["scenarios"].get(name, {}))
    print(f"{failed} differences")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
