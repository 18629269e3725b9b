"""Loads of connections that listen, with listeners.c: fan-out, memory, and connections that are idle."""

import time
import urllib.request

from .machine import Load, Refused, Slice
from .polls import Program, children_us

FIRST, MEASURED = 1_000, 5_000


def listen(folder, server, mode, connections, outstanding=0, rate=0, seconds=0, query="", publish=None):
    return Program(server, [
        folder / "listeners", mode, server.port, server.path(mode) + query, publish or server.publish, connections,
        outstanding, rate, seconds, *server.fields])


def read(words, connections):
    """The slice that a line of listeners.c describes, if each listener got each item once and in order."""
    deliveries, missed, wrong, took, used, p50, p99, most = map(float, words)
    if missed or wrong:
        raise Refused(f"{missed:.0f} deliveries were missed, {wrong:.0f} were repeated, out of order or damaged")
    if deliveries and deliveries % connections:
        raise Refused(f"{deliveries:.0f} deliveries to {connections} listeners")
    delays = (p50, p99, most) if deliveries else (None, None, None)
    return Slice(int(deliveries), took, None, used, *delays)


class Listeners(Load):
    """Listeners that get items; `outstanding` are under way, or `rate` per second are published."""

    def __init__(self, folder, server, mode, connections, outstanding, rate, seconds):
        self.server, self.connections = server, connections
        self.program = listen(folder, server, mode, connections, outstanding, rate, seconds)

    def slice(self, seconds):
        result = read(self.program.ask("", seconds + 30), self.connections)
        if not result.operations:
            raise Refused("nothing was delivered")
        return result

    def stop(self):
        self.program.stop()


class Idle(Load):
    """Connections to a new server that are idle for the slice; then one item goes to all of them."""

    def __init__(self, folder, start, mode, connections):
        self.folder, self.start, self.mode, self.connections = folder, start, mode, connections

    def measured(self, seconds):
        # Not earlier: the Pings of other servers would use the same processors.
        self.server, self.program = self.start(), None
        try:
            self.program = listen(self.folder, self.server, self.mode, self.connections, seconds=seconds)
            return super().measured(seconds)
        finally:
            if self.program:
                self.program.stop()
            self.server.stop()

    def slice(self, seconds):
        before = self.server.cpu_us()
        idle = read(self.program.ask("", seconds + 30), self.connections)
        server_us = self.server.cpu_us() - before
        item = read(self.program.ask("item", 60), self.connections)
        if item.operations != self.connections:
            raise Refused(f"{item.operations} of {self.connections} listeners got the item")
        return Slice(
            self.connections, idle.seconds, server_us, idle.client_us, item.p50_us, item.p99_us, item.max_us,
            whole_client_us=idle.client_us + item.client_us)


class Memory(Load):
    """What 5,000 further idle connections add to the memory of a new server that has 1,000."""

    def __init__(self, folder, start, mode):
        self.folder, self.start, self.mode = folder, start, mode

    def measured(self, seconds):
        self.server, programs = self.start(), []
        try:
            programs.append(listen(self.folder, self.server, self.mode, FIRST))
            # Until what the handshakes needed is free again.
            time.sleep(0.5)
            before = self.server.memory()
            programs.append(listen(self.folder, self.server, self.mode, MEASURED))
            time.sleep(0.5)
            return Slice(MEASURED, 0, memory_bytes=self.server.memory() - before)
        finally:
            for one in programs:
                one.stop()
            self.server.stop()


class Foreign(Load):
    """Listeners to the items that PushLab makes itself. They connect for each slice, so that clients can take turns."""

    def __init__(self, folder, server, mode, connections):
        self.folder, self.server, self.mode, self.connections = folder, server, mode, connections

    def slice(self, seconds):
        # Without a cursor they would get all items that the server keeps.
        with urllib.request.urlopen(self.server.url("poll").split("?")[0] + "?latest=1", timeout=10) as newest:
            query = f"?after={int(newest.read().split(b',')[0], 36)}"
        before = children_us()
        program = listen(self.folder, self.server, self.mode, self.connections, 0, 0, seconds, query, "-")
        try:
            deliveries, _, wrong, took, used, *_ = map(float, program.ask("", seconds + 30))
        finally:
            program.stop()
        if wrong or not deliveries:
            raise Refused(f"{wrong:.0f} deliveries were lost, repeated or out of order, {deliveries:.0f} were right")
        return Slice(int(deliveries), took, client_us=used, whole_client_us=children_us() - before)
