"""The teaching page as the checks see it: its address, its lanes and their figures."""

import json
import pathlib
import ssl
import sys
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Reliability"))
from lab import Checks, Server  # noqa: E402, F401  (the checks import both from here)

TRANSPORTS = ("short-poll", "long-poll", "http-stream", "sse", "websocket")
VIEWS = ("lanes", "tabs", "handshake", "frames", "exchange")

# One object per lane: the id, and the numbers of its row in the table of figures. Delays are in ms.
LANES = """(() => {
    document.getElementById("tables").open = true;
    const rows = document.querySelectorAll("#figures tbody tr");
    const names = ["items", "missed", "now", "p50", "p99", "age", "requests", "up", "down", "overhead"];
    return Object.fromEntries(Array.from(document.querySelectorAll(".lane"), (card, index) => {
        const cells = Array.from(rows[index]?.querySelectorAll("td") ?? []);
        const values = names.map((name, place) => {
            const value = cells[place]?.dataset.value;
            return [name, value === undefined || value === "" ? null : Number(value)];
        });
        const state = card.querySelector(".status").dataset.state;
        return [card.dataset.transport, {id: card.dataset.lane, state, ...Object.fromEntries(values)}];
    }));
})()"""


def address(server):
    """The page's address with the control token."""
    return server.announcement["control"]


def get(server, path, token=None):
    request = urllib.request.Request(server.url + path)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def token(server):
    return address(server).partition("#control=")[2]


def change(server, settings):
    """Changes settings as another page with the control token does; returns the new state."""
    request = urllib.request.Request(
        server.url + "/control", data=json.dumps(settings).encode(), method="POST",
        headers={"Authorization": f"Bearer {token(server)}", "Content-Type": "application/json"})
    # The certificate is of the server's own making.
    trust = ssl._create_unverified_context() if server.url.startswith("https:") else None
    with urllib.request.urlopen(request, timeout=10, context=trust) as answer:
        return json.load(answer)


def lanes(browser):
    return browser.run(LANES)


def wait_for_items(browser, seconds, count=1):
    """Waits until every lane has this many items; returns the seconds that it took."""
    expression = (f"(() => {{ const lanes = Object.values({LANES}); return lanes.length === 5 "
                  f"&& lanes.every((lane) => lane.items >= {count}); }})()")
    return browser.wait(expression, seconds, f"{count} items in all lanes")


def layer_sum(report, direction):
    return sum(report["layers"][direction].values())
