"""Checks one feed on several servers through Redis: python3 redis_check.py BUILD_FOLDER

`pushlab feed` writes a stream of a real redis-server (Debian's package), and `pushlab-server`s follow it: they have the
same items, sequences, cursors and epoch; Redis is killed and started again; a server starts late; Redis drops entries.
Without redis-server the script exits with 1 and names the missing program. Prints "N passed, N failed"; exits with 1 if
a check failed.
"""
import http.client
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

from redis_feed import PATIENCE, Feed, Redis, need_redis, wait_for
from wire import Server, Tally


def get(port, target):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", target)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def stats(port):
    return json.loads(get(port, "/stats")[1])


def has_newest(port, sequence):
    return lambda: stats(port)["newest"] >= sequence


def due_times(port):
    items = json.loads(get(port, "/feed/schedule")[1])["items"]
    return {item["sequence"]: item["due_ns"] for item in items}


class Stream(threading.Thread):
    """A client that stays connected to /stream and keeps every line."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.connection.request("GET", "/stream?after=0")
        self.answer = self.connection.getresponse()
        self.lines = []
        self.start()

    def run(self):
        try:
            for line in self.answer:
                self.lines.append(line.decode().rstrip("\n"))
        except OSError:
            pass


def check_two_servers(tally, build, redis):
    """Two servers, one of them late, have what a single server with the same options has."""
    url = redis.url("two")
    options = ("--rate", "200/s", "--seed", "7", "--arrivals", "poisson")
    with Feed(build, *options, "--duration", "2s", "--to", url) as feed:
        with Server(build, "--no-page", "--feed", url) as first:
            wait_for(has_newest(first.port, 50), "50 items")
            with Server(build, "--no-page", "--feed", url, "--threads", "2") as late:
                tally.check("the late server has the history at its first answer", stats(late.port)["newest"] >= 50)
                tally.check("the feed ends with 0", feed.wait() == 0)
                newest = int(feed.sentences[-1].split()[-1])
                for server in (first, late):
                    wait_for(has_newest(server.port, newest), "all items")
                bodies = [get(server.port, "/poll?after=0")[1] for server in (first, late)]
                tally.check("both servers have all items", [body.count("\n") for body in bodies] == [newest] * 2)
                tally.check("both servers have the same items", bodies[0] == bodies[1])
                for cursor in (1, 42, newest - 1):
                    same = [get(server.port, f"/poll?after={cursor}") for server in (first, late)]
                    tally.check(f"cursor {cursor} means the same", same[0] == same[1] and same[0][0] == 200)
                epochs = {stats(server.port)["epoch_ns"] for server in (first, late)}
                tally.check("both servers have one epoch", len(epochs) == 1)
                tally.check("both are connected", all(stats(s.port)["feed_source_connected"] for s in (first, late)))
                dues = [due_times(server.port) for server in (first, late)]
                tally.check("both servers have the same due times", dues[0] == dues[1] and len(dues[0]) == newest)
                check_same_as_own(tally, build, options, bodies[0], newest)


def check_same_as_own(tally, build, options, body, newest):
    with Server(build, "--no-page", *options, "--feed-duration", "2s") as own:
        wait_for(lambda: stats(own.port)["feed_ended"], "the end of the feed")
        tally.check("the items are those of a server's own feed", get(own.port, "/poll?after=0")[1] == body)
        tally.check("the number of items", stats(own.port)["newest"] == newest)


def check_restart(tally, build, redis):
    """Redis is killed and started again: clients stay connected and get every item once."""
    url = redis.url("restart")
    with Feed(build, "--rate", "100/s", "--to", url) as feed, \
            Server(build, "--no-page", "--feed", url) as first, Server(build, "--no-page", "--feed", url) as second:
        clients = [Stream(server.port) for server in (first, second)]
        for _ in range(2):
            reached = max(len(client.lines) for client in clients)
            wait_for(lambda: min(len(client.lines) for client in clients) > reached + 30, "30 more items")
            redis.kill()
            for server in (first, second):
                wait_for(lambda: not stats(server.port)["feed_source_connected"], "the server sees that Redis is gone")
            time.sleep(0.5)
            redis.start()
        reached = int(redis.call("XREVRANGE", "restart", "+", "-", "COUNT", 1)[0][0].split("-")[0])
        wait_for(lambda: min(len(client.lines) for client in clients) > reached + 50, "items after the restart")
        for name, client in zip(("first", "second"), clients):
            numbers = [int(line.split(",")[0], 36) for line in list(client.lines)]
            expected = list(range(1, len(numbers) + 1))
            tally.check(f"the client of the {name} server has each item once", numbers == expected)
        shared = min(len(client.lines) for client in clients)
        tally.check("both clients have the same items", clients[0].lines[:shared] == clients[1].lines[:shared])
        for server in (first, second):
            wait_for(lambda: stats(server.port)["feed_source_connected"], "the server is connected again")
        tally.check("the feed says what happened, twice",
                    sum("connected again" in sentence for sentence in feed.sentences) == 2)
        tally.check("the feed still runs", feed.process.poll() is None)


def check_refusals(tally, build, redis):
    url = redis.url("used")
    with Feed(build, "--rate", "100/s", "--duration", "300ms", "--to", url) as feed:
        tally.check("the feed ends with 0", feed.wait() == 0)
    second = subprocess.run([build / "pushlab", "feed", "host", "--to", url], capture_output=True, text=True,
                            timeout=PATIENCE)
    tally.check("a stream with a feed is refused", second.returncode == 1)
    advice = f"delete it first: redis-cli -h 127.0.0.1 -p {redis.port} DEL used used:epoch"
    tally.check(f"the sentence names the command: {second.stderr}", second.stderr.strip().endswith(advice))
    redis.call("DEL", "used", "used:epoch")
    with Feed(build, "--rate", "100/s", "--duration", "300ms", "--to", url) as feed:
        tally.check("after the command it is not", feed.wait() == 0)
    redis.call("SET", "plain", "x")
    redis.call("SET", "plain:epoch", "1 2 b")
    for stream, reason in (("none", "it has no feed yet; start one: pushlab feed synthetic --to "),
                           ("plain", "the key exists and is not a stream; choose another name")):
        server = subprocess.run([build / "pushlab-server", "--feed", redis.url(stream)], capture_output=True, text=True,
                                timeout=PATIENCE)
        tally.check(f"{stream}: {server.stderr}", server.returncode == 1 and reason in server.stderr)


def check_gap(tally, build, redis):
    """Entries that Redis has dropped, and entries that are not items."""
    url = redis.url("gap")
    with Feed(build, "--rate", "100/s", "--duration", "500ms", "--to", url) as feed:
        feed.wait()
    with Server(build, "--no-page", "--feed", url) as server:
        newest = stats(server.port)["newest"]
        tally.check("the kept items", newest == 49)
        redis.call("XADD", "gap", "50-0", "data", "no due time")
        redis.call("XADD", "gap", "60-0", "due", 5, "data", "after a gap")
        wait_for(has_newest(server.port, 60), "item 60")
        status, body = get(server.port, "/poll?after=49")
        tally.check(f"a client that lacks items gets a notice: {status} {body}", (status, body) == (410, "oldest=60\n"))
        tally.check("an entry that is not an item is counted", stats(server.port)["refused_items"] == 1)
        tally.check("the next item", get(server.port, "/poll?after=59")[1] == "1o,5,after a gap\n")


def main():
    build = pathlib.Path(sys.argv[1])
    need_redis()
    tally = Tally()
    with tempfile.TemporaryDirectory() as name, Redis(pathlib.Path(name)) as redis:
        check_two_servers(tally, build, redis)
        check_restart(tally, build, redis)
        check_refusals(tally, build, redis)
        check_gap(tally, build, redis)
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
