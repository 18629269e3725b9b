"""A TCP proxy that resets connections at random, in a separate process.

One epoll loop with one `recv` and one `send` per event: 28,000 items/s take about half a processor. The random numbers
are seeded. A connection lives for one second plus an exponentially distributed time; then the proxy resets both
halves, even in the middle of an item.
"""

import heapq
import multiprocessing
import random
import resource
import select
import socket
import struct
import time

from lab import cpu_seconds

READ = 65_536
# Largest buffer in bytes for a side that does not read; above it the proxy stops reading from the other side.
MOST_PENDING = 1 << 20
NO_LINGER = struct.pack("ii", 1, 0)


class Half:
    __slots__ = ("socket", "fd", "other", "pending", "is_over", "mask")

    def __init__(self, made):
        self.socket, self.fd, self.other = made, made.fileno(), None
        self.pending, self.is_over, self.mask = b"", False, select.EPOLLIN


class Loop:
    def __init__(self, target, seed, mean_seconds, resets, listener):
        self.target, self.mean, self.resets, self.listener = target, mean_seconds, resets, listener
        self.dice = random.Random(seed)
        self.epoll = select.epoll()
        self.epoll.register(listener.fileno(), select.EPOLLIN)
        self.halves, self.deadlines, self.number = {}, [], 0

    def run(self):
        while True:
            wait = max(0, min(1, self.deadlines[0][0] - time.monotonic())) if self.deadlines else 1
            for fd, events in self.epoll.poll(wait):
                half = self.halves.get(fd)
                if half is None:
                    if fd == self.listener.fileno():
                        self.accept()
                    continue
                if events & select.EPOLLOUT:
                    self.write(half, b"")
                if events & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                    self.read(half)
            now = time.monotonic()
            while self.deadlines and self.deadlines[0][0] <= now:
                half = heapq.heappop(self.deadlines)[2]
                if not half.is_over:
                    self.resets.value += 1
                    self.reset(half)

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except BlockingIOError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            first, second = Half(client), Half(server)
            first.other, second.other = second, first
            for half in (first, second):
                half.socket.setblocking(False)
                half.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.halves[half.fd] = half
                self.epoll.register(half.fd, half.mask)
            self.number += 1
            if self.mean:
                life = 1 + self.dice.expovariate(1 / self.mean)
                heapq.heappush(self.deadlines, (time.monotonic() + life, self.number, second))

    def read(self, half):
        try:
            data = half.socket.recv(READ)
        except BlockingIOError:
            return
        except OSError:
            return self.reset(half)
        if not data:
            # One half closes: reset if the other half still has pending data, else close it too.
            self.change(half, half.mask & ~select.EPOLLIN)
            if half.other.pending or half.other.is_over:
                return self.reset(half)
            try:
                half.other.socket.shutdown(socket.SHUT_WR)
            except OSError:
                return self.reset(half)
            if not half.other.mask & select.EPOLLIN:
                self.end(half)
            return
        self.write(half.other, data)

    def write(self, half, data):
        if half.pending:
            data = half.pending + data
        try:
            sent = half.socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return self.reset(half)
        half.pending = data[sent:] if sent < len(data) else b""
        wanted = half.mask | select.EPOLLOUT if half.pending else half.mask & ~select.EPOLLOUT
        if wanted != half.mask:
            self.change(half, wanted)
        source = half.other
        if not source.is_over and (len(half.pending) > MOST_PENDING) == bool(source.mask & select.EPOLLIN):
            self.change(source, source.mask ^ select.EPOLLIN)

    def change(self, half, mask):
        half.mask = mask
        self.epoll.modify(half.fd, mask)

    def reset(self, half):
        for each in (half, half.other):
            if not each.is_over:
                each.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.end(half)

    def end(self, half):
        for each in (half, half.other):
            if not each.is_over:
                each.is_over = True
                del self.halves[each.fd]
                self.epoll.unregister(each.fd)
                each.socket.close()


class ResettingProxy:
    """Runs inside a `with` statement. `processes` share the port; the kernel distributes connections."""

    def __init__(self, target, seed, mean_seconds, processes=1):
        self.target, self.seed, self.mean, self.count = target, seed, mean_seconds, processes

    def __enter__(self):
        first = self.listening(0)
        self.port = first.getsockname()[1]
        self.counts, self.processes = [], []
        for number in range(self.count):
            listener = first if number == 0 else self.listening(self.port)
            count = multiprocessing.Value("L", 0)
            process = multiprocessing.Process(
                target=self.serve, args=(listener, self.seed + number, count), daemon=True
            )
            process.start()
            listener.close()
            self.counts.append(count)
            self.processes.append(process)
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.join()

    @property
    def resets(self):
        return sum(count.value for count in self.counts)

    def serve(self, listener, seed, count):
        Loop(self.target, seed, self.mean, count, listener).run()

    @staticmethod
    def listening(port):
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(("127.0.0.1", port))
        made.listen(4_096)
        made.setblocking(False)
        return made


def raise_descriptors(wanted=16_384):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def cpu_share(proxy, seconds):
    """CPU time of the proxy's processes so far, divided by `seconds`."""
    return sum(cpu_seconds(process.pid) for process in proxy.processes) / seconds
