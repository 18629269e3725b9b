"""Whether delays through the simulated network are those that theory predicts: closed_forms.py BINARIES [--only PART]

Runs real scenarios, server and clients included, and takes about ten minutes; the machine must be quiet. R is the
round trip, I the poll interval. Expected:

- raw TCP, WebSocket, SSE and HTTP streaming: the median is R/2 within 2 ms, the 99.9th percentile R/2 + 10 ms at most.
- Short polling: the mean is max(I, R)/2 + R/2 within 5 %. Polls keep their schedule, so the travel of the request is a
  part of the schedule; the answer takes R/2. A client waits for an answer before it polls again, so with I below R it
  polls once per R.
- Long polling: with items rarer than one per round trip the median is R/2 within 2 ms; always the 99.9th percentile is
  three transits, 3R/2, plus 10 ms at most (RFC 6202 section 2.2).
- A WebSocket handshake takes 2R, with TLS 1.3 3R.
- 1 MiB takes 4.19 s through 2 Mbit/s, within 2 %.
"""

import argparse
import pathlib
import socket
import ssl
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Reliability"))
from lab import MEBIBYTE, Checks, Relay, Server, rows, run, scenario, scratch  # noqa: E402

STREAMS = ("raw-tcp", "websocket", "sse", "http-stream")


def measure(build, folder, name, **fields):
    """Runs a scenario; returns its rows of summary.csv."""
    path = scenario(folder, name=name, **fields)
    ending = run(build / "pushlab", "run", path, "--out", folder / name, "--quiet", seconds=900)
    measured = rows(folder / name)
    if not measured:
        raise RuntimeError(f"{name}: {ending}")
    return measured


def check_row(checks, row, expectations):
    """Checks that a row is valid, and its delays in milliseconds: {quantile: (lowest, highest)}."""
    seen = {name: float(row[f"latency_{name}_us"]) / 1_000 for name in expectations}
    for name, (low, high) in expectations.items():
        what = f"{row['case_id']}: {name} {seen[name]:.1f} ms, expected {low:.1f} to {high:.1f}"
        checks.check(what, low <= seen[name] <= high)
    valid = row["bytes_valid"] == row["times_valid"] == "true"
    checks.check(f"{row['case_id']}: valid", valid, row["invalid_reason"])


def streams(checks, build, folder):
    measured = measure(
        build,
        folder,
        "streams",
        feed="{source: synthetic, rate: 20/s, payload: 128B}",
        clients=20,
        extra="network: {rtt: [0ms, 50ms, 200ms]}\n",
        transports=STREAMS,
        warmup="2s",
        duration="15s",
    )
    for row in measured:
        transit = float(row["rtt_ms"]) / 2
        check_row(checks, row, {"p50": (transit - 2, transit + 2), "p999": (transit, transit + 10)})


def short_polls(checks, build, folder):
    for interval, duration in ((100, 10), (500, 10), (1_000, 12), (5_000, 30)):
        measured = measure(
            build,
            folder,
            f"poll-{interval}ms",
            feed="{source: synthetic, rate: 10/s, payload: 128B, arrivals: poisson}",
            clients=50,
            extra="network: {rtt: [0ms, 50ms, 200ms]}\n",
            transports=[f"{{use: short-poll, interval: {interval}ms}}"],
            warmup="2s",
            duration=f"{duration}s",
        )
        for row in measured:
            trip = float(row["rtt_ms"])
            expected = max(interval, trip) / 2 + trip / 2
            check_row(checks, row, {"mean": (0.95 * expected, 1.05 * expected)})


def long_polls(checks, build, folder):
    for name, rate in (("rare", 2), ("frequent", 20)):
        measured = measure(
            build,
            folder,
            f"{name}-items",
            feed=f"{{source: synthetic, rate: {rate}/s, payload: 128B}}",
            clients=20,
            extra="network: {rtt: [0ms, 50ms, 200ms]}\n",
            transports=["long-poll"],
            warmup="2s",
            duration="20s",
        )
        for row in measured:
            transit = float(row["rtt_ms"]) / 2
            expected = {"p999": (transit, 3 * transit + 10)}
            if name == "rare":
                expected["p50"] = (transit - 2, transit + 2)
            check_row(checks, row, expected)


def handshakes(checks, build, _):
    request = (
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for arguments, trips in (([], 2), (["--tls", "self-signed"], 3)):
        with Server(build, *arguments) as server, Relay(build, server.port, "--rtt", "100ms") as relay:
            began = time.monotonic()
            connection = socket.create_connection(("127.0.0.1", relay.port))
            if arguments:
                connection = context.wrap_socket(connection)
                checks.check("the handshake is that of TLS 1.3", connection.version() == "TLSv1.3")
            with connection:
                connection.sendall(request)
                answer = connection.recv(4_096)
                took = (time.monotonic() - began) * 1_000
            checks.check("the server answers 101", answer.startswith(b"HTTP/1.1 101 "), answer[:40])
            name = "WebSocket with TLS" if arguments else "WebSocket"
            what = f"{name} opens after {trips} round trips of 100 ms: {took:.1f} ms"
            checks.check(what, trips * 100 <= took <= trips * 100 + 10)


def thin_line(checks, build, folder):
    measured = measure(
        build,
        folder,
        "thin-line",
        feed="{source: synthetic, rate: 0.2/s, payload: 1MiB}",
        clients=3,
        extra="network: {bandwidth: 2Mbit/s}\n",
        transports=["raw-tcp", "websocket", "sse"],
        warmup="1s",
        duration="21s",
    )
    for row in measured:
        expected = (MEBIBYTE + float(row["overhead_bytes_per_item"])) * 8 / 2_000
        check_row(checks, row, {"p50": (0.98 * expected, 1.02 * expected)})


PARTS = {
    "streams": streams,
    "short-polls": short_polls,
    "long-polls": long_polls,
    "handshakes": handshakes,
    "thin-line": thin_line,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--only", choices=PARTS)
    given = parser.parse_args()
    checks = Checks()
    with scratch() as folder:
        parts = {name: part for name, part in PARTS.items() if given.only in (None, name)}
        checks.run(parts, checks, given.binaries.resolve(), folder)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
