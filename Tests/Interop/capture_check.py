"""Checks the byte ledger and the receive stamps against a packet capture.

Usage: python3 capture_check.py BUILD_DIR [--print-delays]

For each transport, over IPv4 and IPv6, a server and a load of 100 clients run while dumpcap records the server's own
port on the loopback interface. Then, with nothing of the lab's own code:

- TCP payload bytes of both directions equal the sum of layers.csv without tcp_ip, to the byte;
- both kernels' counts, of the clients' ends and of the server's, equal them too;
- TCP and IP header bytes are within 1 % of tcp_ip;
- the receive stamp of an item pushed by WebSocket follows the packet that brought its last byte: median below 50 us,
  99th percentile below 1 ms. Asserted of a release build only; and as other programs on the same processors delay every
  reader, a run that misses the limits is repeated with real-time priority, where that is permitted. With
  --print-delays a miss is told and counts as no failure: on two virtual processors the first client is woken 90 to
  200 us after its packet, and from there reads no faster than the server writes, about 15 us an item.

For polls the same figures are printed without a limit: an answer waits until libcurl has read those of the other
clients that came at the same moment.

Where capture is not permitted it says NOT RUN and why.
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
# Enough of a packet for a request line, or for a response with the items of a second.
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
    """Turns CLOCK_MONOTONIC into the capture's CLOCK_REALTIME by their difference at two instants."""

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
    """dumpcap on one port of the loopback interface."""

    def __init__(self, port, path):
        self.path = path
        self.process = subprocess.Popen(
            ["dumpcap", "-i", "lo", "-f", f"tcp port {port}", "-s", str(SNAP_BYTES), "-B", "64", "-w", str(path)],
            stderr=subprocess.PIPE, text=True)
        # It names its file once the filter is in place.
        self.said = ""
        while True:
            line = self.process.stderr.readline()
            self.said += line
            if line.startswith("File:") or not line:
                break

    def stop(self):
        # What is still in the kernel's buffer is handed over within its time-out of 100 ms.
        time.sleep(0.5)
        self.process.send_signal(signal.SIGINT)
        self.said += self.process.communicate(timeout=20)[1]

    @property
    def dropped(self):
        # The second number is what the kernel dropped, the text goes on with other layers' drops.
        match = re.search(r"received/dropped on interface .*?: (\d+)/(\d+)", self.said)
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
    # Payload is wanted as it came, not as a dissector of HTTP or WebSocket sees it.
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
    """Bytes in order, each once: what was sent again lies below the next sequence number expected."""
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
    """Sequences of the items whose beginning is visible in a packet from the server."""
    if transport == "websocket":
        while len(payload) > 4 and payload[0] == 0x81:
            head = 4 if payload[1] == 126 else 2
            length = int.from_bytes(payload[2:4], "big") if head == 4 else payload[1]
            yield from sequence_of(payload[head:])
            payload = payload[head + length:]
    elif transport == "raw-tcp":
        while len(payload) > 4:
            length = int.from_bytes(payload[:4], "big")
            yield from sequence_of(payload[4:])
            payload = payload[4 + length:]
    elif transport in ("http-stream", "sse"):
        # Sizes of chunks, names of fields and comments have no comma.
        for line in payload.split(b"\n"):
            yield from sequence_of(line.removeprefix(b"data: "))
    else:
        head, _, body = payload.partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 200"):
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
    """The server's processors, as a scenario's run gives them; the load takes the last one by itself."""
    others = sorted(os.sched_getaffinity(0))[:-1]
    return ["--cpus", ",".join(map(str, others))] if others else []


def real_time():
    """First in, first out, before all ordinary programs; sched(7)."""
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))


def may_use_real_time():
    attempt = "import os; os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))"
    return subprocess.run([sys.executable, "-c", attempt], stderr=subprocess.DEVNULL).returncode == 0


def run(programs, transport, host, folder, prepare=None):
    """Runs a server and a load under capture; gives the folder of results, the streams, the stamps' clock."""
    server = subprocess.Popen(
        [programs / "pushlab-server", "--host", host, "--port", "0", "--feed-delay", "3s", "--feed-duration", "6s",
         "--rate", "10/s", "--until-stdin-closes"] + placement(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=prepare)
    capture = None
    clocks = Clocks()
    try:
        port = json.loads(server.stdout.readline())["port"]
        capture = Capture(port, folder / "capture.pcapng")
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        clocks.measure()
        load = subprocess.run(
            [programs / "pushlab", "load", "--url", url, "--transport", transport, "--clients", str(CLIENTS),
             "--duration", "8s", "--warmup", "1s", "--out", folder / "run", "--stamps", folder / "stamps.csv",
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
    booked = collections.Counter()
    estimate = {}
    for row in read_csv(folder / "run" / "layers.csv"):
        if row["layer"] == "tcp_ip":
            estimate[row["direction"]] = int(row["bytes"])
        else:
            booked[row["direction"]] += int(row["bytes"])
    for direction, is_up in (("up", True), ("down", False)):
        seen = sum(payload_bytes(packets, is_up) for packets in feed.values())
        checks.check(f"{name} {direction}: captured {seen} B of TCP payload, layers.csv has {booked[direction]}",
                     seen == booked[direction])
        for column in (f"kernel_tcp_bytes_{direction}", f"server_kernel_tcp_bytes_{direction}"):
            checks.check(f"{name}: captured {seen} B, {column} is {summary[column]}", summary[column] == str(seen))
        headers = sum(packet.header for packets in feed.values() for packet in packets if packet.is_up == is_up)
        deviation = estimate[direction] / headers - 1
        print(f"{name} {direction}: {seen} B of payload in all witnesses, headers {headers} B captured, "
              f"{estimate[direction]} B estimated ({deviation:+.2%})")
        checks.check(f"{name} {direction}: tcp_ip is {deviation:+.2%} off the captured headers",
                     abs(deviation) <= HEADER_TOLERANCE)


def check_stamps(checks, name, transport, folder, feed, clocks):
    """Gives the median and the 99th percentile of the delay from packet to stamp, us."""
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
    # The clocks are compared to about 0.1 us.
    checks.check(f"{name}: a stamp lies {-delays[0]:.1f} us before its packet", delays[0] > -1)
    return median, p99


def is_prompt(delay):
    return delay is not None and delay[0] < MEDIAN_LIMIT_US and delay[1] < P99_LIMIT_US


def examine(checks, programs, transport, host, prepare=None):
    """One run and all its checks but the limits of the delay, which it gives."""
    name = f"{transport} over {'IPv6' if ':' in host else 'IPv4'}"
    with tempfile.TemporaryDirectory(prefix="pushlab-capture-") as text:
        folder = pathlib.Path(text)
        status, port, capture, clocks = run(programs, transport, host, folder, prepare)
        checks.check(f"{name}: pushlab load ended with {status}", status == 0)
        checks.check(f"{name}: dumpcap dropped {capture.dropped} packets", capture.dropped == 0)
        found = streams(capture.path, port)
        feed = {client: packets for client, packets in found.items() if not is_probe(packets)}
        checks.check(f"{name}: {len(feed)} connections carried the feed", len(feed) == CLIENTS)
        check_bytes(checks, name, folder, feed)
        return check_stamps(checks, name, transport, folder, feed, clocks)


def check_promptness(checks, programs, host, delay, is_asserted):
    """The limits of the delay; repeated where other programs may have been in the way."""
    if is_asserted and not is_prompt(delay) and may_use_real_time():
        for _ in range(2):
            print(f"REPEATED with real-time priority, for other programs may have been in the way; load average "
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
    """Why this machine cannot capture, or nothing."""
    for program in ("dumpcap", "tshark"):
        if not shutil.which(program):
            return f"there is no {program}; install the Debian package tshark"
    with tempfile.TemporaryDirectory() as folder:
        trial = subprocess.run(
            ["dumpcap", "-i", "lo", "-a", "duration:1", "-w", f"{folder}/trial.pcapng"], capture_output=True, text=True)
    if trial.returncode == 0:
        return None
    lines = [line for line in trial.stderr.splitlines() if line.strip()]
    told = [line for line in lines if "permission" in line.lower() or "could not" in line.lower()] or lines
    return f"capturing on lo is not permitted: {told[0] if told else trial.returncode}"


def main(programs, asserts_delays):
    reason = refusal()
    if reason:
        print(f"NOT RUN: {reason}")
        return 0
    checks = Tally()
    is_release = programs.resolve().name == "release"
    if not is_release:
        print("A debug build: bytes are checked, delays of the receive stamps are PRINTED ONLY; give .build/release.")
    for transport, host in (("websocket", "127.0.0.1"), ("long-poll", "127.0.0.1"), ("short-poll", "127.0.0.1"),
                            ("http-stream", "127.0.0.1"), ("sse", "127.0.0.1"), ("raw-tcp", "127.0.0.1"),
                            ("websocket", "::1"), ("long-poll", "::1")):
        delay = examine(checks, programs, transport, host)
        if is_release and transport == "websocket":
            check_promptness(checks, programs, host, delay, asserts_delays)
    return checks.end()


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--print-delays"]
    if len(arguments) != 1:
        sys.exit("usage: capture_check.py BUILD_DIR [--print-delays], BUILD_DIR such as .build/release")
    sys.exit(main(pathlib.Path(arguments[0]), "--print-delays" not in sys.argv))
