"""Real curl against every way that HTTP carries the feed: python3 Tests/Interop/curl_check.py .build/debug

Holds that curl, told nothing but an address, gets the items of short and long polls, streams and events, that it can
decompress, validate and resume, and that it may publish only with the token.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

ITEMS = 40
LINE = re.compile(r"^([0-9a-z]+),[0-9a-z]+,(.*)$")


def curl(*arguments, patience=10):
    command = ["curl", "--silent", "--show-error", "--no-buffer", "--max-time", str(patience), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=patience + 5)


def expect(condition, what):
    if not condition:
        sys.exit(f"curl_check: {what}")
    print(f"ok: {what}")


def sequences(lines):
    found = [LINE.match(line) for line in lines]
    return [int(match.group(1), 36) for match in found if match]


class Server:
    def __init__(self, folder, *arguments):
        self.process = subprocess.Popen(
            [folder / "pushlab-server", *arguments], stdout=subprocess.PIPE, text=True)
        self.announcement = json.loads(self.process.stdout.readline())
        self.base = f"http://127.0.0.1:{self.announcement['port']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)


def check_streams(server):
    everything = list(range(1, ITEMS + 1))
    # The feed goes on for two seconds, and its streams end one later.
    stream = curl(f"{server.base}/stream?after=0", patience=8)
    expect(stream.returncode == 0, "curl reads /stream until it ends, a little after its feed")
    expect(sequences(stream.stdout.splitlines()) == everything, "/stream has every item, an item a line")
    resumed = curl(f"{server.base}/events?after=0", "-H", "Last-Event-ID: 30", patience=1)
    events = resumed.stdout.split("\n\n")
    expect(events[0].startswith("retry: "), "/events begins with the time to wait")
    ids = [int(line[4:]) for event in events for line in event.splitlines() if line.startswith("id: ")]
    data = sequences(line[6:] for event in events for line in event.splitlines() if line.startswith("data: "))
    expect(ids == data == everything[30:], "/events goes on behind Last-Event-ID, and each id is its item's sequence")
    dismissed = curl("-i", f"{server.base}/events?after={ITEMS}")
    expect(dismissed.stdout.startswith("HTTP/1.1 204 "), "who has all of a feed that has ended is sent away")


def check_polls(server):
    poll = curl("--compressed", "-D", "-", f"{server.base}/poll?after=0")
    expect("Content-Encoding: gzip" in poll.stdout, "a poll by curl --compressed is answered compressed")
    expect(sequences(poll.stdout.splitlines()) == list(range(1, ITEMS + 1)), "and curl decompresses it")
    unchanged = curl("-i", "-H", f'If-None-Match: "{ITEMS}"', f"{server.base}/poll?after={ITEMS}")
    expect(unchanged.stdout.startswith("HTTP/1.1 304 "), "a poll that knows the newest tag is answered 304")
    held = curl("-i", f"{server.base}/long-poll?after={ITEMS}&hold=200ms")
    expect(held.stdout.startswith("HTTP/1.1 204 "), "a long poll without news is answered 204")
    old = curl("--http1.0", "--raw", f"{server.base}/stream?after={ITEMS - 2}", patience=1)
    lines = old.stdout.splitlines()
    expect(len(lines) == 2 and sequences(lines) == [ITEMS - 1, ITEMS], "HTTP/1.0 gets a stream without chunks")


def check_http2(base, *options):
    """`options` say how curl comes to speak HTTP/2."""
    everything = list(range(1, ITEMS + 1))
    poll = curl(*options, "-i", f"{base}/poll?after=0")
    expect(poll.stdout.startswith("HTTP/2 200"), f"a poll is answered by HTTP/2 {options[0]}")
    expect(sequences(poll.stdout.splitlines()) == everything, "with every item")
    if "--http2" in options:
        # With prior knowledge curl 7.88 fails its second request on a connection (exit 16) and sends nothing; nghttp
        # does not.
        several = curl(*options, *(f"{base}/long-poll?after={after}" for after in (ITEMS - 1, ITEMS - 2, ITEMS - 3)))
        expect(sequences(several.stdout.splitlines()) == [ITEMS] + everything[-2:] + everything[-3:],
               "several requests go over one connection")
    for path in ("/stream", "/events"):
        stream = curl(*options, f"{base}{path}?after={ITEMS - 2}", patience=1)
        lines = [line.removeprefix("data: ") for line in stream.stdout.splitlines()]
        expect(sequences(lines) == everything[-2:], f"{path} has its items, without chunk framing")
    missing = curl(*options, "-i", f"{base}/nothing")
    expect(missing.stdout.startswith("HTTP/2 404"), "what is not there is 404")


def check_publishing(server):
    refused = curl("-i", "-d", "hello", f"{server.base}/publish")
    expect(refused.stdout.startswith("HTTP/1.1 401 "), "publishing without the token is refused")
    token = server.announcement["publish_token"]
    done = curl("-i", "-H", f"Authorization: Bearer {token}", "-d", "hello", f"{server.base}/publish")
    expect(done.stdout.startswith("HTTP/1.1 201 "), "publishing with it is done")
    expect(curl(f"{server.base}/poll?after=0").stdout.endswith(",hello\n"), "and the item is in the feed")


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".build/debug")
    print(subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0])
    with Server(folder, "--rate", "20/s", "--feed-duration", f"{ITEMS * 50 + 25}ms") as server:
        check_streams(server)
        check_polls(server)
        check_http2(server.base, "--http2-prior-knowledge")
        stats = json.loads(curl(f"{server.base}/stats").stdout)["feed_http2"]
        expect(min(stats[way][what] for way in ("up", "down") for what in ("head_bytes", "framing_bytes")) > 0,
               "the server has counted the frames")
    with Server(folder, "--tls", "self-signed", "--rate", "100/s", "--feed-duration", f"{ITEMS * 10 + 5}ms") as server:
        time.sleep(1)
        check_http2(server.base.replace("http:", "https:"), "--http2", "--insecure")
    with Server(folder, "--feed", "external") as server:
        check_publishing(server)
        held = subprocess.Popen(["curl", "--silent", "--no-buffer", "--http2-prior-knowledge", f"{server.base}/events"],
                                stdout=subprocess.PIPE)
        expect(held.stdout.readline().startswith(b"retry: "), "a stream of HTTP/2 begins at once")
        expect(held.poll() is None, "and stays, for its feed goes on")
    expect(held.wait(timeout=10) == 0, "it ends well when the server stops")
    expect(server.process.returncode == 0, "and the server ends with 0")


main()
