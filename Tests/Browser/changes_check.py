#!/usr/bin/env python3
"""A changed network in every lane, quick changes on a slow server, files saved over TLS: changes_check.py BINARIES"""

import pathlib
import sys
import tempfile
import time

from browsers import Chromium
from lanes_check import downloaded, read_csv
from teaching_page import TRANSPORTS, Checks, Server, address, change, lanes, wait_for_items

# Round-trip time of the simulated network, ms; half of it is the least delay.
ROUND_TRIP = 200


def network(checks, browser, server):
    """A change of the network holds for every lane, also where the browser would use a connection again."""
    browser.open(address(server))
    wait_for_items(browser, 15)
    time.sleep(3)
    change(server, {"network": f"rtt={ROUND_TRIP}ms"})
    time.sleep(9)
    seen = lanes(browser)
    for name in TRANSPORTS:
        checks.check(f"{name}: the network delays items", seen[name]["p50"] >= ROUND_TRIP / 2, seen[name])
        checks.check(f"{name}: no item is missed", seen[name]["missed"] == 0, seen[name])
    change(server, {"network": "none"})
    time.sleep(6)
    seen = lanes(browser)
    for name in TRANSPORTS[1:]:
        checks.check(f"{name}: without the network the delay is short", seen[name]["p50"] < ROUND_TRIP / 2, seen[name])
    # The browser itself writes that connections have failed.
    browser.complaints()


def encrypted_files(checks, server):
    """Over TLS, each byte of the saved files is an item, set-up or overhead, and the page shows the same overhead."""
    with tempfile.TemporaryDirectory() as folder, Chromium(pathlib.Path(folder)) as browser:
        browser.open(address(server))
        wait_for_items(browser, 15)
        # Without new items, the figures stay the same while they are saved.
        browser.click("pause")
        time.sleep(4)
        compare_files(checks, browser, pathlib.Path(folder))


def compare_files(checks, browser, downloads):
    name = f"{browser.name}, TLS"
    for button in ("save-summary", "save-layers"):
        browser.click(button)
    # The table is drawn twice per second.
    time.sleep(1)
    seen = lanes(browser)
    found = downloaded(downloads, 2)
    layers = read_csv(found["layers.csv"])
    sources = {row["provenance"] for row in layers}
    checks.check(f"{name}: all layers are counted", sources == {"counted"}, sources)
    for row in read_csv(found["summary.csv"]):
        lane = f"{name}: {row['transport']}"
        columns = ("tcp_payload_bytes_up", "tcp_payload_bytes_down", "payload_bytes_total", "setup_bytes_total",
                   "overhead_bytes_total")
        up, down, items, setup, overhead = (int(row[column]) for column in columns)
        checks.check(f"{lane}: overhead is TCP payload - items - set-up", overhead == up + down - items - setup, row)
        counted = [sum(int(one["bytes"]) for one in layers
                       if (one["transport"], one["direction"]) == (row["transport"], direction))
                   for direction in ("up", "down")]
        checks.check(f"{lane}: the layers are the TCP payload", counted == [up, down], (counted, row))
        if row["transport"] != "short-poll":  # It asks on.
            saved, shown = float(row["overhead_bytes_per_item"]), seen[row["transport"]]["overhead"]
            checks.check(f"{lane}: the page shows the saved overhead", abs(saved - shown) < 0.01, (saved, shown))


# Each answer about the feed is slower than the next, and the clock takes longer to answer than the page's period.
SLOW_SERVER = """(() => {
    const real = window.fetch;
    window.slow = {restore: () => window.fetch = real, waiting: 0, most: 0, ids: new Set()};
    let delay = 3000;
    const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
    window.fetch = async (path, options) => {
        if (path === "/stats") {
            delay = Math.max(0, delay - 1000);
            await pause(delay);
        } else if (path === "/page/clock") {
            window.slow.waiting += 1;
            window.slow.most = Math.max(window.slow.most, window.slow.waiting);
            await pause(2500);
            window.slow.waiting -= 1;
        }
        return real(path, options);
    };
    const card = document.querySelector(".lane");
    new MutationObserver(() => window.slow.ids.add(card.dataset.lane)).observe(card, {attributes: true});
})()"""


def quick_changes(checks, browser, server):
    """While the server is slow, two changes restart the lanes once, and requests do not pile up."""
    first = lanes(browser)["short-poll"]["id"]
    browser.run(f"void {SLOW_SERVER}")
    for interval in ("500ms", "2s"):
        change(server, {"interval": interval})
    time.sleep(4)
    lead = browser.run("document.getElementById('reveal-lead').innerText")
    checks.check("the last of two quick changes is in effect", "→ 2 s" in lead, lead)
    ids = browser.run("(slow.restore(), Array.from(slow.ids))")
    checks.check("two quick changes restart the lanes once", len(set(ids) - {first}) == 1, ids)
    most = browser.run("slow.most")
    checks.check("the page waits for an answer before it asks again", most == 1, most)
    browser.click("reveal-close")


def main(binaries):
    checks = Checks()
    for options in ((), ("--tls", "self-signed")):
        with checks.part("network"), Server(binaries, *options) as server, Chromium() as browser:
            network(checks, browser, server)
    with checks.part("quick_changes"), Server(binaries) as server, Chromium() as browser:
        browser.open(address(server))
        wait_for_items(browser, 15)
        quick_changes(checks, browser, server)
    with checks.part("encrypted_files"), Server(binaries, "--tls", "self-signed") as server:
        encrypted_files(checks, server)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
