"""Checks the server with a third-party client of RFC 8441: python3 http2_websocket_check.py BUILD_FOLDER

A client built from `h2` (frames, HPACK, flow control) and `wsproto` (WebSocket) opens /echo and /ws on streams of one
connection, with prior knowledge in plaintext and with ALPN over TLS. Needs `pip install h2 wsproto`.
Prints "N passed, N failed"; exits with 1 if a check failed.
"""
import json
import pathlib
import random
import socket
import ssl
import subprocess
import sys

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.settings
import wsproto
import wsproto.connection
import wsproto.events
import wsproto.extensions

from wire import Tally

SEED = 41
PATIENCE = 10
SIZES = [0, 1, 125, 126, 16_384, 65_535, 65_536, 300_000]


class Stream:
    """One WebSocket: the messages received on its stream, in order."""

    def __init__(self, deflate=False):
        self.extension = wsproto.extensions.PerMessageDeflate() if deflate else None
        self.frames = None
        self.headers = None
        self.messages = []
        self.partial = None
        self.close_code = None
        self.has_ended = False
        self.reset_code = None
        self.content = b""

    def opened(self, fields):
        self.headers = dict(fields)
        if self.headers[":status"] != "200":
            return
        extensions = []
        agreed = self.headers.get("sec-websocket-extensions")
        if agreed:
            self.extension.finalize(agreed)
            extensions = [self.extension]
        self.frames = wsproto.connection.Connection(wsproto.connection.ConnectionType.CLIENT, extensions)

    def received(self, data):
        if self.frames is None:
            self.content += data
            return
        self.frames.receive_data(data)
        for event in self.frames.events():
            if isinstance(event, wsproto.events.Message):
                self.partial = event.data if self.partial is None else self.partial + event.data
                if event.message_finished:
                    self.messages.append(self.partial)
                    self.partial = None
            elif isinstance(event, wsproto.events.CloseConnection):
                self.close_code = event.code


class Client:
    def __init__(self, announcement):
        raw = socket.create_connection(("127.0.0.1", announcement["port"]), timeout=PATIENCE)
        self.scheme = "http"
        self.agreed = "h2"
        if announcement["tls"]:
            context = ssl.create_default_context(cadata=announcement["certificate"])
            context.set_alpn_protocols(["h2"])
            raw = context.wrap_socket(raw, server_hostname="127.0.0.1")
            self.scheme, self.agreed = "https", raw.selected_alpn_protocol()
        self.socket = raw
        self.authority = f"127.0.0.1:{announcement['port']}"
        self.http2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
        self.streams = {}
        self.offers_connect = None
        self.is_over = self.has_received_goaway = False
        self.http2.initiate_connection()
        self.flush()
        self.until(lambda: self.offers_connect is not None)

    def flush(self):
        data = self.http2.data_to_send()
        if data:
            self.socket.sendall(data)

    def until(self, condition):
        """Reads until the condition holds, the connection ends, or the socket times out."""
        while not condition() and not self.is_over:
            data = self.socket.recv(65_536)
            if not data:
                self.is_over = True
                return
            for event in self.http2.receive_data(data):
                self.take(event)
            self.flush()

    def take(self, event):
        stream = self.streams.get(getattr(event, "stream_id", None))
        if isinstance(event, h2.events.RemoteSettingsChanged):
            changed = event.changed_settings.get(h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL)
            if self.offers_connect is None:
                self.offers_connect = changed is not None and changed.new_value == 1
        elif isinstance(event, h2.events.ResponseReceived):
            stream.opened(event.headers)
        elif isinstance(event, h2.events.DataReceived):
            self.http2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            # A DATA frame without content may end the stream.
            if event.data:
                stream.received(event.data)
        elif isinstance(event, h2.events.StreamEnded):
            stream.has_ended = True
        elif isinstance(event, h2.events.StreamReset):
            stream.reset_code = event.error_code
        elif isinstance(event, h2.events.ConnectionTerminated):
            self.has_received_goaway = True

    def open(self, path, deflate=False, subprotocol=None, version="13", origin=None):
        number = self.http2.get_next_available_stream_id()
        stream = self.streams[number] = Stream(deflate)
        fields = [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", self.scheme), (":path", path),
                  (":authority", self.authority), ("sec-websocket-version", version)]
        if subprotocol:
            fields.append(("sec-websocket-protocol", subprotocol))
        if deflate:
            fields.append(("sec-websocket-extensions", f"permessage-deflate; {stream.extension.offer()}"))
        if origin:
            fields.append(("origin", origin))
        self.http2.send_headers(number, fields)
        self.flush()
        self.until(lambda: stream.headers is not None)
        return number, stream

    def send(self, number, data):
        """Sends as much as the windows and the frame size allow; reads while a window is full."""
        while data:
            room = min(self.http2.local_flow_control_window(number), self.http2.max_outbound_frame_size)
            if room == 0:
                self.until(lambda: self.http2.local_flow_control_window(number) > 0 or self.streams[number].has_ended)
                if self.is_over or self.streams[number].has_ended:
                    return
                continue
            self.http2.send_data(number, data[:room])
            data = data[room:]
            self.flush()

    def end(self, number):
        self.http2.end_stream(number)
        self.flush()

    def close(self, number, stream):
        """Performs the closing handshake; then the server and this client end the stream."""
        self.send(number, stream.frames.send(wsproto.events.CloseConnection(code=1000)))
        self.until(lambda: stream.has_ended or stream.reset_code is not None)
        if stream.has_ended:
            self.end(number)


def message(dice, size):
    if dice.random() < 0.5:
        return wsproto.events.BytesMessage(data=bytearray(dice.randbytes(size)))
    return wsproto.events.TextMessage(data="".join(dice.choices("abc äö漢🙂", k=size)))


def check_echo(client, name, tally, deflate):
    dice = random.Random(SEED)
    what = f"{name}, /echo{' with deflate' if deflate else ''}"
    opened = [client.open("/echo", deflate=deflate) for _ in range(3)]
    for number, stream in opened:
        tally.check(f"{what}: 200 opens stream {number}", stream.frames is not None)
        tally.check(f"{what}: the response has no fields of HTTP/1.1's upgrade",
                    not {"upgrade", "connection", "sec-websocket-accept"} & set(stream.headers))
        tally.check(f"{what}: compression is negotiated if it is requested",
                    ("sec-websocket-extensions" in stream.headers) == deflate)
    sent = {number: [] for number, _ in opened}
    for size in SIZES:
        for number, stream in opened:
            event = message(dice, size)
            sent[number].append(event.data)
            client.send(number, stream.frames.send(event))
    for number, stream in opened:
        client.until(lambda: len(stream.messages) == len(SIZES) or stream.has_ended)
        tally.check(f"{what}: all messages come back on stream {number}", stream.messages == sent[number])
        client.close(number, stream)
        tally.check(f"{what}: closed with 1000, then the stream ends", stream.close_code == 1000 and stream.has_ended)


def sequence_of(item):
    return int.from_bytes(item[:8], "big") if isinstance(item, (bytes, bytearray)) else int(item.split(",")[0], 36)


def check_feed(client, name, tally):
    for subprotocol in ("pushlab.text.v1", "pushlab.binary.v1"):
        for deflate in (False, True):
            what = f"{name}, /ws, {subprotocol}{' with deflate' if deflate else ''}"
            number, stream = client.open("/ws?after=3", deflate=deflate, subprotocol=subprotocol)
            agreed = stream.headers.get("sec-websocket-protocol")
            tally.check(f"{what}: the subprotocol is agreed", agreed == subprotocol)
            client.until(lambda: len(stream.messages) >= 20 or stream.has_ended)
            found = [sequence_of(item) for item in stream.messages[:20]]
            tally.check(f"{what}: the feed continues after the cursor", found == list(range(4, 24)))
            client.close(number, stream)
            tally.check(f"{what}: closed with 1000", stream.close_code == 1000 and stream.has_ended)


def check_ends(client, name, tally):
    living = client.open("/echo")
    number, stream = client.open("/echo")
    client.end(number)
    client.until(lambda: stream.has_ended or stream.reset_code is not None)
    tally.check(f"{name}: END_STREAM without a Close gets END_STREAM",
                stream.has_ended and stream.reset_code is None)
    number, stream = client.open("/ws?after=0")
    client.http2.reset_stream(number, h2.errors.ErrorCodes.CANCEL)
    client.flush()
    for what, status, arguments in (
            ("version 12", "426", {"version": "12"}), ("a page of another origin", "403", {"origin": "http://evil"})):
        number, stream = client.open("/ws", **arguments)
        client.until(lambda: stream.has_ended or stream.reset_code is not None)
        tally.check(f"{name}: {what} gets {status} with a sentence",
                    stream.headers[":status"] == status and stream.content.endswith(b"\n") and stream.has_ended)
        client.end(number)
    number, stream = client.open("/nowhere")
    tally.check(f"{name}: another path is 404", stream.headers[":status"] == "404")
    client.end(number)
    number, stream = living
    client.send(number, stream.frames.send(wsproto.events.TextMessage(data="still here")))
    client.until(lambda: stream.messages or stream.has_ended)
    tally.check(f"{name}: the other streams are unaffected", stream.messages == ["still here"])
    return living


def check_stop(client, living, server, name, tally):
    """After GOAWAY, `h2` treats the connection as closed, so the client then closes TCP."""
    stream = living[1]
    server.terminate()
    client.until(lambda: client.has_received_goaway)
    tally.check(f"{name}: a server that stops closes with 1001, then sends GOAWAY",
                stream.close_code == 1001 and client.has_received_goaway)
    client.socket.close()
    tally.check(f"{name}: the server ends after its clients have disconnected", server.wait(timeout=PATIENCE) == 0)


def check(build, name, arguments, tally):
    server = subprocess.Popen(
        [build / "pushlab-server", "--rate", "200/s", "--payload", "64B", "--allow-origin", "http://good", *arguments],
        stdout=subprocess.PIPE)
    try:
        client = Client(json.loads(server.stdout.readline()))
        tally.check(f"{name}: HTTP/2 is agreed on", client.agreed == "h2")
        tally.check(f"{name}: SETTINGS offer extended CONNECT", client.offers_connect is True)
        check_echo(client, name, tally, deflate=False)
        check_echo(client, name, tally, deflate=True)
        check_feed(client, name, tally)
        living = check_ends(client, name, tally)
        check_stop(client, living, server, name, tally)
    finally:
        server.kill()
        server.wait()


def main():
    build = pathlib.Path(sys.argv[1])
    tally = Tally()
    check(build, "plain", [], tally)
    check(build, "TLS", ["--tls", "self-signed"], tally)
    sys.exit(tally.end())


if __name__ == "__main__":
    main()
