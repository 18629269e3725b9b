"""Many clients, and several servers that share one feed: scale.py [--only PART,...] [--scale X] [--seed N] BINARIES

one-server: 18,000 WebSocket clients in two load processes on one server.
two-servers: 30,000 WebSocket clients on two servers of one Redis stream.
failover: 500 clients of each transport that can resume, all at the same time, through HAProxy to two servers of one
Redis stream; one server at a time is killed ten times, at random moments, and started again.
redis-restart: Redis is killed and started again with its data 3 s later; 500 clients each of WebSocket and of long
polling are connected.

All clients must receive all items once. The first two parts also require that all bytes are counted, and no errors.
Delays are printed for information only: this many clients keep two processors busy. A broken connection counts as an
error of its row, so failover permits errors. Use a release build; `--scale 0.1` runs a tenth of the clients. Needs
redis-server, and haproxy for failover. Takes about 4 minutes. All programs end with the script.
"""

import argparse
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

from lab import MEBIBYTE, Checks, Program, Server, descendants, memory, rows, scratch, stats, until
from redis_feed import Feed, Redis, lasting_port, need_redis

RESUMABLE = ("websocket", "sse", "http-stream", "long-poll", "short-poll")
KILLS = 10
# Seconds from the moment when both servers run until the next kill; HAProxy looks at each server every 100 ms.
PAUSE = (1.0, 4.0)


class Load(Program):
    """A `pushlab load`; it ends with the `with` statement."""

    def __init__(self, build, url, transport, out, clients, *options):
        where = ["--url", url, "--transport", transport, "--clients", clients]
        super().__init__(build / "pushlab", "load", *where, *options, "--quiet", "--out", out)
        self.transport, self.out, self.clients = transport, out, clients

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            for pid in [*descendants(self.pid), self.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()

    def row(self, checks, name, seconds=120):
        """Waits for the end; prints the figures and returns the row of summary.csv."""
        ending = self.end(seconds)
        row = (rows(self.out) or [{}])[0]
        checks.check(f"{name}: load ends", not ending.hung and not ending.trapped and row, ending)
        seen = {key: row.get(key) for key in ("expected", "unique", "missed", "duplicate", "reordered", "errors")}
        print(f"      {name}: {self.clients} clients, published {row.get('published')}, " + words(seen))
        print(
            f"      {name}: reconnects {row.get('reconnects')}, bytes_valid {row.get('bytes_valid')}, for information: "
            f"times_valid {row.get('times_valid')}, delay p50 {row.get('latency_p50_us')} us, p99 "
            f"{row.get('latency_p99_us')} us, max {row.get('latency_max_us')} us, CPU of the busiest load process "
            f"{row.get('load_cpu_ratio')}"
        )
        if row.get("invalid_reason"):
            print(f"      {name}: {row['invalid_reason'][:300]}", flush=True)
        return row

    def judge(self, checks, name, row):
        """All items to all clients, once."""
        expected = int(row.get("published") or 0) * self.clients
        checks.check(f"{name}: items were published", expected > 0, row.get("published"))
        found = row.get("expected")
        checks.check(f"{name}: each client expects each item", found == str(expected), found)
        for column in ("missed", "duplicate", "reordered"):
            checks.check(f"{name}: 0 {column}", row.get(column) == "0", row.get(column))

    def judge_bytes(self, checks, name, row):
        checks.check(f"{name}: 0 errors", row.get("errors") == "0", row.get("errors"))
        checks.check(f"{name}: no client reconnected", row.get("reconnects") == "0", row.get("reconnects"))
        checks.check(f"{name}: all bytes are counted", row.get("bytes_valid") == "true", row.get("invalid_reason"))


class Replica:
    """A server of the stream on a port that it keeps when it is killed and started again."""

    def __init__(self, build, url, log, *options):
        self.command = (build, "--no-page", "--feed", url, "--port", str(lasting_port()), *options)
        self.log = log

    def __enter__(self):
        self.output = open(self.log, "ab")
        try:
            self.start()
        except BaseException:
            self.output.close()
            raise
        return self

    def start(self):
        # It also ends with the pipe, if this script is killed.
        self.server = Server(
            *self.command, "--until-stdin-closes", stdin=subprocess.PIPE, stderr=self.output
        ).__enter__()
        self.port, self.pid, self.url = self.server.port, self.server.pid, self.server.url

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        self.server.process.wait()
        self.server.process.stdin.close()

    def __exit__(self, *_):
        self.server.stop()
        self.output.close()

    @property
    def sentences(self):
        return pathlib.Path(self.log).read_text(encoding="utf-8")


class Haproxy:
    """HAProxy in front of servers that may end: it looks at each every 100 ms, and at once after failed connections; a
    request that cannot reach one server goes to another."""

    def __init__(self, folder, ports, clients):
        self.port = lasting_port()
        self.configuration = folder / "haproxy.cfg"
        servers = "\n".join(
            f"    server server{number} 127.0.0.1:{port} check inter 100ms fall 5 rise 1 observe layer4 "
            "error-limit 5 on-error mark-down"
            for number, port in enumerate(ports, 1)
        )
        self.configuration.write_text(
            f"""global
    maxconn {clients * 2 + 200}

defaults
    mode http
    timeout connect 5s
    timeout check 5s
    timeout client 1h
    timeout server 1h
    timeout tunnel 1h
    timeout http-request 10s
    option http-no-delay
    retries 10
    option redispatch 1

listen feed
    bind 127.0.0.1:{self.port} backlog 4096
    balance roundrobin
    option httpchk GET /healthz
{servers}
"""
        )

    def __enter__(self):
        command = [haproxy_path(), "-db", "-q", "-f", self.configuration]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=None)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def answers(self):
        with contextlib.suppress(OSError, ValueError):
            return stats(self.port, seconds=2)
        return None


def haproxy_path():
    # Debian's folder for haproxy is not on every user's PATH.
    return shutil.which("haproxy", path=os.environ.get("PATH", "") + ":/usr/sbin")


def sources(port):
    """Connections at a port of 127.0.0.1 by the address that they come from, from proc(5)."""
    found = {}
    with open("/proc/net/tcp") as table:
        for line in table:
            fields = line.split()
            # Established ones; addresses are hexadecimal in the byte order of this machine.
            if fields[1] == f"0100007F:{port:04X}" and fields[3] == "01":
                address = ".".join(str(byte) for byte in bytes.fromhex(fields[2].split(":")[0])[::-1])
                found[address] = found.get(address, 0) + 1
    return found


def wanted_sources(clients):
    """10,000 clients per address: one has about 28,000 ports."""
    return {
        f"127.0.0.{number // 10_000 + 1}": min(10_000, clients - number) for number in range(0, clients, 10_000)
    }


def words(values):
    return ", ".join(f"{key} {value}" for key, value in values.items())


def resident(server):
    return f"{memory(server.pid, 'VmHWM') / MEBIBYTE:.0f} MiB"


def one_server(checks, build, given):
    clients = given.clients(18_000)
    times = ("--processes", "2", "--warmup", "20s", "--duration", "30s")
    limit = ("--max-connections", str(clients + 500))
    feed = ("--rate", "30/min", "--payload", "128B", "--until-stdin-closes")
    with scratch() as folder, Server(build, "--no-page", *limit, *feed, stdin=subprocess.PIPE) as server:
        with Load(build, server.url, "websocket", folder / "out", clients, *times) as load:
            # The connection that asks counts too.
            until(lambda: stats(server.port)["connections"] > clients, 60, pause=1)
            found = sources(server.port)
            checks.check("the clients come from several addresses", found == wanted_sources(clients), found)
            row = load.row(checks, "one server", 300)
            load.judge(checks, "one server", row)
            load.judge_bytes(checks, "one server", row)
            manifest = folder / "out" / "manifest.json"
            environment = json.loads(manifest.read_text())["environment"] if manifest.exists() else {}
            shares = [environment.get(f"load process {number}", {}).get("clients") for number in (1, 2)]
            checks.check("half of the clients in each process", shares == [str(clients // 2)] * 2, shares)
        print(f"      one server: its peak memory was {resident(server)}")


def two_servers(checks, build, given):
    clients = given.clients(15_000)
    times = ("--warmup", "20s", "--duration", "30s")
    with scratch() as folder, contextlib.ExitStack() as stack:
        redis = stack.enter_context(Redis(folder))
        url = redis.url("items")
        stack.enter_context(Feed(build, "--rate", "30/min", "--payload", "128B", "--to", url))
        limit = ("--max-connections", str(clients + 500))
        servers = [stack.enter_context(Replica(build, url, folder / f"{n}.log", *limit)) for n in (1, 2)]
        loads = [
            stack.enter_context(Load(build, server.url, "websocket", folder / f"out{n}", clients, *times))
            for n, server in enumerate(servers, 1)
        ]
        found = [load.row(checks, f"server {n} of two", 300) for n, load in enumerate(loads, 1)]
        for n, (load, row) in enumerate(zip(loads, found), 1):
            load.judge(checks, f"server {n} of two", row)
            load.judge_bytes(checks, f"server {n} of two", row)
        print(f"      two servers: their peak memory was {resident(servers[0])} and {resident(servers[1])}")


def failover(checks, build, given):
    clients, dice = given.clients(500), random.Random(given.seed)
    times = ("--warmup", "5s", "--duration", "60s")
    print(f"      failover: seed {given.seed}; {', '.join(RESUMABLE)} at the same time, {clients} clients each")
    with scratch() as folder, contextlib.ExitStack() as stack:
        redis = stack.enter_context(Redis(folder))
        url = redis.url("items")
        stack.enter_context(Feed(build, "--rate", "3/s", "--payload", "128B", "--to", url))
        servers = [stack.enter_context(Replica(build, url, folder / f"{n}.log")) for n in (1, 2)]
        ports = [server.port for server in servers]
        proxy = stack.enter_context(Haproxy(folder, ports, clients * len(RESUMABLE)))
        if not checks_answer(checks, "HAProxy", proxy):
            return
        address = f"http://127.0.0.1:{proxy.port}"
        loads = [stack.enter_context(Load(build, address, name, folder / name, clients, *times)) for name in RESUMABLE]
        began = time.monotonic()
        # Until all clients have connected.
        time.sleep(8)
        moments = kill_in_turns(servers, dice, began)
        checks.check("all loads ran until the last kill", all(load.process.poll() is None for load in loads), moments)
        print(f"      failover: server killed and second of it: {', '.join(moments)}")
        for load in loads:
            row = load.row(checks, load.transport)
            load.judge(checks, load.transport, row)
            # The first kill ends about half of the lasting connections; later ones up to all.
            if load.transport in ("websocket", "sse", "http-stream"):
                count = int(row.get("reconnects") or 0)
                checks.check(f"{load.transport}: clients went to the other server", count >= clients, count)


def kill_in_turns(servers, dice, began):
    """Kills one of two servers after the other and starts it again, so that one of them always runs."""
    moments = []
    for _ in range(KILLS):
        time.sleep(dice.uniform(*PAUSE))
        number = dice.randrange(len(servers))
        servers[number].kill()
        moments.append(f"{number + 1} at {time.monotonic() - began:.1f}")
        # For some kills HAProxy finds no listener, for others a new one.
        time.sleep(dice.uniform(0, 0.5))
        servers[number].start()
    return moments


def redis_restart(checks, build, given):
    clients = given.clients(500)
    times = ("--warmup", "2s", "--duration", "20s")
    with scratch() as folder, contextlib.ExitStack() as stack:
        redis = stack.enter_context(Redis(folder))
        url = redis.url("items")
        feed = stack.enter_context(Feed(build, "--rate", "10/s", "--payload", "128B", "--to", url))
        servers = [stack.enter_context(Replica(build, url, folder / f"{n}.log")) for n in (1, 2)]
        loads = [
            stack.enter_context(Load(build, server.url, name, folder / name, clients, *times))
            for name, server in zip(("websocket", "long-poll"), servers)
        ]
        time.sleep(8)
        connected = [stats(server.port)["connections"] for server in servers]
        redis.kill()
        time.sleep(3)
        gone = [stats(server.port) for server in servers]
        redis.start()
        checks.check("the servers see that Redis is gone", not any(s["feed_source_connected"] for s in gone), gone)
        kept = [s["connections"] for s in gone]
        checks.check("all clients were connected", min(connected) >= clients, connected)
        checks.check("they stay connected without Redis", kept == connected, (connected, kept))
        back = until(lambda: all(stats(server.port)["feed_source_connected"] for server in servers), 20)
        checks.check("the servers find Redis again", back)
        for number, server in enumerate(servers, 1):
            told = server.sentences
            says = "clients stay connected, and the server tries again" in told and "connected again" in told
            checks.check(f"server {number} says both", says, told)
        checks.check("the feed says so too", any("connected again" in line for line in feed.sentences), feed.sentences)
        for load in loads:
            row = load.row(checks, load.transport)
            load.judge(checks, load.transport, row)
            load.judge_bytes(checks, load.transport, row)


def checks_answer(checks, name, program):
    answers = until(program.answers, 20)
    checks.check(f"{name} answers", answers)
    return answers


PARTS = {
    "one-server": one_server,
    "two-servers": two_servers,
    "failover": failover,
    "redis-restart": redis_restart,
}


class Given(argparse.Namespace):
    def clients(self, count):
        # Even, so that two processes have the same number.
        return max(2, round(count * self.scale / 2) * 2)


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts: {', '.join(PARTS)}")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1, help="of the moments of the kills")
    given = parser.parse_args(namespace=Given())
    given.parts = given.only.split(",")
    for part in given.parts:
        if part not in PARTS:
            parser.error(f"there is no part {part}; parts: {', '.join(PARTS)}")
    return given


def main():
    given = options()
    build = given.binaries.resolve()
    # The `with` statements end the programs.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(f"stopped by {signal.Signals(number).name}"))
    if given.parts != ["one-server"]:
        need_redis()
    if "failover" in given.parts and not haproxy_path():
        sys.exit("haproxy is missing; install the Debian package haproxy")
    checks = Checks()
    for name in given.parts:
        print(f"== {name}", flush=True)
        began = time.monotonic()
        with checks.part(name):
            PARTS[name](checks, build, given)
        print(f"      {name} took {time.monotonic() - began:.0f} s", flush=True)
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
