"""Checks the paths from client to server: TLS, IPv6, an HTTP proxy: python3 network_paths_check.py BUILD_FOLDER

The proxy is Debian's tinyproxy with basic authentication; the TLS server for `pushlab echo` is Python's `websockets`
with a certificate from openssl. Without tinyproxy or openssl the script exits with 1 and names the missing program.
Prints "N passed, N failed"; exits with 1 if a check failed.
"""
import asyncio
import concurrent.futures
import csv
import json
import pathlib
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

import websockets.asyncio.server

from wire import Tally

USER, PASSWORD = "lab", "secret"


class Proxy:
    """tinyproxy cannot choose a free port, so this class chooses one, and another if it is taken meanwhile."""

    def __init__(self, folder):
        for _ in range(10):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
            settings = folder / "tinyproxy.conf"
            settings.write_text(
                f"Port {self.port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 200\nBasicAuth {USER} {PASSWORD}\n"
                f"LogLevel Error\nLogFile \"{folder}/tinyproxy.log\"\n")
            self.process = subprocess.Popen(["tinyproxy", "-d", "-c", settings], stdout=subprocess.DEVNULL)
            if self.answers():
                return
            self.stop()
        sys.exit("tinyproxy does not start")

    def answers(self):
        for _ in range(100):
            if self.process.poll() is not None:
                return False
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return True
            except OSError:
                time.sleep(0.05)
        return False

    def address(self, password=PASSWORD):
        return f"http://{USER}:{password}@127.0.0.1:{self.port}"

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


class Server:
    def __init__(self, build, *options):
        self.process = subprocess.Popen(
            [build / "pushlab-server", "--until-stdin-closes", *options], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        self.announcement = json.loads(self.process.stdout.readline())

    @property
    def port(self):
        return self.announcement["port"]

    def stop(self):
        self.process.stdin.close()
        return self.process.wait(timeout=10)


def load(build, folder, url, transport, *options):
    """Runs a short load; returns the process and its row."""
    out = folder / secrets.token_hex(8)
    process = subprocess.run(
        [build / "pushlab", "load", "--url", url, "--transport", transport, "--clients", "10", "--duration", "1s",
         "--warmup", "0s", "--out", out, "--quiet", *options], capture_output=True, text=True, timeout=60)
    with open(out / "summary.csv", newline="", encoding="utf-8") as file:
        return process, next(csv.DictReader(file))


def check_loads(tally, build, folder, proxy):
    plain = Server(build)
    encrypted = Server(build, "--tls", "self-signed", "--host", "::1")
    authority = folder / "authority.pem"
    authority.write_text(encrypted.announcement["certificate"])
    paths = [("http", f"http://127.0.0.1:{plain.port}", []),
            ("https over IPv6", f"https://[::1]:{encrypted.port}", ["--cacert", authority])]
    cases = [(transport, name, url, [*options, *path]) for name, url, options in paths
             for transport in ("websocket", "long-poll", "short-poll") for path in ([], ["--proxy", proxy.address()])]
    # This check ignores delays, so several loads may run in parallel.
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda case: load(build, folder, case[2], case[0], *case[3]), cases))
    for (transport, name, url, options), (process, row) in zip(cases, results):
        what = f"{transport}, {name}{', through a proxy' if '--proxy' in options else ''}"
        for column, wanted in (("missed", "0"), ("duplicate", "0"), ("errors", "0"), ("conserved", "true"),
                               ("tls", str(url.startswith("https")).lower())):
            tally.check(f"{what}: {column} is {row[column]}; {process.stderr}", row[column] == wanted)
        tally.check(f"{what}: something was delivered", int(row["delivered"]) > 0)
    _, row = load(build, folder, paths[1][1], "websocket", "--insecure")
    tally.check("--insecure accepts any certificate", row["errors"] == "0" and int(row["delivered"]) > 0)
    process = subprocess.run(
        [build / "pushlab", "load", "--url", paths[1][1], "--transport", "websocket", "--out", folder / "refused"],
        capture_output=True, text=True, timeout=60)
    tally.check(f"an unknown authority is refused, exit {process.returncode}: {process.stderr}",
                process.returncode == 1 and "certificate" in process.stderr and not (folder / "refused").exists())
    tally.check("the servers exit with 0", plain.stop() == 0 and encrypted.stop() == 0)


async def echo(build, url, *options):
    process = await asyncio.create_subprocess_exec(
        build / "pushlab", "echo", url, *options, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output, complaint = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, output.decode(), complaint.decode()


async def check_echo(tally, build, folder, proxy):
    certificate, key = folder / "server.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:::1", "-keyout", key, "-out",
         certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def handler(connection):
        for message in ("Hello", b"\x00\x01", "x" * 70_000):
            await connection.send(message)
            tally.check("the message comes back", await asyncio.wait_for(connection.recv(), 10) == message)

    async with websockets.asyncio.server.serve(handler, "localhost", 0, ssl=context) as server:
        ports = {item.family: item.getsockname()[1] for item in server.sockets}
        paths = [("localhost", ports[socket.AF_INET]), ("localhost", ports[socket.AF_INET], "--proxy", proxy.address())]
        if socket.AF_INET6 in ports:
            paths.append(("[::1]", ports[socket.AF_INET6]))
        for host, port, *path in paths:
            code, output, complaint = await echo(build, f"wss://{host}:{port}/a?b=c", "--cacert", certificate, *path)
            tally.check(f"echo to wss://{host} {path}: exit {code}, {output} {complaint}",
                        code == 0 and output == "3 messages sent back\n")
        code, _, complaint = await echo(build, f"wss://localhost:{ports[socket.AF_INET]}/")
        tally.check(f"an untrusted certificate is refused, exit {code}: {complaint}",
                    code == 1 and len(complaint.splitlines()) == 1)
        code, _, complaint = await echo(
            build, f"wss://localhost:{ports[socket.AF_INET]}/", "--proxy", proxy.address("wrong"))
        tally.check(f"the error names the proxy that refuses, exit {code}: {complaint}",
                    code == 1 and "proxy" in complaint)


def main(build):
    for program in ("tinyproxy", "openssl"):
        if not shutil.which(program):
            sys.exit(f"there is no {program}; install the Debian package {program.replace('proxy', 'proxy-bin')}")
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="pushlab-paths-") as text:
        folder = pathlib.Path(text)
        proxy = Proxy(folder)
        try:
            check_loads(tally, build, folder, proxy)
            asyncio.run(check_echo(tally, build, folder, proxy))
        finally:
            proxy.stop()
    return tally.end()


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
