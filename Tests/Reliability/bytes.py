"""Bytes per item and layer of every committed scenario, by two builds: bytes.py BASE NEW [SCENARIO...]

BASE and NEW are folders of binaries. Each scenario runs with both, shortened (`--set`) and with the seeds of keys and
masks fixed, and its layers are compared: bytes per delivered item, and per connection where a layer is of connections.
What may differ by due times is how many items share a response, how many polls come back empty, and the digits of a due
time; so what is compared first is exact (the layers of a connection), the rest within what responses explain.
Prints the table and ends with 1 if a layer differs.
"""

import os
import pathlib
import sys

from lab import rows, run, scratch

SCENARIOS = pathlib.Path(__file__).resolve().parent.parent.parent / "Scenarios"
# What makes a scenario short and small without changing what an item costs.
SHORT = {
    "": ("warmup=1s", "duration=3s", "clients=10"),
    "many-clients": ("warmup=1s", "duration=3s", "clients=[50]"),
    "aa": ("warmup=1s", "duration=3s", "clients=10", "repeats=1"),
    "poll-interval": ("warmup=2s", "duration=4s", "clients=10"),
}
# Layers of a connection, not of an item.
PER_CONNECTION = ("handshake",)
# Of TLS, tickets and records depend on how many writes fall together.
TOLERANCE = {
    "payload": 0.01,
    "envelope": 0.02,
    "framing": 0.25,
    "http_head": 0.25,
    "ws_frame_header": 0.01,
    "ws_mask": 0.01,
    "ws_control": 0.01,
    "handshake": 0.02,
    "tls": 0.25,
}
EXACT_TRANSPORTS = ("websocket", "raw-tcp")


def measure(build, name, out):
    words = []
    for setting in SHORT.get(name, SHORT[""]):
        words += ["--set", setting]
    if "send:" in (SCENARIOS / f"{name}.yaml").read_text():
        words = [word for word in words]
    ending = run(
        build / "pushlab",
        "run",
        SCENARIOS / f"{name}.yaml",
        "--out",
        out,
        "--quiet",
        "--seeded-masks",
        *words,
        seconds=900,
    )
    if not rows(out):
        print(f"FAIL  {name} with {build}: {ending}")
    return read(out)


def read(out):
    """Per case: delivered, requests, connects, and bytes by direction and layer, without the estimate."""
    found = {}
    for row in rows(out):
        key = (row["case_id"], row["transport"], row["variant"])
        found[key] = {
            "valid": row["valid"],
            "reason": row["invalid_reason"],
            "delivered": int(row["delivered"] or 0),
            "requests": int(row["requests"] or 0),
            "empty": int(row["empty_responses"] or 0),
            "connects": int(row["connects"] or 0),
            "layers": {},
        }
    for row in rows(out, "layers.csv"):
        key = (row["case_id"], row["transport"], row["variant"])
        if row["layer"] != "tcp_ip":
            layers = found[key]["layers"]
            place = (row["direction"], row["layer"])
            layers[place] = layers.get(place, 0) + int(row["bytes"])
    return found


def divisor(case, layer):
    """What a layer's bytes are shared by: connections, requests where there are heads, else items."""
    if layer in PER_CONNECTION:
        return "connection", case["connects"]
    if layer in ("http_head",) and case["requests"] > case["connects"]:
        return "request", case["requests"]
    if layer in ("http_head",):
        return "connection", case["connects"]
    if layer == "ws_control":
        return "connection", case["connects"]
    return "item", case["delivered"]


def compare(name, base, new):
    failed = 0
    for key in sorted(base):
        if key not in new:
            print(f"FAIL  {name} {key[0]}: it is missing in the new build")
            failed += 1
            continue
        before, after = base[key], new[key]
        for place in sorted({*before["layers"], *after["layers"]}):
            direction, layer = place
            unit, count = divisor(before, layer)
            was = before["layers"].get(place, 0) / max(count, 1)
            now = after["layers"].get(place, 0) / max(divisor(after, layer)[1], 1)
            if was == now == 0:
                continue
            close = abs(was - now) <= allowed(key[1], layer, was)
            failed += not close
            print(
                f"{'ok   ' if close else 'FAIL '} {name:16} {key[1]:12} {key[2] or '-':34} {direction:5}{layer:16}"
                f"{was:11.3f} {now:11.3f} B/{unit}",
                flush=True,
            )
    return failed


def allowed(transport, layer, was):
    tolerance = TOLERANCE.get(layer, 0.05)
    if transport in EXACT_TRANSPORTS and layer != "tls":
        tolerance = 0.01
    return max(was * tolerance, 0.02)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    base, new = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    os.environ["PATH"] += ":/usr/sbin"
    names = sys.argv[3:] or sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
    failed = 0
    print(f"      {'scenario':16} {'transport':12} {'variant':34} {'':5}{'layer':16}{'base':>11} {'new':>11}")
    for name in names:
        with scratch() as folder:
            failed += compare(name, measure(base, name, folder / "base"), measure(new, name, folder / "new"))
    print(f"{failed} layers differ")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
