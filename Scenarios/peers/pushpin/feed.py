"""Pushpin: a proxy that holds the clients' connections, an origin that says which ones to hold, and a publisher.

Follows https://pushpin.org/docs/usage/ and https://pushpin.org/docs/protocols/grip/. Nothing is compressed. Long polls
name the item before the next one (prev-id), so Pushpin asks the origin again if it missed one.
"""
import http.client
import http.server
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

HISTORY = 4096
items, newest = {}, 0


class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # headers and body in one write

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        cursor = int(query.get("after", newest))
        first = max(cursor, newest - HISTORY) + 1
        body = "".join(f"{items[sequence]}\n" for sequence in range(first, newest + 1)).encode()
        if url.path == "/stream":
            self.answer(Content_Type="text/plain", Grip_Hold="stream", Grip_Channel="lines")
        elif url.path == "/events":
            self.answer(Content_Type="text/event-stream", Grip_Hold="stream", Grip_Channel="events")
        elif body or url.path == "/poll":
            self.answer(body, Content_Type="text/plain")
        else:
            hold = int(query.get("hold", "25000ms").removesuffix("ms")) // 1000
            self.answer(Grip_Hold="response", Grip_Channel=f"items; prev-id={cursor}", Grip_Timeout=hold)

    def do_POST(self):
        """WebSocket over HTTP: a new client subscribes, and a Close is answered with the same Close."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if body.startswith(b"OPEN"):
            subscribe = b'c:{"type": "subscribe", "channel": "items"}'
            body = b"OPEN\r\nTEXT %x\r\n%s\r\n" % (len(subscribe), subscribe)
        elif not body.startswith(b"CLOSE"):
            body = b""
        self.answer(body, Content_Type="application/websocket-events",
                    Sec_WebSocket_Extensions='grip; message-prefix=""')

    def answer(self, body=b"", **fields):
        self.send_response(200)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 1024


def configured(template, **values):
    text = pathlib.Path(template).read_text()
    for name, value in values.items():
        text = re.sub(rf"(?m)^{name}=.*", f"{name}={value}", text)
    return text


def start_pushpin(folder, port, origin_port, publish_port):
    """Debian's files with other ports and folders. zurl, which asks the origin, is a service of its own there."""
    internal = configured("/usr/lib/pushpin/internal.conf").replace("/var/run/zurl", str(folder))
    (folder / "internal.conf").write_text(internal)
    (folder / "routes").write_text(f"*,proto=ws 127.0.0.1:{origin_port},over_http\n* 127.0.0.1:{origin_port}\n")
    (folder / "pushpin.conf").write_text(configured(
        "/etc/pushpin/pushpin.conf", include=folder / "internal.conf", rundir=folder, logdir=folder, ipc_prefix="p-",
        http_port=f"127.0.0.1:{port}", push_in_spec=f"ipc://{folder}/in", push_in_sub_specs=f"ipc://{folder}/sub",
        command_spec=f"ipc://{folder}/command", push_in_http_port=publish_port, message_rate=1_000_000,
        routesfile=folder / "routes"))
    zurl = re.sub(r"ipc://[^\n,]*?(zurl-[a-z-]+)", rf"ipc://{folder}/\1", configured("/etc/zurl.conf"))
    (folder / "zurl.conf").write_text(zurl)
    commands = [["zurl", f"--config={folder / 'zurl.conf'}"],
                ["pushpin", "--config", str(folder / "pushpin.conf"), "--merge-output"]]
    return [subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr) for command in commands]


def wait_until_ready(port):
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            connection.request("GET", "/poll?after=0")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)


def publish(connection, line):
    global newest
    items[newest + 1] = line
    newest += 1
    items.pop(newest - HISTORY, None)
    event = f"id: {newest}\ndata: {line}\n\n"
    formats = [("items", {"ws-message": {"content": line}, "http-response": {"body": line + "\n"}}),
               ("lines", {"http-stream": {"content": line + "\n"}}), ("events", {"http-stream": {"content": event}})]
    body = {"items": [{"channel": channel, "id": str(newest), "prev-id": str(newest - 1), "formats": form}
                      for channel, form in formats]}
    connection.request("POST", "/publish/", json.dumps(body), {"Content-Type": "application/json"})
    connection.getresponse().read()


def main(port, origin_port, publish_port):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    origin = Server(("127.0.0.1", origin_port), Origin)
    threading.Thread(target=origin.serve_forever, daemon=True).start()
    processes = start_pushpin(pathlib.Path(folder), port, origin_port, publish_port)
    try:
        wait_until_ready(port)
        print("ready", flush=True)
        connection = http.client.HTTPConnection("127.0.0.1", publish_port)
        for line in sys.stdin:
            publish(connection, line.rstrip("\n"))
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


with tempfile.TemporaryDirectory() as folder:
    main(*(int(port) for port in sys.argv[1:4]))
