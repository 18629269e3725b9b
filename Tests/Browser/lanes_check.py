#!/usr/bin/env python3
"""The lanes in Chromium and Firefox: items, delays, bytes, controls, files and languages: lanes_check.py BINARIES"""

import csv
import pathlib
import sys
import tempfile
import time

from browsers import Chromium, Firefox
from teaching_page import TRANSPORTS, Checks, Server, address, change, get, lanes, layer_sum, token, wait_for_items


def lanes_receive(checks, browser, server):
    browser.open(address(server))
    took = wait_for_items(browser, 15)
    checks.check(f"{browser.name}: all lanes have items within 5 s", took <= 5, f"{took:.1f} s")
    late, seen = measured(browser)
    short, long, push = (seen[name]["p50"] for name in ("short-poll", "long-poll", "websocket"))
    # All lanes share the page's thread: what delays its timers reorders the lanes by as much.
    least = push - max(1, min(late, DISTURBED))
    checks.check(f"{browser.name}: the median of short polling is above 3 × long polling", short > 3 * long, seen)
    checks.check(f"{browser.name}: long polling takes {least:.1f} ms or more, as WebSocket", long >= least, seen)
    checks.check(f"{browser.name}: no item is missed", all(lane["missed"] == 0 for lane in seen.values()), seen)
    checks.check(f"{browser.name}: every lane receives", all(lane["state"] == "live" for lane in seen.values()), seen)
    complaints = browser.complaints()
    checks.check(f"{browser.name}: the console has no complaint", complaints == [], complaints)


# For 8 s: how late a timer of the page is, in ms, the 90th percentile.
LATENESS = """new Promise((resolve) => {
    const late = [];
    let due = performance.now() + 20;
    const tick = () => {
        late.push(performance.now() - due);
        due += 20;
        if (late.length < 400) setTimeout(tick, due - performance.now());
        else resolve(late.sort((a, b) => a - b)[360]);
    };
    setTimeout(tick, 20);
})"""
# Above this, in ms, another program took the browser's processor, and delays of a few ms say nothing.
DISTURBED = 5


def measured(browser):
    """How late timers were, and the figures of 8 s. They are measured again, at most twice, if the page was late."""
    for attempt in range(3):
        if attempt > 0:
            browser.click("restart")
        late = browser.run(LATENESS)
        print(f"{browser.name}: timers are {late:.1f} ms late")
        if late <= DISTURBED:
            break
    return late, lanes(browser)


# What each interface of a browser gets from the endpoints of the server's own port.
ENDPOINTS = """(async () => {
    const first = (source, event) => new Promise((resolve, reject) => {
        source.addEventListener(event, resolve, {once: true});
        source.addEventListener("error", () => reject(new Error(event + " failed")), {once: true});
    });
    const poll = await fetch("/poll?after=0");
    const long = await fetch("/long-poll?after=0");
    const stream = (await fetch("/stream?after=0")).body.getReader();
    const chunk = new TextDecoder().decode((await stream.read()).value);
    await stream.cancel();
    const source = new EventSource("/events?after=0");
    const event = await first(source, "message");
    source.close();
    const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws?after=0", ["pushlab.text.v1"]);
    const message = await first(socket, "message");
    socket.close(1000, "enough");
    const close = await first(socket, "close");
    const missing = await fetch("/no-such-path");
    return {
        poll: [poll.status, (await poll.text()).split(",")[0]], long: [long.status, (await long.text()).split(",")[0]],
        stream: chunk.split(",")[0], event: [event.lastEventId, event.data.split(",")[0]],
        socket: [socket.protocol, message.data.split(",")[0], close.code, close.wasClean], missing: missing.status,
    };
})()"""


def endpoints(checks, browser, _):
    """fetch, EventSource and WebSocket against every endpoint."""
    seen = browser.run(ENDPOINTS)
    wanted = {"poll": [200, "1"], "long": [200, "1"], "stream": "1", "event": ["1", "1"],
              "socket": ["pushlab.text.v1", "1", 1000, True], "missing": 404}
    for name, value in wanted.items():
        checks.check(f"{browser.name}: endpoint {name}", seen[name] == value, seen[name])
    # The browser itself writes that a path was not found.
    browser.complaints()


def token_is_hidden(checks, browser, server):
    shown = browser.run("location.href")
    checks.check("the address bar does not show the token", token(server) not in shown, shown)


def bytes_agree(checks, browser, server):
    """The page's figures are the server's, and the server's layers are the kernel's bytes."""
    # Without new items, the figures stay the same while they are compared.
    browser.click("pause")
    time.sleep(3)
    for name, lane in lanes(browser).items():
        report = get(server, f"/lanes/{lane['id']}")
        if name != "short-poll":  # It asks on.
            shown, counted = (lane["up"], lane["down"]), (layer_sum(report, "up"), layer_sum(report, "down"))
            checks.check(f"{name}: the page shows the server's bytes", shown == counted, (shown, counted))
        kernel = report["kernel"]
        layers = {direction: layer_sum(report, direction) for direction in ("up", "down")}
        checks.check(f"{name}: the layers are the kernel's count", layers == kernel, (layers, kernel))
        checks.check(f"{name}: the server has sent the items that the page has", report["items"] == lane["items"],
                     (report["items"], lane["items"]))
        checks.check(f"{name}: the server names the transport", report["transport"] == name, report["transport"])
    browser.click("pause")
    time.sleep(1)


def prediction(checks, browser, _):
    """A change asks for a prediction first, and is compared after."""
    browser.choose("set-interval", "250ms")
    browser.click("apply")
    browser.wait("document.getElementById('predict').open", 3)
    browser.run("void document.querySelector('input[name=\"short-poll delay\"][value=falls]').click()")
    browser.run("void document.querySelector('#predict button[value=apply]').click()")
    browser.wait("document.querySelector('#reveal-table td') !== null", 30)
    text = browser.run("document.querySelector('#reveal-table tbody tr').innerText")
    checks.check("the prediction that short polling becomes faster is right", "✓" in text, text)
    lead = browser.run("document.getElementById('reveal-lead').innerText")
    checks.check("the page counts right predictions", "1 of 1" in lead, lead)
    browser.click("reveal-close")


def downloaded(downloads, count):
    """Waits for this many files; returns their paths by kind and extension, such as "summary.csv"."""
    deadline = time.monotonic() + 10
    while True:
        paths = [one for one in downloads.iterdir() if one.suffix in (".csv", ".svg", ".png")]
        if len(paths) >= count or time.monotonic() > deadline:
            return {path.name.split("-")[1] + path.suffix: path for path in paths}
        time.sleep(0.1)


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files(checks, browser, downloads):
    for button in ("save-summary", "save-layers", "save-svg", "save-png"):
        browser.click(button)
    found = downloaded(downloads, 4)
    rows = read_csv(found["summary.csv"])
    names = [row["transport"] for row in rows]
    segments = len(rows) // len(TRANSPORTS)
    checks.check("summary.csv has a row per lane and segment", names == max(2, segments) * list(TRANSPORTS), names)
    intervals = [row["poll_interval_ms"] for row in rows[::5]]
    checks.check("summary.csv has the settings", intervals[-2:] == ["1000", "250"], intervals)
    variants = [row["variant"] for row in rows[-5:]]
    checks.check("and those without a column", variants == ["interval-250ms", "hold-25s", "", "", ""], variants)
    polls = [float(row["items_per_response"] or "1") for row in rows if row["transport"] == "long-poll"]
    checks.check("a response has an item or more", min(polls) >= 1, polls)
    layers = read_csv(found["layers.csv"])
    checks.check("layers.csv has bytes", sum(int(row["bytes"]) for row in layers) > 1_000, layers[:3])
    checks.check("the SVG is one", found["lanes.svg"].read_text().startswith("<svg "), found)
    checks.check("the PNG is one", found["lanes.png"].read_bytes()[:4] == b"\x89PNG", found)


def languages(checks, browser, _):
    browser.choose("language", "zh")
    text = browser.run("document.body.innerText")
    checks.check("the page is in Chinese", "短轮询" in text and "Long polling" not in text, text[:300])
    browser.choose("language", "en")
    text = browser.run("document.body.innerText")
    checks.check("the page is in English again", "Short polling" in text and "短轮询" not in text, text[:300])


def connections(checks, browser, _):
    """Of eight tabs with a stream, a browser opens six over HTTP/1.1."""
    browser.run("void document.querySelector('[data-view=tabs]').click()")
    browser.run("void document.getElementById('tabs-form').requestSubmit()")
    time.sleep(3)
    states = browser.run("Array.from(document.querySelectorAll('#tabs-list li'), (tab) => tab.dataset.state)")
    checks.check("six of eight tabs are open", states == 6 * ["open"] + 2 * ["waiting"], states)
    browser.click("tabs-ask")
    time.sleep(1.5)
    text = browser.run("document.getElementById('tabs-result').innerText")
    checks.check("one more request waits", "has waited" in text, text)
    browser.click("tabs-close")
    browser.run("void document.querySelector('[data-view=lanes]').click()")


def encrypted(checks, server, make_browser):
    """Over TLS the browser uses HTTP/2: the lanes receive, and the limit of six does not apply."""
    with make_browser() as browser:
        browser.open(address(server))
        took = wait_for_items(browser, 15)
        checks.check(f"{browser.name}, TLS: all lanes have items", took <= 10, f"{took:.1f} s")
        browser.run("void document.querySelector('[data-view=tabs]').click()")
        browser.run("void document.getElementById('tabs-form').requestSubmit()")
        time.sleep(3)
        states = browser.run("Array.from(document.querySelectorAll('#tabs-list li'), (tab) => tab.dataset.state)")
        checks.check(f"{browser.name}, HTTP/2: all eight tabs are open", states == 8 * ["open"], states)
        reports = browser.run(
            "Promise.all(Array.from(document.querySelectorAll('.lane'), (lane) => "
            "fetch('/lanes/' + lane.dataset.lane).then((one) => one.json())))")
        for report in reports:
            name = f"{browser.name}, TLS: {report['transport']}"
            tls = report["layers"]["down"]["tls"]
            checks.check(f"{name} has bytes of TLS", tls > 500, tls)
            for direction in ("up", "down"):
                whole = report["plaintext"][direction] + report["tls"][direction]
                checks.check(f"{name} has each byte in a layer", layer_sum(report, direction) == whole, report)
            checks.check(f"{name} has items", report["items"] > 0, report)


def dropped(checks, browser, _):
    """Dropped connections are replaced, and no item is missed."""
    before = lanes(browser)
    browser.click("drop")
    time.sleep(4)
    after = lanes(browser)
    for name in TRANSPORTS:
        more = after[name]["items"] - before[name]["items"]
        checks.check(f"{name}: receives again after a drop", more > 10 and after[name]["missed"] == 0, after[name])
    # The browser itself writes that connections have failed.
    browser.complaints()


def cookies(checks, browser, server):
    """Each choice of the request cookie has its size."""
    sizes = browser.run("Array.from(document.querySelectorAll('#set-cookie option'), (one) => one.value)")
    wanted = {"0B": 0, "300B": 300, "900B": 900, "2kB": 2_000}
    checks.check("the choices of the cookie are known", sizes == list(wanted), sizes)
    for size in (*sizes[1:], sizes[0]):
        change(server, {"cookie": size})
        browser.wait(f"document.getElementById('set-cookie').value === '{size}'", 5)
        time.sleep(0.5)
        length = browser.run("document.cookie.length")
        checks.check(f"the cookie of {size} has this size", length == wanted[size], length)


def broken_address(checks, browser, server):
    """With a token that cannot be decoded the page works, and says that it cannot change anything."""
    browser.run("sessionStorage.clear()")
    browser.open("about:blank")
    browser.open(server.url + "/#control=%")
    wait_for_items(browser, 10)
    hidden = browser.run("document.getElementById('control-permission').hidden")
    checks.check("without a readable token, the page says so", hidden is False, hidden)


def visitors(checks, browser, server):
    """Without the token, the controls are shown and cannot be used."""
    browser.run("sessionStorage.clear()")
    browser.open(server.url + "/")
    wait_for_items(browser, 10)
    state = browser.run("[document.getElementById('control-fields').disabled, "
                        "document.getElementById('apply').disabled, "
                        "document.getElementById('control-permission').hidden]")
    checks.check("a visitor cannot change anything", state == [True, True, False], state)
    refused = browser.run("fetch('/control', {method: 'POST', body: '{}'}).then((one) => one.status)")
    checks.check("a change without the token gets 403", refused == 403, refused)


def main(binaries):
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder, Server(binaries) as server:
        downloads = pathlib.Path(folder)
        with Chromium(downloads) as browser:
            for part in (lanes_receive, endpoints, token_is_hidden, bytes_agree, prediction):
                with checks.part(part.__name__):
                    part(checks, browser, server)
            with checks.part("files"):
                files(checks, browser, downloads)
            for part in (languages, connections, dropped, cookies, broken_address, visitors):
                with checks.part(part.__name__):
                    part(checks, browser, server)
        with checks.part("encrypted"), Server(binaries, "--tls", "self-signed") as encrypted_server:
            for make_browser in (Chromium, Firefox):
                encrypted(checks, encrypted_server, make_browser)
        with checks.part("Firefox"), Firefox() as browser:
            lanes_receive(checks, browser, server)
            endpoints(checks, browser, server)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
