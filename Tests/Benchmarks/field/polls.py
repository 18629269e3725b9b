"""Loads of requests without pause: wrk, h2load, and the libcurl loop of curl_loop.c."""

import pathlib
import re
import resource
import select
import subprocess

from .machine import CLIENT_CORE, Load, Missing, Refused, Slice, pinned, program


def children_us():
    """Processor time of the children that have ended, µs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1e6


def run(command, patience, allowed=(0,)):
    """The output of a program on the client's processor, and its processor time, µs."""
    before = children_us()
    done = subprocess.run(pinned(CLIENT_CORE, command), capture_output=True, text=True, timeout=patience)
    if done.returncode not in allowed:
        name, text = pathlib.Path(command[0]).name, (done.stderr or done.stdout).strip()[-300:]
        raise Refused(f"{name} ended with {done.returncode}: {text}")
    return done.stdout, children_us() - before


class Wrk(Load):
    """Each of 64 connections sends the next request when it has the response."""

    def __init__(self, server, connections=64, fields=()):
        self.wrk = program("wrk", "wrk")
        self.server, self.connections, self.fields = server, connections, fields

    def slice(self, seconds):
        fields = [part for field in self.fields for part in ("-H", field)]
        command = [self.wrk, "-t1", f"-c{self.connections}", f"-d{seconds}s", *fields, self.server.url("poll")]
        text, client_us = run(command, seconds + 30)
        return read_wrk(text, client_us)


def read_wrk(text, client_us):
    count = re.search(r"(\d+) requests in ([\d.]+)(m?s),", text)
    if not count or "Non-2xx" in text or "Socket errors" in text:
        raise Refused(f"wrk: {text.strip()[-300:]}")
    took = float(count[2]) / (1_000 if count[3] == "ms" else 1)
    return Slice(int(count[1]), took, client_us=client_us)


class H2Load(Load):
    """50 connections; over HTTP/2 with 10 streams each, over HTTP/1.1 with one request at a time."""

    def __init__(self, server, http2):
        self.h2load = program("h2load", "nghttp2-client")
        self.server, self.http2 = server, http2

    def slice(self, seconds):
        port = self.server.http2_port if self.http2 else self.server.port
        command = [self.h2load, "-t1", "-c50", f"-D{seconds}", *(["-m10"] if self.http2 else ["--h1"])]
        command.append(f"http://127.0.0.1:{port}{self.server.path('poll')}")
        text, client_us = run(command, seconds + 30)
        return read_h2load(text, client_us)


def read_h2load(text, client_us):
    took = re.search(r"finished in ([\d.]+)(us|ms|s|min?),", text)
    count = re.search(r"(\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout", text)
    status = re.search(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", text)
    if not took or not count or not status or took[2] != "s":
        raise Refused(f"h2load: {text.strip()[-300:]}")
    if any(int(count[place]) for place in (3, 4, 5)) or any(int(status[place]) for place in (2, 3, 4)):
        raise Refused(f"h2load: {count[0]}; {status[0]}")
    return Slice(int(count[2]), float(took[1]), client_us=client_us)


class Program(Load):
    """A C program that connects, prints `ready`, and works for one slice per line on its standard input."""

    def __init__(self, server, command):
        self.server = server
        if not command[0].exists():
            raise Missing(f"{command[0].name} is missing: field/{command[0].name}.c did not exist")
        self.process = subprocess.Popen(
            pinned(CLIENT_CORE, command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)
        self.line(90)

    def line(self, patience):
        ready, _, _ = select.select([self.process.stdout], [], [], patience)
        if line := self.process.stdout.readline() if ready else "":
            return line
        self.process.kill()
        error = self.process.communicate()[1].strip()
        raise Refused(error or "the client ended" if ready else f"the client did nothing for {patience:.0f} s")

    def ask(self, command, patience):
        try:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        return self.line(patience).split()

    def stop(self):
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                pipe.close()
            except BrokenPipeError:
                pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class CurlLoop(Program):
    """Requests through libcurl, with the stamps and counters that PushLab's load generator reads."""

    def __init__(self, folder, server, seconds, connections=64):
        super().__init__(server, [folder / "curl_loop", server.url("poll"), connections, seconds])

    def slice(self, seconds):
        count, failed, took, used = self.ask("", seconds + 30)
        if int(failed):
            raise Refused(f"{failed} requests failed")
        return Slice(int(count), float(took), client_us=float(used))
