"""Checks every transport through nginx, and the effect of its buffer: python3 nginx_check.py BUILD_FOLDER

nginx (Debian's package) is a reverse proxy for pushlab-server in four configurations: HTTP/1.1 or HTTP/1.0 to the
server, http or https (with a certificate from openssl) to the clients. Without nginx or openssl the script exits with 1
and names the missing program. Prints "N passed, N failed"; exits with 1 if a check failed.
"""
import csv
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from wire import Server, Tally

TRANSPORTS = ("short-poll", "long-poll", "http-stream", "sse", "websocket")
# An item takes about 150 B of a buffer of 4 KiB, so at this rate the buffer fills in more than five seconds.
SLOW = ("--rate", "5/s", "--payload", "128B")


class Nginx:
    """Runs inside a `with` statement. Sockets that do not listen reserve its ports; nginx shares them (reuseport)."""

    def __init__(self, folder, server_port, version, certificate=None, key=None):
        self.kept = [socket.socket() for _ in range(2)]
        for kept in self.kept:
            kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            kept.bind(("127.0.0.1", 0))
        self.port, self.tls_port = (kept.getsockname()[1] for kept in self.kept)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nginx-", dir=folder))
        tls = (f"listen 127.0.0.1:{self.tls_port} ssl reuseport; "
               f"ssl_certificate {certificate}; ssl_certificate_key {key};" if certificate else "")
        upgrade = ("proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_field;"
                   if version == "1.1" else "")
        temporary = " ".join(f"{name}_temp_path {name};" for name in
                             ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(f"""
            daemon off; master_process off; pid nginx.pid; error_log error.log;
            events {{ worker_connections 500; }}
            http {{
                access_log off; {temporary}
                map $http_upgrade $connection_field {{ default upgrade; "" ""; }}
                upstream pushlab {{ server 127.0.0.1:{server_port}; {"keepalive 20;" if version == "1.1" else ""} }}
                server {{
                    listen 127.0.0.1:{self.port} reuseport; {tls}
                    location / {{
                        proxy_pass http://pushlab; proxy_http_version {version};
                        proxy_set_header Host $http_host; {upgrade}
                    }}
                }}
            }}""")

    def __enter__(self):
        self.process = subprocess.Popen(
            ["nginx", "-p", f"{self.folder}/", "-c", self.folder / "nginx.conf", "-e", self.folder / "error.log"],
            stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.__exit__()
                    sys.exit("nginx does not start: " + (self.folder / "error.log").read_text(errors="replace"))
                time.sleep(0.02)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        for kept in self.kept:
            kept.close()


def make_certificate(folder):
    certificate, key = folder / "nginx.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    return certificate, key


def load(build, folder, url, transport, *options):
    """Runs a short load; returns the process, its row and its rows of layers."""
    out = folder / "run"
    shutil.rmtree(out, ignore_errors=True)
    process = subprocess.run(
        [build / "pushlab", "load", "--url", url, "--transport", transport, "--clients", "10", "--duration", "1s",
         "--warmup", "500ms", "--out", out, "--quiet", *options], capture_output=True, text=True, timeout=60)
    with open(out / "summary.csv", newline="", encoding="utf-8") as summary, \
            open(out / "layers.csv", newline="", encoding="utf-8") as layers:
        return process, next(csv.DictReader(summary)), list(csv.DictReader(layers))


def check_load(tally, build, folder, url, transport, name, *options):
    process, row, layers = load(build, folder, url, transport, *options)
    what = f"{transport}, {name}"
    # This check ignores delays and the server's connections: they belong to nginx, not to the clients.
    encrypted = str(url.startswith("https")).lower()
    for column, wanted in (("missed", "0"), ("duplicate", "0"), ("reordered", "0"), ("errors", "0"),
                           ("conserved", "true"), ("tls", encrypted)):
        tally.check(f"{what}: {column} is {row[column]}; {process.stderr}", row[column] == wanted)
    tally.check(f"{what}: something was delivered", int(row["delivered"]) > 0)
    for direction in ("up", "down"):
        counted = sum(int(layer["bytes"]) for layer in layers
                      if layer["direction"] == direction and layer["layer"] != "tcp_ip")
        kernel = int(row[f"kernel_tcp_bytes_{direction}"])
        tally.check(f"{what}, {direction}: the layers have {counted} B, the kernel {kernel} B", counted == kernel > 0)


def check_loads(tally, build, folder):
    certificate, key = make_certificate(folder)
    with Server(build, "--rate", "50/s") as server:
        with Nginx(folder, server.port, "1.1", certificate, key) as nginx:
            for transport in TRANSPORTS:
                check_load(tally, build, folder, f"http://127.0.0.1:{nginx.port}", transport, "HTTP/1.1")
                check_load(tally, build, folder, f"https://127.0.0.1:{nginx.tls_port}", transport, "https to nginx",
                           "--cacert", certificate)
            process = subprocess.run(
                [build / "pushlab", "load", "--url", f"https://127.0.0.1:{nginx.tls_port}", "--transport", "sse",
                 "--out", folder / "refused"], capture_output=True, text=True, timeout=60)
            tally.check(f"without --cacert nginx is not trusted, exit {process.returncode}: {process.stderr}",
                        process.returncode == 1 and "certificate" in process.stderr)
        with Nginx(folder, server.port, "1.0") as nginx:
            for transport in ("short-poll", "long-poll"):
                check_load(tally, build, folder, f"http://127.0.0.1:{nginx.port}", transport, "HTTP/1.0")
    tally.check(f"the server exits with 0, not {server.status}", server.status == 0)


def first_bytes(port, target, seconds):
    """Seconds from the request to the first byte of the response; `None` if there is no byte in time."""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        connection.settimeout(seconds)
        began = time.monotonic()
        try:
            return time.monotonic() - began if connection.recv(1) else None
        except TimeoutError:
            return None


def items(port, target, seconds):
    """The response within this time, or until its connection ends; and whether it is `open` or `ended`."""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        data, deadline = b"", time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            connection.settimeout(left)
            try:
                part = connection.recv(65_536)
            except TimeoutError:
                return data, "open"
            if not part:
                return data, "ended"
            data += part
        return data, "open"


def check_buffering(tally, build, folder):
    for path in ("/events", "/stream"):
        # A new server each time: items that it has already published would fill the buffer.
        for version, choice, comes in (("1.0", "", False), ("1.0", "&accel-buffering=yes", False),
                                       ("1.0", "&accel-buffering=no", True), ("1.1", "", True),
                                       ("1.1", "&accel-buffering=no", True)):
            with Server(build, *SLOW) as server, Nginx(folder, server.port, version) as nginx:
                target = f"{path}?after=0{choice}"
                after = first_bytes(nginx.port, target, 2 if comes else 1)
                what = "no byte arrives" if after is None else f"the first byte arrives after {after:.3f} s"
                tally.check(f"{target}, HTTP/{version} to the server: {what}", (after is not None) == comes)
                after = first_bytes(server.port, target, 2)
                tally.check(f"{target}, without nginx: the first byte arrives", after is not None)


def check_end_of_feed(tally, build, folder):
    """nginx forwards its buffer when the feed ends, because the server then ends the response."""
    for path in ("/events", "/stream"):
        with Server(build, "--rate", "10/s", "--feed-duration", "1050ms") as server, \
                Nginx(folder, server.port, "1.0") as nginx:
            data, end = items(nginx.port, f"{path}?after=0", 10)
            body = data.partition(b"\r\n\r\n")[2]
            # An item of the synthetic feed has two commas.
            count = body.count(b",") // 2
            tally.check(f"{path}: {count} of 10 items, the response is {end}", count == 10 and end == "ended")
            tally.check(f"{path}: the body is complete", data.endswith(b"0\r\n\r\n"))


def main(build):
    for program in ("nginx", "openssl"):
        if not shutil.which(program):
            sys.exit(f"there is no {program}; install the Debian package {program}")
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="pushlab-nginx-") as text:
        folder = pathlib.Path(text)
        check_loads(tally, build, folder)
        check_buffering(tally, build, folder)
        check_end_of_feed(tally, build, folder)
    return tally.end()


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
