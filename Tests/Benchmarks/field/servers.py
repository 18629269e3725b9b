"""The servers of the suite, each as one process on the first processor."""

import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

from .machine import SERVER_CORE, Missing, Refused, cpu_us, pinned, program

ITEM_BYTES = 128
TOKEN = "0123456789abcdef0123456789abcdef"
NCHAN_MODULE = pathlib.Path("/usr/lib/nginx/modules/ngx_nchan_module.so")

NGINX = """
{modules}
daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;
worker_rlimit_nofile 20000;
events {{ worker_connections 19900; }}
http {{
    access_log off; keepalive_requests 1000000000; keepalive_timeout 1h; tcp_nodelay on;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        listen 127.0.0.1:{http2_port} http2 backlog=4096;
        location = /poll {{ default_type text/plain; return 200 "{item}"; }}
{locations}
    }}
}}
"""
NCHAN = """
        location = /ws { nchan_subscriber websocket; nchan_channel_id feed; nchan_subscriber_first_message newest; }
        location = /sse { nchan_subscriber eventsource; nchan_channel_id feed; nchan_subscriber_first_message newest; }
        location = /long-poll {
            nchan_subscriber longpoll; nchan_channel_id feed; nchan_subscriber_first_message newest;
        }
        location = /publish { nchan_publisher; nchan_channel_id feed; nchan_message_buffer_length 16; }
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """A server of one process: `publish` is where items are posted, `fields` what its requests need."""

    publish = "/publish"
    fields = ()
    # By transport, if they differ from /TRANSPORT.
    paths = {}

    def __init__(self, name, command, port=None, cores=(SERVER_CORE,)):
        self.name, self.port, self.http2_port = name, port, port
        self.cores = list(cores)
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            pinned(",".join(map(str, cores)), command), stdout=subprocess.PIPE, stderr=self.errors)

    def path(self, transport):
        return self.paths.get(transport, "/" + transport)

    def url(self, transport):
        return f"http://127.0.0.1:{self.port}{self.path(transport)}"

    def first_line(self):
        ready, _, _ = select.select([self.process.stdout], [], [], 20)
        line = self.process.stdout.readline().decode() if ready else ""
        if not line:
            self.fail("did not start")
        return line

    def fail(self, what):
        """Raises what the server wrote last on standard error."""
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        raise Refused(f"{self.name} {what}" + (f": {lines[-1]}" if lines else ""))

    def await_port(self):
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.fail("does not listen on its port")

    def cpu_us(self):
        return cpu_us(self.process.pid)

    def memory(self):
        """Resident memory that is not part of a file, B."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1_024
        raise Refused(f"{self.name} has ended")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()


class Baseline(Server):
    """The C server of baseline_server.c."""

    def __init__(self, folder, pings):
        super().__init__("baseline", [folder / "baseline_server", 0, pings])
        self.port = int(self.first_line())


class Named(Server):
    """A server that the user names: PROGRAM PORT, with the paths of the baseline."""

    def __init__(self, name, path):
        super().__init__(name, [path, port := free_port()], port)
        self.await_port()


class PushLab(Server):
    fields = (f"Authorization: Bearer {TOKEN}",)
    paths = {"sse": "/events"}

    def __init__(self, build, *options, external=True, cores=(SERVER_CORE,)):
        feed = ["--feed", "external", "--publish-token", TOKEN] if external else []
        # Without the ports of the teaching page, like the other servers.
        command = [build / "pushlab-server", "--port", 0, "--no-page", *feed, *options]
        super().__init__("pushlab", command, cores=cores)
        self.port = self.http2_port = json.loads(self.first_line())["port"]

    def _exchange(self, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body)
        request.add_header("Authorization", f"Bearer {TOKEN}")
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.read()

    def make_poll_body(self):
        """Publishes items until the body of a poll for the last one has as many bytes as that of the others."""
        data = ITEM_BYTES - 10
        for _ in range(10):
            sequence = int(self._exchange("/publish", b"x" * data))
            self.paths = {**self.paths, "poll": f"/poll?after={sequence - 1}"}
            length = len(self._exchange(self.path("poll")))
            if length == ITEM_BYTES:
                return self
            # Its text also has the sequence and the time, which become longer.
            data += ITEM_BYTES - length
        raise Refused("the body of a poll has not the size of the others")


class Nginx(Server):
    modules, locations = "", ""

    def __init__(self, folder, name="nginx"):
        nginx = program("nginx", "nginx-light")
        (folder := folder / f"{name}-{free_port()}").mkdir()
        port, http2_port = free_port(), free_port()
        (folder / "conf").write_text(NGINX.format(
            folder=folder, port=port, http2_port=http2_port, item="x" * ITEM_BYTES, modules=self.modules,
            locations=self.locations))
        super().__init__(name, [nginx, "-c", folder / "conf"], port)
        self.http2_port = http2_port
        self.await_port()


class Nchan(Nginx):
    modules = f"load_module {NCHAN_MODULE};"
    locations = NCHAN

    def __init__(self, folder):
        if not NCHAN_MODULE.exists():
            raise Missing("nchan is missing; install the Debian package libnginx-mod-nchan")
        super().__init__(folder, "nchan")


def make(name, build, folder, *options, pings=0, **more):
    """Starts the server with this name; `Missing` if it is not available.

    The options are PushLab's, which sends a Ping to each WebSocket every 30 s; `pings` is that time for `baseline`, s,
    or 0 for no Pings.
    """
    if name == "baseline":
        return Baseline(folder, pings)
    if name == "nginx":
        return Nginx(folder)
    if name == "nchan":
        return Nchan(folder)
    if name == "pushlab":
        return PushLab(build, *options, **more)
    if path := os.environ.get("PUSHLAB_UWS"):
        return Named("uws", path)
    raise Missing("µWebSockets takes part where PUSHLAB_UWS=PROGRAM names it")
