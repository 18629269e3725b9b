"""HTTP/2 frames on a raw socket, including invalid ones. Needs `hpack`, which comes with `h2`."""

import socket
import time

import hpack

from lab import connect

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, END_HEADERS, PADDED, WITH_PRIORITY, ACK = 1, 4, 8, 32, 1


def frame(kind, flags=0, stream=0, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def settings(**values):
    numbers = {"table": 1, "push": 2, "streams": 3, "window": 4, "frame": 5, "list": 6}
    return frame(
        SETTINGS,
        0,
        0,
        b"".join(numbers[name].to_bytes(2, "big") + value.to_bytes(4, "big") for name, value in values.items()),
    )


def headers(method, path, *fields, authority="127.0.0.1"):
    """A header block that adds no table entry, so blocks can be sent in any order."""
    all_fields = [(":method", method), (":scheme", "http"), (":path", path), (":authority", authority), *fields]
    encoder = hpack.Encoder()
    encoder.header_table_size = 0
    return encoder.encode(all_fields, huffman=False)


class Peer:
    """The client end of one connection."""

    def __init__(self, port, seconds=5, opening=None):
        self.socket = connect(port, seconds)
        self.rest = b""
        self.frames = []
        self.headers = []
        self.ended = None
        self.decoder = hpack.Decoder(max_header_list_size=1 << 20)
        self.send(PREFACE + (settings() if opening is None else opening))

    def send(self, *parts):
        """Returns false if the server has ended the connection."""
        try:
            self.socket.sendall(b"".join(parts))
            return True
        except OSError:
            return False

    def read(self, condition=lambda _: False, seconds=3):
        """Reads frames until one meets the condition, the connection ends, or the time is over.

        Acknowledges the server's SETTINGS. Returns the frame that meets the condition, or `None`."""
        deadline = time.monotonic() + seconds
        while True:
            while len(self.rest) >= 9 and len(self.rest) >= 9 + int.from_bytes(self.rest[:3], "big"):
                size = int.from_bytes(self.rest[:3], "big")
                found = (self.rest[3], self.rest[4], int.from_bytes(self.rest[5:9], "big"), self.rest[9 : 9 + size])
                self.rest = self.rest[9 + size :]
                self.frames.append(found)
                if found[0] == HEADERS:
                    # Blocks must be decoded in order, because each may change the table.
                    self.headers.append((found[2], dict(self.decoder.decode(found[3]))))
                if found[0] == SETTINGS and not found[1] & ACK:
                    self.send(frame(SETTINGS, ACK))
                if condition(found):
                    return found
            left = deadline - time.monotonic()
            if left <= 0 or self.ended:
                return None
            self.socket.settimeout(left)
            try:
                part = self.socket.recv(1 << 18)
            except socket.timeout:
                return None
            except OSError:
                self.ended = "reset"
                return None
            if not part:
                self.ended = "closed"
                return None
            self.rest += part

    def answer(self, stream, seconds=3):
        """Reads until the stream ends; returns status and body. The status of a reset stream is `reset`."""
        self.read(
            lambda each: each[2] == stream
            and (each[0] == RST_STREAM or (each[0] in (DATA, HEADERS) and each[1] & END_STREAM)),
            seconds,
        )
        # A 100 precedes the final response; trailers have no status.
        status = next(
            (
                fields[":status"]
                for number, fields in reversed(self.headers)
                if number == stream and ":status" in fields
            ),
            None,
        )
        body = b"".join(payload for kind, _, number, payload in self.frames if (kind, number) == (DATA, stream))
        was_reset = any((kind, number) == (RST_STREAM, stream) for kind, _, number, _ in self.frames)
        return "reset" if was_reset else status, body

    def was_cut(self, seconds=3):
        """Whether the server sends GOAWAY with an error, or ends the connection."""
        return self.read(lambda each: each[0] == GOAWAY and each[3][4:8] != bytes(4), seconds) is not None or bool(
            self.ended
        )

    def close(self):
        self.socket.close()
