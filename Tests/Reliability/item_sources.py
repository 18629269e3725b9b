"""Items from every source, `/publish`, standard input, replay and `record`: item_sources.py [--quick] BINARIES

Invalid UTF-8 never becomes a text frame, the same size limit applies everywhere, and the numbers of a recording are
checked before use. Bad input is refused at the start with FILE:LINE, or skipped with a warning and counted as
`refused_items`.
"""

import subprocess
import sys
import time

import hostile_server as hostile
from lab import (
    MEBIBYTE,
    Checks,
    Server,
    arguments,
    exchange,
    memory,
    request,
    run,
    scenario,
    scratch,
    stats,
    until,
    wire,
)

TOKEN = "a-token-of-this-check"
PUBLISHING = ("--feed", "external", "--publish-token", TOKEN)
NOT_UTF8 = {
    "Latin-1": b"caf\xe9",
    "a surrogate": b"\xed\xa0\x80",
    "a cut sequence": b"ab\xe2\x82",
    "FF FE": b"\xff\xfe",
}
UPGRADE = (
    b"GET /ws?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: pushlab.text.v1\r\n\r\n"
)


def publish(port, body, **fields):
    return request(port, "POST", "/publish", body, {"Authorization": f"Bearer {TOKEN}", **fields})


def text_frames(port):
    frames, _ = wire.read_frames(exchange(port, UPGRADE, 1).partition(b"\r\n\r\n")[2], are_masked=False)
    return [payload for first, payload in frames if first == wire.TEXT]


def is_utf8(data):
    try:
        data.decode()
        return True
    except UnicodeDecodeError:
        return False


def published(build, checks):
    with Server(build, *PUBLISHING) as server:
        for what, data in NOT_UTF8.items():
            status = publish(server.port, data)[0]
            checks.check(f"POST /publish of {what} is 400", status == 400, status)
        checks.check("POST /publish of UTF-8 is 201", publish(server.port, "café 漢".encode())[0] == 201)
        frames = text_frames(server.port)
        checks.check("every text frame is UTF-8", frames and all(is_utf8(each) for each in frames), frames)
        status = publish(server.port, b"a" * (1 << 20))[0]
        checks.check("POST /publish of 1 MiB is 201", status == 201, status)
        try:
            status = publish(server.port, b"a" * ((1 << 20) + 1))[0]
        except OSError as error:
            status = error
        checks.check(f"POST /publish of {MEBIBYTE + 1} B is 413", status == 413, status)


def replayed(build, checks, folder):
    for what, lines, dues, words in (
        ("a line that is not UTF-8", b"fine\ncaf\xe9\n", None, ("bad:2", "UTF-8")),
        ("a line above 1 MiB", b"fine\n" + b"a" * (MEBIBYTE + 1) + b"\n", None, ("bad:2",)),
        ("a due time of 2^63-1", b"a\n", b"9223372036854775807\n", ("bad.due:1",)),
        ("a due time of 2^63/1000", b"a\n", b"9223372036854775\n", ("bad.due:1",)),
        ("a due time of 9.3e15", b"a\n", b"9300000000000000\n", ("bad.due:1",)),
        ("a due time of 20 digits", b"a\n", b"99999999999999999999\n", ("bad.due:1",)),
    ):
        (folder / "bad").write_bytes(lines)
        (folder / "bad.due").unlink(missing_ok=True)
        if dues:
            (folder / "bad.due").write_bytes(dues)
        ending = run(
            "timeout", "5", build / "pushlab-server", "--port", 0, "--feed", f"replay:{folder / 'bad'}", seconds=20
        )
        checks.check(
            f"the server refuses {what} at the start with FILE:LINE",
            ending.code in (1, 2) and not ending.trapped and all(word in ending.complaint for word in words),
            ending,
        )
        path = scenario(
            folder, ("websocket",), name="bad-replay", feed='{source: "replay:bad"}', duration="1s", clients=1
        )
        for command in (
            ("validate", path),
            ("run", path, "--quiet", "--out", folder / f"out-{len(list(folder.iterdir()))}"),
        ):
            ending = run(build / "pushlab", *command)
            checks.check(
                f"pushlab {command[0]} refuses {what} with FILE:LINE",
                ending.code in (1, 2) and not ending.trapped and all(word in ending.complaint for word in words),
                ending,
            )
    (folder / "fine").write_bytes(b"a\nb\n")
    (folder / "fine.due").write_bytes(b"1000\n2000\n")
    for speed in ("0.000000000000000000001", "1e-300", "nan", "inf", "-1"):
        ending = run(
            "timeout",
            "3",
            build / "pushlab-server",
            "--port",
            0,
            "--feed",
            f"replay:{folder / 'fine'}",
            f"--speed={speed}",
            seconds=20,
        )
        # 124: it was still serving at the end of its time limit.
        checks.check(
            f"--speed {speed} is refused with a sentence, or served",
            not ending.trapped and ending.code in (2, 124),
            ending,
        )


def standard_input(build, checks):
    with Server(build, "--feed", "stdin", stdin=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        big = b"a" * (2 * MEBIBYTE)
        for line in (b"one", b"caf\xe9", b"two", big, "drei ä".encode()):
            server.process.stdin.write(line + b"\n")
        server.process.stdin.flush()
        until(lambda: stats(server.port)["newest"] >= 3, 3)
        time.sleep(0.2)
        status, _, body = request(server.port, "GET", "/poll?after=0")
        data = [line.split(b",", 2)[2] for line in body.splitlines()]
        checks.check(
            "stdin: lines that are too long or not UTF-8 are skipped, not changed",
            data == [b"one", b"two", "drei ä".encode()],
            [each[:20] for each in data],
        )
        counted = stats(server.port).get("refused_items")
        checks.check("stdin: both are counted as refused_items", counted == 2, counted)
        server.process.stdin.close()
        server.stop()
        complaint = server.process.stderr.read().decode()
        checks.check(
            "stdin: both cause a warning", complaint.count("\n") >= 1 and "UTF-8" in complaint, complaint[:200]
        )


def endless_line(build, checks, mebibytes):
    with Server(build, "--feed", "stdin", stdin=subprocess.PIPE) as server:
        before = server.resident_bytes()
        block = b"a" * MEBIBYTE
        for _ in range(mebibytes):
            server.process.stdin.write(block)
        server.process.stdin.write(b"\nlast\n")
        server.process.stdin.flush()
        until(lambda: stats(server.port)["newest"] >= 1, 5)
        time.sleep(0.3)
        grown = (memory(server.pid, "VmHWM") - before) / MEBIBYTE
        checks.check(
            f"a line of {mebibytes} MiB on stdin grows the server by less than 16 MiB",
            grown < 16,
            f"{grown:.0f} MiB",
        )
        body = request(server.port, "GET", "/poll?after=0")[2]
        checks.check(
            "a line above the limit on stdin is not an item; the next line is",
            body.endswith(b",last\n") and len(body) < 100,
            len(body),
        )
        server.process.stdin.close()


def recorded(build, checks, folder):
    items = [
        hostile.item(1, 1_000, "one"),
        b"2,rs," + b"caf\xe9",
        hostile.item(3, 2_000, "a" * (2 * MEBIBYTE)),
        hostile.item(4, 3_000, "four"),
    ]
    with Server(build) as server:
        clock = stats(server.port)
    with hostile.HostileServer("long-poll", hostile.once(*items), {**clock, "newest": 4}) as server:
        ending = run(
            build / "pushlab",
            "record",
            "--url",
            f"http://127.0.0.1:{server.port}",
            "--out",
            folder / "rec",
            "--duration",
            "2s",
            seconds=30,
        )
    kept = (folder / "rec").read_bytes().splitlines() if (folder / "rec").exists() else None
    checks.check(
        "record: items that are too long or not UTF-8 are skipped, not changed",
        kept == [b"one", b"four"],
        f"{[line[:20] for line in kept or []]}, {ending}",
    )
    checks.check("record: they cause a warning", "UTF-8" in ending.complaint, ending)
    ending = run("timeout", "2", build / "pushlab-server", "--port", 0, "--feed", f"replay:{folder / 'rec'}")
    checks.check("a recording can be replayed", ending.code == 124, ending)


def main():
    build, quick = arguments(__doc__)
    checks = Checks()
    with scratch() as folder:
        parts = {
            "published": lambda: published(build, checks),
            "replayed": lambda: replayed(build, checks, folder),
            "standard input": lambda: standard_input(build, checks),
            "an endless line": lambda: endless_line(build, checks, 40 if quick else 300),
            "recorded": lambda: recorded(build, checks, folder),
        }
        checks.run(parts)
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
