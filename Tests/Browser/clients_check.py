#!/usr/bin/env python3
"""Pages of Chromium and Firefox as clients of `pushlab load`: clients_check.py BINARIES"""

import csv
import pathlib
import shutil
import subprocess
import sys
import tempfile

from teaching_page import TRANSPORTS, Checks, Server

PATHS = {"short-poll": "/poll?after=", "long-poll": "/long-poll?after=", "http-stream": "/stream?after=",
         "sse": "/events?after=", "websocket": "/ws?after="}
# A word of the browser's `User-Agent`.
BROWSERS = {"chromium": "Chrome/", "firefox": "Firefox/"}
CLIENTS = 3


def rows(folder, name):
    with open(folder / name, newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def load(binaries, folder, server, browser, transport):
    shutil.rmtree(folder, ignore_errors=True)
    options = ["--interval", "250ms"] if transport == "short-poll" else []
    return subprocess.run(
        [binaries / "pushlab", "load", "--url", server.url, "--transport", transport, "--browser", browser,
         "--clients", str(CLIENTS), "--duration", "3s", "--warmup", "1s", "--out", folder, "--quiet", *options],
        capture_output=True, text=True, timeout=120)


def receives(checks, binaries, folder, browser, transport):
    name = f"{browser}, {transport}"
    with Server(binaries, "--rate", "20/s", "--payload", "128B") as server:
        process = load(binaries, folder, server, browser, transport)
    row = rows(folder, "summary.csv")[0]
    seen = f"exit code {process.returncode}, {process.stderr.strip()}, {row['invalid_reason']}"
    checks.check(f"{name}: the variant names the browser", row["variant"].startswith(f"browser-{browser}"),
                 row["variant"])
    for column, wanted in (("missed", "0"), ("duplicate", "0"), ("reordered", "0"), ("errors", "0"),
                           ("conserved", "true"), ("bytes_valid", "true"), ("clients", str(CLIENTS))):
        checks.check(f"{name}: {column} is {wanted}", row[column] == wanted, f"{row[column]}; {seen}")
    # 20 items per second within 3 s, for each page.
    checks.check(f"{name}: every page has the items", int(row["unique"]) >= 55 * CLIENTS, row["unique"])
    for direction in ("up", "down"):
        counted = sum(int(layer["bytes"]) for layer in rows(folder, "layers.csv")
                      if layer["direction"] == direction and layer["layer"] != "tcp_ip")
        kernel = int(row[f"kernel_tcp_bytes_{direction}"])
        checks.check(f"{name}, {direction}: the layers add up to the kernel's count", counted == kernel > 0,
                     f"{counted} B, {kernel} B")
    page = rows(folder, "browser.csv")[0]
    head = page["request_head"]
    checks.check(f"{name}: the request is that of the browser",
                 head.startswith(f"GET {PATHS[transport]}") and BROWSERS[browser] in head, head)
    checks.check(f"{name}: the browser is named", BROWSERS[browser] in page["user_agent"] and page["browser_version"],
                 page)
    checks.check(f"{name}: the error of the pages' clocks is below 5 ms", 0 < int(page["clock_error_us"]) < 5_000,
                 page["clock_error_us"])
    median = float(page["page_delay_p50_us"] or -1)
    checks.check(f"{name}: the median delay inside the browser is known", 0 <= median < 50_000,
                 page["page_delay_p50_us"])
    print(f"{name}: {page['page_delay_p50_us']} us in the browser, clock error {page['clock_error_us']} us")
    left = list(pathlib.Path(tempfile.gettempdir()).glob(f"pushlab-{browser}-*"))
    checks.check(f"{name}: the profile is removed", left == [], left)


def main(binaries):
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="pushlab-clients-") as text:
        for browser in BROWSERS:
            for transport in TRANSPORTS:
                with checks.part(f"{browser}, {transport}"):
                    receives(checks, binaries, pathlib.Path(text) / "run", browser, transport)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
