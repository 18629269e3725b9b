"""Reads the feed with curl over every HTTP transport: python3 Tests/Interop/curl_check.py .build/debug

Checks that curl gets the items of short polls, long polls, streams and SSE from a plain URL, that decompression,
validation and resumption work, and that publishing needs the token.
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
    # The feed lasts two seconds, and its streams end one second later.
    stream = curl(f"{server.base}/stream?after=0", patience=8)
    expect(stream.returncode == 0, "curl reads /stream until it ends, shortly after the feed")
    expect(sequences(stream.stdout.splitlines()) == everything, "/stream has every item, one per line")
    resumed = curl(f"{server.base}/events?after=0", "-H", "Last-Event-ID: 30", patience=1)
    events = resumed.stdout.split("\n\n")
    expect(events[0].startswith("retry: "), "/events begins with the reconnection time")
    ids = [int(line[4:]) for event in events for line in event.splitlines() if line.startswith("id: ")]
    data = sequences(line[6:] for event in events for line in event.splitlines() if line.startswith("data: "))
    expect(ids == data == everything[30:], "/events resumes after Last-Event-ID; each id is the item's sequence")
    complete = curl("-i", f"{server.base}/events?after={ITEMS}")
    expect(complete.stdout.startswith("HTTP/1.1 204 "), "a client with every item of an ended feed gets 204")


def check_polls(server):
    poll = curl("--compressed", "-D", "-", f"{server.base}/poll?after=0")
    expect("Content-Encoding: gzip" in poll.stdout, "curl --compressed gets a compressed response")
    expect(sequences(poll.stdout.splitlines()) == list(range(1, ITEMS + 1)), "curl decompresses it")
    unchanged = curl("-i", "-H", f'If-None-Match: "{ITEMS}"', f"{server.base}/poll?after={ITEMS}")
    expect(unchanged.stdout.startswith("HTTP/1.1 304 "), "a poll with the newest tag gets 304")
    held = curl("-i", f"{server.base}/long-poll?after={ITEMS}&hold=200ms")
    expect(held.stdout.startswith("HTTP/1.1 204 "), "a long poll without new items gets 204")
    old = curl("--http1.0", "--raw", f"{server.base}/stream?after={ITEMS - 2}", patience=1)
    lines = old.stdout.splitlines()
    expect(len(lines) == 2 and sequences(lines) == [ITEMS - 1, ITEMS], "HTTP/1.0 gets a stream without chunks")


def check_http2(base, *options):
    """`options` select how curl negotiates HTTP/2."""
    everything = list(range(1, ITEMS + 1))
    poll = curl(*options, "-i", f"{base}/poll?after=0")
    expect(poll.stdout.startswith("HTTP/2 200"), f"a poll uses HTTP/2 with {options[0]}")
    expect(sequences(poll.stdout.splitlines()) == everything, "a poll over HTTP/2 has every item")
    if "--http2" in options:
        # With prior knowledge curl 7.88 fails the second request on a connection (exit code 16) without sending it;
        # nghttp does not.
        several = curl(*options, *(f"{base}/long-poll?after={after}" for after in (ITEMS - 1, ITEMS - 2, ITEMS - 3)))
        expect(sequences(several.stdout.splitlines()) == [ITEMS] + everything[-2:] + everything[-3:],
               "several requests share one connection")
    for path in ("/stream", "/events"):
        stream = curl(*options, f"{base}{path}?after={ITEMS - 2}", patience=1)
        lines = [line.removeprefix("data: ") for line in stream.stdout.splitlines()]
        expect(sequences(lines) == everything[-2:], f"{path} has its items, without chunk framing")
    missing = curl(*options, "-i", f"{base}/nothing")
    expect(missing.stdout.startswith("HTTP/2 404"), "a missing page is 404")


def check_publishing(server):
    refused = curl("-i", "-d", "hello", f"{server.base}/publish")
    expect(refused.stdout.startswith("HTTP/1.1 401 "), "publishing without the token is refused")
    token = server.announcement["publish_token"]
    done = curl("-i", "-H", f"Authorization: Bearer {token}", "-d", "hello", f"{server.base}/publish")
    expect(done.stdout.startswith("HTTP/1.1 201 "), "publishing with the token succeeds")
    expect(curl(f"{server.base}/poll?after=0").stdout.endswith(",hello\n"), "the published item is in the feed")


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".build/debug")
    print(subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0])
    with Server(folder, "--rate", "20/s", "--feed-duration", f"{ITEMS * 50 + 25}ms") as server:
        check_streams(server)
        check_polls(server)
        check_http2(server.base, "--http2-prior-knowledge")
        stats = json.loads(curl(f"{server.base}/stats").stdout)["feed_http2"]
        expect(min(stats[way][what] for way in ("up", "down") for what in ("head_bytes", "framing_bytes")) > 0,
               "the server has counted the HTTP/2 frames")
    with Server(folder, "--tls", "self-signed", "--rate", "100/s", "--feed-duration", f"{ITEMS * 10 + 5}ms") as server:
        time.sleep(1)
        check_http2(server.base.replace("http:", "https:"), "--http2", "--insecure")
    with Server(folder, "--feed", "external") as server:
        check_publishing(server)
        held = subprocess.Popen(["curl", "--silent", "--no-buffer", "--http2-prior-knowledge", f"{server.base}/events"],
                                stdout=subprocess.PIPE)
        expect(held.stdout.readline().startswith(b"retry: "), "an HTTP/2 stream begins at once")
        expect(held.poll() is None, "an HTTP/2 stream stays open while its feed continues")
    expect(held.wait(timeout=10) == 0, "curl exits with 0 when the server stops")
    expect(server.process.returncode == 0, "the server exits with 0")


main()
