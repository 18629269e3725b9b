#!/usr/bin/env python3
"""The inspectors in Chromium: examples, pasted and broken text, messages of lanes: inspector_check.py BINARIES"""

import json
import sys

from browsers import Chromium
from teaching_page import Checks, Server, address, wait_for_items


class Inspector:
    def __init__(self, browser, kind):
        self.browser, self.form = browser, f"document.querySelector('[data-inspector={kind}]')"
        browser.run(f"void document.querySelector('[data-view={kind}]').click()")

    def explain(self, text):
        """The text of the explanation."""
        self.browser.run(f"void ({self.form}.querySelector('.result').replaceChildren())")
        self.browser.run(f"void ({self.form}.querySelector('textarea').value = {json.dumps(text)})")
        self.browser.run(f"void {self.form}.requestSubmit()")
        return self.result()

    def examples(self):
        """Each example's key and its explanation."""
        options = f"Array.from({self.form}.querySelectorAll('option:not([hidden])'), (one) => one.value)"
        keys = self.browser.run(options)
        for key in keys:
            self.browser.run(f"void ({self.form}.querySelector('.result').replaceChildren())")
            self.browser.run(
                f"(() => {{ const one = {self.form}.querySelector('select'); one.value = {json.dumps(key)}; "
                f"one.dispatchEvent(new Event('change', {{bubbles: true}})); }})()")
            yield key, self.result()

    def from_lane(self):
        self.browser.run(f"void ({self.form}.querySelector('.result').replaceChildren())")
        self.browser.run(f"void {self.form}.querySelector('button[data-t=from_lane]').click()")
        return self.result(8)

    def result(self, seconds=5):
        result = f"{self.form}.querySelector('.result')"
        self.browser.wait(f"{result}.innerText.trim() !== ''", seconds)
        return self.browser.run(f"{result}.innerText")


def examples(checks, browser):
    for kind in ("handshake", "frames", "exchange"):
        for key, text in Inspector(browser, kind).examples():
            is_wrong = key in ("example_wrong_accept", "example_missing_upgrade", "example_bad_control")
            checks.check(f"{kind}, {key}: explained", ("✗" in text) == is_wrong, text[:400])


def frames(checks, browser):
    inspector = Inspector(browser, "frames")
    text = inspector.explain("81 85 37 fa 21 3d 7f 9f 4d 51 58")
    checks.check("the masked Hello is unmasked", "Hello" in text and "37 fa 21 3d" in text, text[:400])
    cells = "Array.from(document.querySelectorAll('#view-frames .bits td'), (one) => one.innerText).join('')"
    cells = browser.run(cells)
    checks.check("the header is shown bit by bit", cells == "1000000110000101", cells)
    text = inspector.explain("c1 07 f2 48 cd c9 c9 07 00")
    checks.check("the compressed Hello is inflated", "Hello" in text, text[:400])
    for broken, word in (("81 0", "digits"), ("zz", "hexadecimal"), ("", "no bytes")):
        text = inspector.explain(broken)
        checks.check(f"'{broken}' is refused with a sentence", "✗" in text and word in text, text[:300])


def handshake(checks, browser):
    inspector = Inspector(browser, "handshake")
    text = next(text for key, text in inspector.examples() if key == "example_rfc6455")
    checks.check("Sec-WebSocket-Accept is derived", "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" in text, text[:600])
    checks.check("nothing is wrong with it", "Nothing is wrong" in text, text[:300])
    text = inspector.explain("this is not a handshake")
    checks.check("a text that is not a handshake is refused", "✗" in text and "is not a handshake:" in text, text[:300])
    text = inspector.from_lane()
    checks.check("a live handshake is shown", "Upgrade" in text or "/ws?after=" in text, text[:600])


def live(checks, browser):
    text = Inspector(browser, "frames").from_lane()
    checks.check("the lane's frames are shown", "websocket frame" in text.lower(), text[:400])
    inspector = Inspector(browser, "exchange")
    text = inspector.from_lane()
    checks.check("the lane's polls are shown", "GET /poll?after=" in text, text[:400])


def pasted(checks, browser):
    """A text field has only LF; the page puts back the line ends that HTTP needs."""
    inspector = Inspector(browser, "exchange")
    head = "GET /events HTTP/1.1\nHost: a\n\nHTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n"
    text = inspector.explain(head + "d\nid: 1\ndata\n\n\n\n0\n\n")
    checks.check("a chunked body is explained", "✗" not in text and "id: 1" in text, text[:600])
    text = inspector.explain(head + "xyz\n")
    checks.check("what is not a chunk is refused", "✗" in text and "chunk size" in text, text[:600])


def chinese(checks, browser):
    """No part, meaning or mistake stays English."""
    browser.choose("language", "zh")
    english = """Array.from(document.querySelectorAll(".result [lang=en], .result strong"))
        .filter((one) => one.lang === "en" || /^[a-z]/.test(one.innerText)).map((one) => one.innerText)"""
    for kind in ("handshake", "frames", "exchange"):
        inspector = Inspector(browser, kind)
        for key, _ in inspector.examples():
            checks.check(f"{kind}, {key}: in Chinese", browser.run(english) == [], browser.run(english))
        for text in BROKEN[kind]:
            shown = inspector.explain(text)
            fine = "✗" in shown and browser.run(english) == []
            checks.check(f"{kind}, {text[:20]!r}: refused in Chinese", fine, (shown[:200], browser.run(english)))
        inspector.from_lane()
        checks.check(f"{kind} of the lane: in Chinese", browser.run(english) == [], browser.run(english))
    browser.choose("language", "en")


BROKEN = {
    "handshake": (
        "", "this is not a handshake", "POST /ws HTTP/1.0\r\nConnection: close\r\nUpgrade: h2c\r\n\r\n",
        "GET /ws HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: abc\r\nSec-WebSocket-Version: 12\r\nNo colon\r\n",
        "HTTP/1.1 403 Forbidden\r\n\r\n"),
    "frames": ("", "81 0", "zz", "b1 00", "83 00", "09 00", "89 7e 00 80", "82 7e 00 05 00", "80 00", "88 01 00",
               "88 02 03 ed", "81 02 c3 28", "c1 02 ff ff", "81"),
    "exchange": ("", "neither", "GET / HTTP/1.1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
}


def main(binaries):
    checks = Checks()
    with Server(binaries) as server, Chromium() as browser:
        browser.open(address(server))
        wait_for_items(browser, 15)
        for part in (examples, frames, handshake, live, pasted, chinese):
            with checks.part(part.__name__):
                part(checks, browser)
        complaints = [one for one in browser.complaints() if "422" not in one]
        checks.check("the console has no complaint", complaints == [], complaints)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
