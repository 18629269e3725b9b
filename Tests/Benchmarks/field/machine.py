"""The two processors, what other programs take of them, and what one slice of a measurement saw."""

import dataclasses
import os
import pathlib
import re
import shutil
import time

SERVER_CORE, CLIENT_CORE = 0, 1
# A processor of which other programs took more is not quiet.
BUSY = 0.03


class Refused(Exception):
    """A slice that cannot be used: items were lost, repeated or damaged, or a program failed."""


class Missing(Exception):
    """A program that is not installed. The text says what to install."""


def program(name, package):
    """The path of a program of a Debian package. /usr/sbin is not on every user's PATH."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise Missing(f"{name} is missing; install the Debian package {package}")
    return found


def pinned(core, command):
    return ["taskset", "-c", str(core), *map(str, command)]


def cpu_us(pid):
    """Processor time of a process, user and kernel, with threads that have ended, µs."""
    # The process's CPU-time clock, as clock_getcpuclockid() makes it.
    return time.clock_gettime_ns((~pid << 3) | 2) / 1_000


class Busy:
    """Seconds that each processor has worked so far, for all programs; the kernel counts in ticks of 10 ms."""

    def __init__(self):
        self.seconds, self.at = {}, time.monotonic()
        for line in pathlib.Path("/proc/stat").read_text().splitlines():
            if match := re.match(r"cpu(\d+) (.*)", line):
                numbers = [int(number) for number in match[2].split()]
                ticks = sum(numbers[:8]) - numbers[3] - numbers[4]
                self.seconds[int(match[1])] = ticks / os.sysconf("SC_CLK_TCK")

    def others(self, before, cores, own_us):
        """The share of these processors, 0 to 1, that other programs took since `before`."""
        took = sum(self.seconds[core] - before.seconds[core] for core in cores) - own_us / 1e6
        return max(0.0, took / (self.at - before.at) / len(cores))


@dataclasses.dataclass
class Slice:
    """What one slice saw. What was not measured is `None`."""

    operations: int = 0
    seconds: float = 0
    server_us: float | None = None
    client_us: float | None = None
    p50_us: float | None = None
    p99_us: float | None = None
    max_us: float | None = None
    memory_bytes: int | None = None
    # Processor time of the client, with what is not part of the slice, such as connecting.
    whole_client_us: float | None = None
    # Of the server's and of the client's processor.
    others: tuple = (None, None)
    # A program noticed that the machine did not keep up.
    late: bool = False

    @property
    def busiest(self):
        return max((share for share in self.others if share is not None), default=0.0)

    @property
    def is_disturbed(self):
        return self.late or self.busiest > BUSY


class Load:
    """One load on one server; it may stay connected between its slices."""

    server = None

    def slice(self, seconds):
        """Works for this long, and returns a `Slice`."""
        raise NotImplementedError

    def stop(self):
        pass

    def measured(self, seconds):
        before, server_before = Busy(), self.server.cpu_us()
        result = self.slice(seconds)
        server_us = self.server.cpu_us() - server_before
        after = Busy()
        if result.server_us is None:
            result.server_us = server_us
        client_us = result.client_us if result.whole_client_us is None else result.whole_client_us
        if self.server.cores == [SERVER_CORE]:
            result.others = (
                after.others(before, [SERVER_CORE], server_us), after.others(before, [CLIENT_CORE], client_us or 0))
        else:
            both = after.others(before, [SERVER_CORE, CLIENT_CORE], server_us + (client_us or 0))
            result.others = (both, both)
        return result
