"""The rows of the suite: what takes part, what is measured, and which bounds are the goals."""

from . import lab, listeners, polls, servers
from .figures import IDLE, LAST, MEMORY, P50, P99, Goal, Growth, operations
from .machine import CLIENT_CORE, SERVER_CORE

BOTH = (SERVER_CORE, CLIENT_CORE)
REQUEST, DELIVERY = operations("request"), operations("delivery")
# A process may open 20,000 descriptors.
MANY = 19_000


class Row:
    """`contestants` has a function per name, from a `Stage` to its `Load`; they take turns."""

    def __init__(self, name, title, contestants, quantities, goals, rotations=None, seconds=None):
        self.name, self.title, self.contestants = name, title, contestants
        self.quantities, self.goals = quantities, goals
        # Instead of those of the command line.
        self.rotations, self.seconds = rotations, seconds


class Stage:
    """What the contestants of one row share: programs, a folder, and servers, which it stops."""

    def __init__(self, build, folder, seconds):
        self.build, self.folder, self.seconds = build, folder, seconds
        self.servers = {}

    def new(self, name, *options, **more):
        return servers.make(name, self.build, self.folder, *options, **more)

    def server(self, name, *options, key=None, **more):
        """The same server for the same key."""
        key = key or name
        if key not in self.servers:
            self.servers[key] = self.new(name, *options, **more)
        return self.servers[key]

    def polled(self, name, *options, key=None, **more):
        """A server for short polls, with an item of their size."""
        is_new = (key or name) not in self.servers
        server = self.server(name, *options, key=key, **more)
        return server.make_poll_body() if name == "pushlab" and is_new else server

    def stop(self):
        for server in self.servers.values():
            server.stop()


def each(names, make):
    return {name: (lambda stage, name=name: make(stage, name)) for name in names}


def fan_out(names, mode, outstanding, rate=0, connections=1_000):
    return each(names, lambda stage, name: listeners.Listeners(
        stage.folder, stage.server(name), mode, connections, outstanding, rate, stage.seconds))


def sizes(names, sizes):
    """A server per name and number of subscribers."""
    def make(stage, name, size):
        server = stage.server(name, key=f"{name}-{size}")
        return listeners.Listeners(stage.folder, server, "ws", size, 1, 0, stage.seconds)

    return {
        f"{name}-{size}": (lambda stage, name=name, size=size: make(stage, name, size))
        for name in names for size in sizes}


def memory(names, mode):
    return each(names, lambda stage, name: listeners.Memory(stage.folder, lambda: stage.new(name), mode))


def idle(names, mode):
    """All send the Pings that PushLab sends."""
    options = ["--max-connections", MANY + 500, "--hold", "120s"]
    return each(names, lambda stage, name: listeners.Idle(
        stage.folder, lambda: stage.new(name, *options, pings=30), mode, MANY))


def versions(transport):
    """PushLab's clients over HTTP/1.1 and HTTP/2, on one server."""
    def make(stage, http):
        server = stage.server("pushlab", "--rate", "20/s", external=False)
        return lab.LabClients(stage.build, stage.folder, server, transport, 100, "--option", f"http={http}")

    return {f"http-{http}": (lambda stage, http=http: make(stage, http)) for http in ("1.1", "2")}


def http_clients(stage, name):
    server = stage.server("nginx")
    if name == "wrk":
        return polls.Wrk(server)
    if name == "curl-loop":
        return polls.CurlLoop(stage.folder, server, stage.seconds)
    # A long poll whose response is always there: the next request follows at once.
    options = ["--path", server.path("poll"), "--items", "body", "--unknown-items", "--cursor", "none"]
    return lab.LabClients(stage.build, stage.folder, server, "long-poll", 64, *options, counts="requests")


def websocket_clients(stage, name):
    server = stage.server("pushlab", "--rate", "20/s", external=False)
    if name == "c-client":
        return listeners.Foreign(stage.folder, server, "ws", 1_000)
    return lab.LabClients(stage.build, stage.folder, server, "websocket", 1_000)


def threads(make):
    """PushLab with one and with two event loops, which may use both processors."""
    def server(stage, name, polled=False):
        options = ["--threads", name.removeprefix("threads-")]
        return (stage.polled if polled else stage.server)("pushlab", *options, key=name, cores=BOTH)

    return each(["threads-1", "threads-2"], lambda stage, name: make(stage, server, name))


FANOUT = ["baseline", "nchan", "uws", "pushlab"]
SSE = ["baseline", "nchan", "pushlab"]
CPU, CLIENT, TIME = DELIVERY
ROWS = [
    Row(
        "short-poll", "Short polls of 128 B, 64 connections",
        each(["baseline", "nginx", "uws", "pushlab"], lambda stage, name: polls.Wrk(stage.polled(name))),
        [REQUEST[0], REQUEST[2]],
        [Goal(REQUEST[0], 1, "nginx"), Goal(REQUEST[0], 1, "uws", stretch=True)]),
    Row(
        "long-poll", "Long polls, 1,000 held", fan_out(SSE, "long-poll", 1), [CPU, TIME],
        [Goal(CPU, 1 / 1.4, "nchan")]),
    Row(
        "websocket", "WebSocket fan-out to 1,000, one item under way", fan_out(FANOUT, "ws", 1), [CPU, TIME],
        [Goal(CPU, 1.15, "baseline"), Goal(CPU, 1 / 1.2, "nchan")]),
    Row(
        "websocket-4", "WebSocket fan-out to 1,000, four items under way", fan_out(FANOUT, "ws", 4), [CPU, TIME],
        [Goal(CPU, 1 / 2, "nchan"), Goal(CPU, 0.65, "baseline")]),
    Row(
        "sse", "SSE fan-out to 1,000, one item under way", fan_out(SSE, "sse", 1), [CPU, TIME],
        [Goal(CPU, 1 / 1.2, "nchan")]),
    Row(
        "delay", "Delay of 20 items/s to 1,000 WebSockets", fan_out(FANOUT, "ws", 0, rate=20), [P50, P99],
        [Goal(P50, 1.2, "baseline"), Goal(P99, 1.2, "baseline")]),
    Row(
        "growth", "WebSocket fan-out to 100 and to 10,000", sizes(["baseline", "pushlab"], [100, 10_000]), [CPU],
        [Growth(CPU, 1.1, "pushlab-10000", "pushlab-100", "baseline-10000", "baseline-100",
                "server CPU per delivery at 10,000 / at 100, of pushlab / of baseline")]),
    Row(
        "memory-websocket", "Memory of 5,000 idle WebSockets", memory(FANOUT, "ws"), [MEMORY],
        [Goal(MEMORY, 3), Goal(MEMORY, 1, stretch=True)], rotations=3),
    Row(
        "memory-long-poll", "Memory of 5,000 held long polls", memory(SSE, "long-poll"), [MEMORY],
        [Goal(MEMORY, 3.5), Goal(MEMORY, 1, stretch=True)], rotations=3),
    Row(
        "idle-websocket", "19,000 idle WebSockets with a Ping every 30 s, for a minute",
        idle(["baseline", "pushlab"], "ws"), [IDLE, LAST], [Goal(IDLE, 1)], rotations=1, seconds=60),
    Row(
        "idle-long-poll", "19,000 held long polls, for a minute", idle(["pushlab"], "long-poll"), [IDLE, LAST],
        [Goal(IDLE, 1)], rotations=1, seconds=60),
    Row(
        "http-clients", "HTTP clients without pause on 64 connections to nginx",
        each(["wrk", "curl-loop", "pushlab"], http_clients), [REQUEST[1]],
        [Goal(REQUEST[1], 1 / 0.95, "curl-loop"), Goal(REQUEST[1], 1 / 0.6, "wrk")]),
    Row(
        "websocket-clients", "1,000 WebSocket clients at 20 items/s", each(["c-client", "pushlab"], websocket_clients),
        [CLIENT], [Goal(CLIENT, 1 / 0.9, "c-client")]),
    Row(
        "h2load", "Short polls of 128 B by h2load: 50 connections, over HTTP/2 of 10 streams each",
        {
            **each(["nginx", "pushlab"], lambda stage, name: polls.H2Load(stage.polled(name), True)),
            "pushlab-1.1": lambda stage: polls.H2Load(stage.polled("pushlab"), False),
        },
        [REQUEST[0], REQUEST[2]], [Goal(REQUEST[2], 1, "nginx")]),
    *(
        Row(
            f"http2-{transport}", f"{title} over HTTP/1.1 and HTTP/2: 100 clients at 20 items/s",
            versions(transport), [CPU, CLIENT], [Goal(CPU, most, "http-1.1", of="http-2")])
        for transport, title, most in (
            ("long-poll", "Long polls", 2), ("sse", "SSE", 1.5), ("websocket", "WebSocket", 1.5))),
    Row(
        "threads-websocket", "WebSocket fan-out to 1,000 with one and two threads on both processors",
        threads(lambda stage, server, name: listeners.Listeners(
            stage.folder, server(stage, name), "ws", 1_000, 1, 0, stage.seconds)), [CPU, TIME], []),
    Row(
        "threads-short-poll", "Short polls with one and two threads on both processors",
        threads(lambda stage, server, name: polls.Wrk(server(stage, name, polled=True))), [REQUEST[0], REQUEST[2]],
        []),
    Row(
        "threads-accept", "Short polls on new connections with one and two threads on both processors",
        threads(lambda stage, server, name: polls.Wrk(
            server(stage, name, polled=True), fields=["Connection: close"])), [REQUEST[0], REQUEST[2]], []),
]
