"""Checks the byte ledger and the receive stamps against a packet capture.

Usage: python3 capture_check.py BUILD_DIR [--print-delays]

For each transport, over IPv4 and IPv6, a server and a load of 100 clients run while dumpcap records the server's port
on the loopback interface. Then, without any code of the lab:

- TCP payload bytes of both directions equal the sum of layers.csv without tcp_ip, exactly;
- the kernel's byte counters of the clients' sockets and of the server's sockets equal them too;
- TCP and IP header bytes are within 1 % of tcp_ip;
- the receive stamp of an item pushed by WebSocket follows the packet with its last byte: median below 50 us, 99th
  percentile below 1 ms, also with a debug build, since the kernel makes the stamps. Other programs on the same
  processors delay every reader, so a run that misses the limits is repeated with real-time priority, if that is
  permitted. With --print-delays a miss is printed and is not a failure: on two virtual processors the first client
  wakes up 90 to 200 us after its packet and then reads no faster than the server writes, about 15 us per item.

For polls the script prints the same figures without a limit: a response waits until libcurl has read the responses of
other clients that arrived at the same time.

If capturing is not permitted, the script prints NOT RUN and the reason.
"""
import collections
import csv
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from wire import Tally

CLIENTS = 100
# Long enough for a request line, or for a response with the items of one second.
SNAP_BYTES = 2048
HEADER_TOLERANCE = 0.01
MEDIAN_LIMIT_US = 50
P99_LIMIT_US = 1000
PROBE_PATHS = (b"/stats", b"/healthz", b"/feed/schedule")
FIELDS = (
    "frame.time_epoch", "tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.len", "tcp.hdr_len",
    "tcp.flags", "ip.len", "ip.hdr_len", "ipv6.plen", "tcp.payload",
)


class Clocks:
    """Converts CLOCK_MONOTONIC to the capture's CLOCK_REALTIME by their difference at two instants."""

    def __init__(self):
        self.points = []

    def measure(self):
        best = None
        for _ in range(50):
            before = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            real = time.clock_gettime_ns(time.CLOCK_REALTIME)
            after = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            if best is None or after - before < best[0]:
                best = (after - before, (before + after) // 2, real)
        self.points.append((best[1], best[2] - best[1]))

    def real(self, monotonic):
        (first, offset), (last, other) = self.points[0], self.points[-1]
        return monotonic + offset + (other - offset) * (monotonic - first) // (last - first)


class Capture:
    """dumpcap on one port of one loopback address."""

    def __init__(self, host, port, path):
        self.path = path
        # With the address: a connection of another program can have the same port at another address.
        selection = f"host {host} and tcp port {port}"
        self.process = subprocess.Popen(
            ["dumpcap", "-i", "lo", "-f", selection, "-s", str(SNAP_BYTES), "-B", "64", "-w", str(path)],
            stderr=subprocess.PIPE, text=True)
        # It prints its file name once the filter is active.
        self.output = ""
        while True:
            line = self.process.stderr.readline()
            self.output += line
            if line.startswith("File:") or not line:
                break

    def stop(self):
        # The kernel delivers its buffer within a time-out of 100 ms.
        time.sleep(0.5)
        self.process.send_signal(signal.SIGINT)
        self.output += self.process.communicate(timeout=20)[1]

    @property
    def dropped(self):
        # The second number is the kernel's drops; the drops of other layers follow.
        match = re.search(r"received/dropped on interface .*?: (\d+)/(\d+)", self.output)
        return int(match.group(2)) if match else None


class Packet:
    __slots__ = ("at", "is_up", "sequence", "length", "header", "flags", "payload")

    def __init__(self, fields, port):
        at, _, source, _, sequence, length, _, flags, ip_length, _, plen, payload = fields
        seconds, _, fraction = at.partition(".")
        self.at = int(seconds) * 1_000_000_000 + int(fraction.ljust(9, "0")[:9])
        self.is_up = int(source) != port
        self.sequence = int(sequence)
        self.length = int(length)
        whole = int(ip_length) if ip_length else 40 + int(plen)
        self.header = whole - self.length
        self.flags = int(flags, 16)
        self.payload = bytes.fromhex(payload) if payload else b""


def streams(path, port):
    """The packets of each connection, by the client's port."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "separator=|"]
    # The raw payload, not the view of the HTTP and WebSocket dissectors.
    command += ["-o", "tcp.desegment_tcp_streams:FALSE", "--disable-protocol", "http"]
    command += ["--disable-protocol", "websocket"]
    for field in FIELDS:
        command += ["-e", field]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result = collections.defaultdict(list)
    for line in output.splitlines():
        fields = line.split("|")
        client = int(fields[3]) if int(fields[2]) == port else int(fields[2])
        result[client].append(Packet(fields, port))
    return result


def is_probe(packets):
    request = next((packet.payload for packet in packets if packet.is_up and packet.length), b"")
    return request.startswith(tuple(b"GET " + path for path in PROBE_PATHS))


def payload_bytes(packets, is_up):
    """Counts each byte once: retransmitted bytes lie below the next expected sequence number."""
    total, following = 0, None
    for packet in packets:
        if packet.is_up != is_up or not packet.length:
            continue
        end = packet.sequence + packet.length
        if following is None or packet.sequence >= following:
            total += packet.length
        elif end > following:
            total += end - following
        following = end if following is None else max(following, end)
    return total


def items_in(payload, transport):
    """Yields the sequences of items that begin in this packet from the server."""
    if transport == "websocket":
        while len(payload) > 4 and payload[0] == 0x81:
            header = 4 if payload[1] == 126 else 2
            length = int.from_bytes(payload[2:4], "big") if header == 4 else payload[1]
            yield from sequence_of(payload[header:])
            payload = payload[header + length:]
    elif transport == "raw-tcp":
        while len(payload) > 4:
            length = int.from_bytes(payload[:4], "big")
            yield from sequence_of(payload[4:])
            payload = payload[4 + length:]
    elif transport in ("http-stream", "sse"):
        # Chunk sizes, field names and comments contain no comma.
        for line in payload.split(b"\n"):
            yield from sequence_of(line.removeprefix(b"data: "))
    else:
        headers, _, body = payload.partition(b"\r\n\r\n")
        if headers.startswith(b"HTTP/1.1 200"):
            for line in body.split(b"\n"):
                yield from sequence_of(line)


def sequence_of(text):
    field, comma, _ = text.partition(b",")
    if comma and field.isalnum():
        yield int(field, 36)


def quantile(ordered, fraction):
    return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))]


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def placement():
    """The server's processors, chosen as `pushlab run` does; the load uses the last one."""
    others = sorted(os.sched_getaffinity(0))[:-1]
    return ["--cpus", ",".join(map(str, others))] if others else []


def real_time():
    """Selects SCHED_FIFO, which precedes all ordinary programs; sched(7)."""
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))


def may_use_real_time():
    attempt = "import os; os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))"
    return subprocess.run([sys.executable, "-c", attempt], stderr=subprocess.DEVNULL).returncode == 0


def run(programs, transport, host, folder, prepare=None):
    """Runs a server and a load during a capture; returns exit code, server port, capture and clocks."""
    server = subprocess.Popen(
        [programs / "pushlab-server", "--host", host, "--port", "0", "--feed-delay", "3s", "--feed-duration", "3s",
         "--rate", "10/s", "--until-stdin-closes"] + placement(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=prepare)
    capture = None
    clocks = Clocks()
    try:
        port = json.loads(server.stdout.readline())["port"]
        capture = Capture(host, port, folder / "capture.pcapng")
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        clocks.measure()
        load = subprocess.run(
            [programs / "pushlab", "load", "--url", url, "--transport", transport, "--clients", str(CLIENTS),
             "--duration", "5s", "--warmup", "1s", "--out", folder / "run", "--stamps", folder / "stamps.csv",
             "--quiet"], stdin=subprocess.DEVNULL, preexec_fn=prepare)
        clocks.measure()
    finally:
        if capture:
            capture.stop()
        server.stdin.close()
        server.wait(timeout=10)
    return load.returncode, port, capture, clocks


def check_bytes(checks, name, folder, feed):
    summary = read_csv(folder / "run" / "summary.csv")[0]
    checks.check(f"{name} is valid: {summary['invalid_reason']}", summary["valid"] == "true")
    counted = collections.Counter()
    estimate = {}
    for row in read_csv(folder / "run" / "layers.csv"):
        if row["layer"] == "tcp_ip":
            estimate[row["direction"]] = int(row["bytes"])
        else:
            counted[row["direction"]] += int(row["bytes"])
    for direction, is_up in (("up", True), ("down", False)):
        seen = sum(payload_bytes(packets, is_up) for packets in feed.values())
        checks.check(f"{name} {direction}: captured {seen} B of TCP payload, layers.csv has {counted[direction]} B",
                     seen == counted[direction])
        for column in (f"kernel_tcp_bytes_{direction}", f"server_kernel_tcp_bytes_{direction}"):
            checks.check(f"{name}: captured {seen} B, {column} is {summary[column]}", summary[column] == str(seen))
        headers = sum(packet.header for packets in feed.values() for packet in packets if packet.is_up == is_up)
        deviation = estimate[direction] / headers - 1
        print(f"{name} {direction}: {seen} B of payload captured, headers {headers} B captured, "
              f"{estimate[direction]} B estimated ({deviation:+.2%})")
        checks.check(f"{name} {direction}: tcp_ip is {deviation:+.2%} off the captured headers",
                     abs(deviation) <= HEADER_TOLERANCE)


def check_stamps(checks, name, transport, folder, feed, clocks):
    """Returns the median and the 99th percentile of the delay from packet to stamp in us."""
    carried = {}
    for client, packets in feed.items():
        for packet in packets:
            if not packet.is_up and packet.length:
                for sequence in items_in(packet.payload, transport):
                    carried.setdefault((client, sequence), packet.at)
    stamps = read_csv(folder / "stamps.csv")
    delays = []
    for stamp in stamps:
        at = carried.get((int(stamp["local_port"]), int(stamp["sequence"])))
        if at is not None:
            delays.append((clocks.real(int(stamp["received_ns"])) - at) / 1000)
    delays.sort()
    checks.check(f"{name}: {len(delays)} of {len(stamps)} stamped items were captured", len(delays) == len(stamps))
    if not delays:
        checks.check(f"{name}: no stamped item was found in the capture", False)
        return None
    median, p99 = quantile(delays, 0.5), quantile(delays, 0.99)
    print(f"{name}: stamp after packet, {len(delays)} items: min {delays[0]:.1f} us, median {median:.1f} us, "
          f"p99 {p99:.1f} us, max {delays[-1]:.1f} us")
    # The difference of the clocks is known to about 0.1 us.
    checks.check(f"{name}: a stamp lies {-delays[0]:.1f} us before its packet", delays[0] > -1)
    return median, p99


def is_prompt(delay):
    return delay is not None and delay[0] < MEDIAN_LIMIT_US and delay[1] < P99_LIMIT_US


def examine(checks, programs, transport, host, prepare=None):
    """Runs once and checks everything except the delay, which it returns."""
    name = f"{transport} over {'IPv6' if ':' in host else 'IPv4'}"
    with tempfile.TemporaryDirectory(prefix="pushlab-capture-") as text:
        folder = pathlib.Path(text)
        status, port, capture, clocks = run(programs, transport, host, folder, prepare)
        checks.check(f"{name}: pushlab load exits with {status}", status == 0)
        checks.check(f"{name}: dumpcap dropped {capture.dropped} packets", capture.dropped == 0)
        found = streams(capture.path, port)
        feed = {client: packets for client, packets in found.items() if not is_probe(packets)}
        checks.check(f"{name}: {len(feed)} connections carried the feed", len(feed) == CLIENTS)
        check_bytes(checks, name, folder, feed)
        return check_stamps(checks, name, transport, folder, feed, clocks)


def check_promptness(checks, programs, host, delay, is_asserted):
    """Checks the limits of the delay; repeats the run, because other programs may have delayed it."""
    if is_asserted and not is_prompt(delay) and may_use_real_time():
        for _ in range(2):
            print(f"REPEATED with real-time priority, because other programs may have delayed the run; load average "
                  f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors:")
            delay = examine(checks, programs, "websocket", host, real_time)
            if is_prompt(delay):
                break
    what = f"median {delay[0]:.1f} us, p99 {delay[1]:.1f} us" if delay else "not known"
    what = f"websocket, {host}: stamp after packet, {what}; allowed below {MEDIAN_LIMIT_US} and {P99_LIMIT_US} us"
    if is_asserted:
        checks.check(what, is_prompt(delay))
    elif not is_prompt(delay):
        print(f"MISSED, not asserted here: {what}")


def refusal():
    """The reason why this machine cannot capture; `None` if it can."""
    for program in ("dumpcap", "tshark"):
        if not shutil.which(program):
            return f"there is no {program}; install the Debian package tshark"
    with tempfile.TemporaryDirectory() as folder:
        trial = subprocess.run(
            ["dumpcap", "-i", "lo", "-a", "duration:1", "-w", f"{folder}/trial.pcapng"], capture_output=True, text=True)
    if trial.returncode == 0:
        return None
    lines = [line for line in trial.stderr.splitlines() if line.strip()]
    reasons = [line for line in lines if "permission" in line.lower() or "could not" in line.lower()] or lines
    return f"capturing on lo is not permitted: {reasons[0] if reasons else trial.returncode}"


def main(programs, asserts_delays):
    reason = refusal()
    if reason:
        print(f"NOT RUN: {reason}")
        return 0
    checks = Tally()
    for transport, host in (("websocket", "127.0.0.1"), ("long-poll", "127.0.0.1"), ("short-poll", "127.0.0.1"),
                            ("http-stream", "127.0.0.1"), ("sse", "127.0.0.1"), ("raw-tcp", "127.0.0.1"),
                            ("websocket", "::1"), ("long-poll", "::1")):
        delay = examine(checks, programs, transport, host)
        if transport == "websocket":
            check_promptness(checks, programs, host, delay, asserts_delays)
    return checks.end()


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--print-delays"]
    if len(arguments) != 1:
        sys.exit("usage: capture_check.py BUILD_DIR [--print-delays], BUILD_DIR such as .build/release")
    sys.exit(main(pathlib.Path(arguments[0]), "--print-delays" not in sys.argv))
