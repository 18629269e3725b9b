#!/usr/bin/env python3
"""What happens to the lanes when something stops: faults_check.py BINARIES

A reload, a browser that stands still for 30 s, a network that is silent for 10 s, a server that stops and starts: no
lane stays stuck, and no item is missed without a notice. Also compares a packet capture with the server's ledger. About
four minutes.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from browsers import Chromium, Firefox
from teaching_page import (
    LANES, TRANSPORTS, Checks, Server, address, change, get, lanes, layer_sum, wait_for_items)


def progress(checks, what, browser, seconds=6):
    """Every lane receives items, and none is missed."""
    before = lanes(browser)
    time.sleep(seconds)
    after = lanes(browser)
    for name in TRANSPORTS:
        more = after[name]["items"] - before[name]["items"]
        fine = more > 0 and after[name]["missed"] == 0
        checks.check(f"{browser.name}, {what}: {name} receives, nothing is missed", fine, (before[name], after[name]))


def reload(checks, browser, server):
    for _ in range(3):
        browser.open(address(server))
    wait_for_items(browser, 10)
    progress(checks, "after reloads", browser)


def standstill(checks, browser, _):
    pids = browser.processes() if isinstance(browser, Chromium) else [browser.process.pid]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(30)
    for pid in reversed(pids):
        os.kill(pid, signal.SIGCONT)
    time.sleep(5)
    progress(checks, "after standing still for 30 s", browser)


def silence(checks, browser, binaries):
    """A network that passes nothing for 10 s: the lanes stop, and continue by themselves."""
    with Server(binaries) as server:
        change(server, {"network": "stalls=15s+10s"})
        browser.open(address(server))
        wait_for_items(browser, 10)
        longest = still = 0
        says_so = False
        last = lanes(browser)["websocket"]["items"]
        for _ in range(32):
            time.sleep(1)
            items = lanes(browser)["websocket"]["items"]
            still = still + 1 if items == last else 0
            longest, last = max(longest, still), items
            says_so = says_so or "Nothing has arrived for" in browser.run("document.body.innerText")
        checks.check(f"{browser.name}: the network was silent", 6 <= longest <= 14, f"{longest} s")
        checks.check(f"{browser.name}: a silent lane says so", says_so, says_so)
        progress(checks, "after a network that was silent for 10 s", browser)
        browser.open("about:blank")


def restart(checks, browser, binaries):
    """The server stops; the page says so, and continues with the next server on the same port."""
    with Server(binaries) as first:
        port = first.port
        browser.open(address(first))
        wait_for_items(browser, 10)
    time.sleep(3)
    text = browser.run("document.getElementById('notice').innerText")
    checks.check(f"{browser.name}: the page says that the server does not answer", "not answer" in text, text)
    states = [lane["state"] for lane in lanes(browser).values()]
    checks.check(f"{browser.name}: no lane says that it receives", "live" not in states, states)
    with Server(binaries, "--port", str(port)):
        # The page asks every second, and loads itself again once another server answers.
        time.sleep(4)
        wait_for_items(browser, 30)
        progress(checks, "after a restart of the server", browser)


def capture(checks, binaries):
    """tshark counts the payload of the connections of each lane; the server's ledger has the same bytes."""
    if not shutil.which("tshark") or os.geteuid() != 0:
        print("NOT RUN: capturing needs tshark and permission")
        return
    with Server(binaries) as server, tempfile.TemporaryDirectory() as folder:
        change(server, {"interval": "3s"})
        ports = [lane["port"] for lane in get(server, "/page/setup.json")["lanes"]]
        path = os.path.join(folder, "lanes.pcapng")
        # With the address: a connection of another program can have the same port at another address.
        filters = "host 127.0.0.1 and (" + " or ".join(f"tcp port {port}" for port in ports) + ")"
        recorder = subprocess.Popen(["tshark", "-q", "-i", "lo", "-f", filters, "-w", path], stderr=subprocess.DEVNULL)
        try:
            time.sleep(3)
            # A new browser has no connections of earlier lanes.
            with Chromium() as browser:
                browser.open(address(server))
                wait_for_items(browser, 10, 20)
                # Without items, no byte is on its way while both counts are read.
                change(server, {"paused": True})
                time.sleep(4)
                seen = lanes(browser)
                requests = seen["short-poll"]["requests"]
                browser.wait(f"{LANES}['short-poll'].requests > {requests}", 5)
                time.sleep(1)
                reports = {name: get(server, f"/lanes/{lane['id']}") for name, lane in seen.items()}
                recorder.terminate()
                recorder.wait(10)
        finally:
            recorder.kill()
        compare(checks, path, ports, reports)


def compare(checks, path, ports, reports):
    fields = ("tcp.srcport", "tcp.dstport", "tcp.stream", "tcp.len", "tcp.payload")
    command = ["tshark", "-r", path, "-Y", "tcp.len > 0 and not tcp.analysis.retransmission", "-T", "fields"]
    for field in fields:
        command += ["-e", field]
    output = subprocess.check_output(command, text=True, stderr=subprocess.DEVNULL)
    rows = [line.split("\t") for line in output.splitlines()]
    for name, report in reports.items():
        needle = f"lane={report['id']}".encode().hex()
        streams = {row[2] for row in rows if needle in row[4]}
        of_lane = [row for row in rows if row[2] in streams]
        counted = {"up": sum(int(row[3]) for row in of_lane if int(row[1]) in ports),
                   "down": sum(int(row[3]) for row in of_lane if int(row[0]) in ports)}
        ledger = {direction: layer_sum(report, direction) for direction in ("up", "down")}
        checks.check(f"{name}: the ledger is the capture", counted == ledger, (counted, ledger))


def main(binaries):
    checks = Checks()
    for kind in (Chromium, Firefox):
        with checks.part(kind.__name__), kind() as browser:
            with checks.part("standstill"), Server(binaries) as server:
                reload(checks, browser, server)
                standstill(checks, browser, server)
                browser.open("about:blank")
            with checks.part("silence"):
                silence(checks, browser, binaries)
            with checks.part("restart"):
                restart(checks, browser, binaries)
    with checks.part("capture"):
        capture(checks, binaries)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
