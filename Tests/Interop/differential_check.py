"""Compares our WebSocket with third-party libraries: python3 differential_check.py BUILD_FOLDER [SESSIONS] [FIRST_SEED]

A session consists of valid and invalid frames from a seed, in random pieces. `wsproto` reads the same bytes and gives
the expected response: echoes, Pongs, the Close and its code. The server's /echo and `pushlab echo` must send exactly
that. `websockets` reads the bytes too and must agree. A failure prints the seed.
Needs `pip install wsproto websockets`. Prints "N passed, N failed"; exits with 1 if a check failed.

Accepted differences:
- wsproto treats close code 1014 as unassigned; IANA's registry contains it. No session contains 1014.
- wsproto refuses an invalid frame at its first payload byte, ours at its header. No session ends between the two.
- wsproto refuses damaged deflate at once, ours at the end of the message (RFC 7692 §7.2.2 inflates messages). Both
  libraries stop at a final block and ignore the rest; ours continues (§7.2.3.4). websockets sends 1002, ours 1007.
  A session with damaged deflate is compared up to the damage; then it must end with a Close of any code.
- wsproto loses the compressed state of a message if a control frame comes between its fragments; it does not read such
  sessions.
- websockets accepts lengths that are not minimal; it does not read such sessions. It leaves UTF-8 checks to its
  connection class, so the check is here.
"""
import asyncio
import codecs
import copy
import random
import sys
import time
import zlib

from websockets.extensions.permessage_deflate import PerMessageDeflate as OtherDeflate
from websockets.protocol import Protocol, Side, State
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage
from wsproto.extensions import PerMessageDeflate

from conformance_check import EchoClient
from wire import (
    BINARY, CLOSE, PING, PONG, TEXT, Server, Tally, close_payload, frame, hang_up, open_to_server, read_frames,
    read_to_end)

ALPHABET = "abc defg äöü € 漢字 🙂\u0000\u07ff\uffff\U0010ffff"
BAD_TEXT = [
    b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88", b"\x80", b"\xe2\x28\xa1", b"\xf0\x80"]
GOOD_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999]
BAD_CODES = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]


class Session:
    """The bytes that one peer sends (`wire`); `client` is true if that peer is the client."""

    def __init__(self, seed, client):
        self.seed, self.client = seed, client
        self.dice = random.Random(seed * 2 + client)
        self.deflate = self.dice.choice([None, None, (15, False), (15, True), (9, False), (12, True)])
        self.stream = None
        self.fault = self.dice.choice(FAULTS) if self.dice.random() < 0.6 else None
        # Only wsproto checks these faults, so the session contains nothing that it cannot read.
        self.is_about_lengths = self.fault in ("fault_length", "fault_top_bit", "fault_bits")
        self.has_control_in_compressed = False
        self.ends_in_frame = False
        # Offset in `wire` of the damaged deflate data.
        self.damaged_from = None
        self.wire = bytearray()
        self.build()
        self.pieces = self.cut()

    # Frames

    def add(self, first, payload=b"", width=None, wrong_mask=False):
        mask = None
        if self.client != wrong_mask:
            mask = self.dice.choice([b"\0\0\0\0", self.dice.randbytes(4)])
        self.wire += frame(first, payload, mask, width)

    def text(self):
        size = self.dice.choice([0, 1, 3, 30, 125, 126, 300]) if self.dice.random() < 0.9 else 70_000
        return "".join(self.dice.choices(ALPHABET, k=size)).encode()

    def data(self):
        if self.dice.random() < 0.6:
            return TEXT, self.text()
        size = self.dice.choice([0, 1, 125, 126, 127, 500, 65_535, 65_536][:6 if self.dice.random() < 0.9 else 8])
        return BINARY, self.dice.randbytes(size) if self.dice.random() < 0.5 else b"\xfe" * size

    def pack(self, payload):
        bits, forgets = self.deflate
        if self.stream is None or forgets:
            self.stream = zlib.compressobj(self.dice.choice([1, 6, 9]), zlib.DEFLATED, -bits)
        packed = self.stream.compress(payload) + self.stream.flush(zlib.Z_SYNC_FLUSH)
        return packed[:-4]

    def message(self, kind, payload, damage=False):
        first = kind
        if self.deflate and self.dice.random() < 0.8:
            first |= 0x40
            payload = bytearray(self.pack(payload))
            if damage:
                payload[self.dice.randrange(len(payload))] ^= 1 << self.dice.randrange(8)
        cuts = sorted(self.dice.randrange(len(payload) + 1) for _ in range(self.dice.choice([0, 0, 0, 1, 2, 9])))
        borders = [0, *cuts, len(payload)]
        for place, (start, end) in enumerate(zip(borders, borders[1:])):
            head = (first & 0x7F if place == 0 else 0) | (0x80 if place == len(borders) - 2 else 0)
            self.add(head, bytes(payload[start:end]))
            while place < len(borders) - 2 and self.dice.random() < 0.3:
                if first & 0x40:
                    if self.is_about_lengths:
                        break
                    self.has_control_in_compressed = True
                self.control()

    def control(self):
        self.add(self.dice.choice([PING, PING, PONG]), self.dice.randbytes(self.dice.choice([0, 1, 20, 125])))

    # Sessions

    def build(self):
        for _ in range(self.dice.randrange(6)):
            self.control() if self.dice.random() < 0.3 else self.message(*self.data())
        if self.fault:
            getattr(self, self.fault)()
            for _ in range(0 if self.ends_in_frame else self.dice.randrange(3)):
                self.message(*self.data())
        elif self.dice.random() < 0.5:
            self.close(self.dice.choice(GOOD_CODES), self.text()[:self.dice.randrange(124)])

    def close(self, code, reason=b""):
        self.add(CLOSE, close_payload(code, reason.decode(errors="ignore").encode()))

    def fault_reserved_bits(self):
        self.add(self.dice.choice([TEXT, BINARY, PING, PONG, CLOSE, 0x01]) | self.dice.randrange(1, 8) << 4, b"ab")
        if self.deflate:
            # With RSV1 alone these two bytes are a compressed message that does not inflate.
            self.damaged_from = len(self.wire)

    def fault_reserved_opcode(self):
        self.add(self.dice.choice([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) | self.dice.choice([0, 0x80]), b"ab")

    def fault_long_control(self):
        self.add(self.dice.choice([CLOSE, PING, PONG]), b"a" * self.dice.choice([126, 127, 65_536]))

    def fault_control_fragment(self):
        self.add(self.dice.choice([CLOSE, PING, PONG]) & 0x7F, close_payload(1000))

    def fault_mask(self):
        self.add(TEXT, b"Hello", wrong_mask=True)

    def fault_length(self):
        self.add(self.dice.choice([TEXT, BINARY]), b"a" * self.dice.choice([0, 5, 125]), width=self.dice.choice([2, 8]))

    def fault_top_bit(self):
        mask = 0x80 if self.client else 0
        self.wire += bytes([BINARY, 127 | mask, 0x80 | self.dice.randrange(128)]) + self.dice.randbytes(7 + 4 + 9)

    def fault_continuation(self):
        self.add(self.dice.choice([0x00, 0x80]), b"ab")

    def fault_start_in_message(self):
        self.add(self.dice.choice([0x01, 0x02]), b"ab")
        if self.dice.random() < 0.5:
            self.control()
        self.add(self.dice.choice([0x01, 0x02, 0x81, 0x82]), b"cd")

    def fault_text(self):
        text, bad = self.text(), self.dice.choice(BAD_TEXT)
        place = len(text[:self.dice.randrange(len(text) + 1)].decode(errors="ignore").encode())
        stream, self.deflate = self.deflate, None if self.dice.random() < 0.7 else self.deflate
        if self.deflate:
            self.damaged_from = len(self.wire)
        self.message(TEXT, text[:place] + bad + text[place:])
        self.deflate = stream

    def fault_cut_text(self):
        stream, self.deflate = self.deflate, None
        self.message(TEXT, self.text() + self.dice.choice(["é", "€", "🙂"]).encode()[:-1])
        self.deflate = stream

    def fault_close_code(self):
        self.add(CLOSE, close_payload(self.dice.choice(BAD_CODES), b"reason"))

    def fault_close_byte(self):
        self.add(CLOSE, b"\x03")

    def fault_close_reason(self):
        self.add(CLOSE, close_payload(1000, b"why " + self.dice.choice(BAD_TEXT)))

    def fault_deflate(self):
        self.damaged_from = len(self.wire)
        self.message(BINARY, self.text(), damage=True)

    def fault_bits(self):
        """Flips random bits, unless a frame would become longer than a limit."""
        wire = bytearray(self.wire)
        for _ in range(self.dice.randrange(1, 4)):
            if wire:
                wire[self.dice.randrange(len(wire))] ^= 1 << self.dice.randrange(8)
        if longest_frame(wire) < 1 << 24:
            self.ends_in_frame = True
            if self.deflate:
                self.damaged_from = 0
            self.wire = wire

    def fault_end(self):
        """The connection ends inside a frame: no response is expected for it."""
        before = len(self.wire)
        self.ends_in_frame = True
        self.add(BINARY, b"a" * 200)
        self.wire = self.wire[:before + self.dice.choice([1, self.dice.randrange(15, 200)])]

    def cut(self):
        pieces, at = [], 0
        most = self.dice.choice([1, 7, 100, 1_000, 1 << 20])
        if len(self.wire) > 300 * most:
            most = 1 << 20
        while at < len(self.wire):
            end = at + 1 + self.dice.randrange(most)
            pieces.append(bytes(self.wire[at:end]))
            at = end
        return pieces


FAULTS = [name for name in dir(Session) if name.startswith("fault_")]


def longest_frame(wire):
    """The longest payload that a header declares, as far as the headers can be located."""
    longest, at = 0, 0
    while at + 10 <= len(wire):
        count, start = wire[at + 1] & 0x7F, at + 2
        if count > 125:
            width = 2 if count == 126 else 8
            count, start = int.from_bytes(wire[start:start + width], "big"), start + width
        longest = max(longest, count)
        at = start + (4 if wire[at + 1] & 0x80 else 0) + count
    return longest


# The third-party libraries

def read_by_wsproto(session):
    """Returns (replies, end); the end is `open`, `closed` or `failed`, with a code."""
    extensions = []
    if session.deflate:
        bits, forgets = session.deflate
        side = "client" if session.client else "server"
        extension = PerMessageDeflate(**{f"{side}_no_context_takeover": forgets, f"{side}_max_window_bits": bits})
        extension._enabled = True
        extensions.append(extension)
    connection = Connection(ConnectionType.SERVER if session.client else ConnectionType.CLIENT, extensions)
    replies, parts = [], []
    for piece in session.pieces:
        connection.receive_data(piece)
        for event in connection.events():
            if isinstance(event, Ping):
                replies.append((PONG, bytes(event.payload)))
            elif isinstance(event, (TextMessage, BytesMessage)):
                parts.append(event.data.encode() if isinstance(event, TextMessage) else bytes(event.data))
                if event.message_finished:
                    replies.append((TEXT if isinstance(event, TextMessage) else BINARY, b"".join(parts)))
                    parts = []
            elif isinstance(event, CloseConnection):
                # A received Close changes the state; an error does not.
                is_received = connection.state.name == "REMOTE_CLOSING"
                code = int(event.code)
                return replies, (
                    ("closed", None if code == 1005 else code) if is_received else ("failed", code))
            else:
                assert isinstance(event, Pong)
    return replies, ("open", None)


def read_by_websockets(session):
    protocol = Protocol(Side.SERVER if session.client else Side.CLIENT, state=State.OPEN, max_size=None)
    if session.deflate:
        protocol.extensions = [OtherDeflate(session.deflate[1], False, session.deflate[0], 15)]
    replies, kind, parts = [], None, []
    for piece in session.pieces:
        protocol.receive_data(piece)
        for event in protocol.events_received():
            first = event.opcode | 0x80
            if first == PING:
                replies.append((PONG, bytes(event.data)))
            if first in (TEXT, BINARY):
                kind, parts, text = first, [], codecs.getincrementaldecoder("utf-8")()
            if first in (TEXT, BINARY, 0x80):
                parts.append(bytes(event.data))
                try:
                    if kind == TEXT:
                        text.decode(parts[-1], event.fin)
                except UnicodeDecodeError:
                    return replies, ("failed", 1007)
                if event.fin:
                    replies.append((kind, b"".join(parts)))
            if first == CLOSE:
                code = protocol.close_rcvd.code
                return replies, ("closed", None if code == 1005 else int(code))
        if protocol.parser_exc is not None:
            return replies, ("failed", int(protocol.close_sent.code))
    return replies, ("open", None)


def readers(session):
    """Yields the libraries that can read this session."""
    if not (session.deflate and session.has_control_in_compressed):
        yield read_by_wsproto
    if not session.is_about_lengths:
        yield read_by_websockets


# Our implementation

def expected_frames(session, replies, end):
    how, code = end
    if how == "open":
        # The check sends a Close, unless the connection ends inside a frame.
        return replies + ([] if session.ends_in_frame else [(CLOSE, close_payload(1000))])
    return replies + [(CLOSE, b"" if code is None else close_payload(code))]


def inflated(frames, bits):
    stream, plain = zlib.decompressobj(-bits), []
    for first, payload in frames:
        if first & 0x40:
            first, payload = first & ~0x40, stream.decompress(payload + b"\0\0\xff\xff")
        plain.append((first, payload))
    return plain


async def write_pieces(writer, pieces):
    try:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0)
        await writer.drain()
    except (ConnectionResetError, BrokenPipeError):
        pass


async def ask_server(port, session, is_open):
    offer = None
    if session.deflate:
        bits, forgets = session.deflate
        offer = f"permessage-deflate; client_max_window_bits={bits}" + "; client_no_context_takeover" * forgets
    reader, writer, agreed = await open_to_server(port, extensions=offer)
    assert bool(agreed) == bool(offer), agreed
    reading = asyncio.create_task(read_to_end(reader))
    await write_pieces(writer, session.pieces)
    if is_open and session.ends_in_frame:
        # The replies must arrive before we close our half, because that ends the echo at once.
        await asyncio.wait([reading], timeout=0.3)
        writer.write_eof()
    elif is_open:
        await write_pieces(writer, [frame(CLOSE, close_payload(1000), b"\1\2\3\4")])
    got, how = await reading
    await hang_up(writer)
    frames, rest = read_frames(got, are_masked=False)
    assert not rest and how == "closed", f"the connection is {how}"
    return inflated(frames, 15)


async def ask_client(client, session, is_open):
    answer = None
    if session.deflate:
        bits, forgets = session.deflate
        answer = f"permessage-deflate; server_max_window_bits={bits}" + "; server_no_context_takeover" * forgets

    async def play(reader, writer, _):
        got = bytearray()

        async def read_on():
            while True:
                part = await reader.read(1 << 20)
                if not part:
                    return
                got.extend(part)
                frames, rest = read_frames(got, are_masked=True)
                if frames and frames[-1][0] == CLOSE and not rest:
                    return

        reading = asyncio.create_task(read_on())
        await write_pieces(writer, session.pieces)
        if is_open and not session.ends_in_frame:
            await write_pieces(writer, [frame(CLOSE, close_payload(1000))])
        await asyncio.wait([reading], timeout=0.5 if is_open and session.ends_in_frame else 10)
        reading.cancel()
        return bytes(got)

    got, status, output = await client.run(play, answer)
    assert status == 0, output
    frames, rest = read_frames(got, are_masked=True)
    assert not rest
    return inflated(frames, 15)


def agrees(session, ours, expected):
    """Whether `ours` equals the expected frames; with damaged deflate, up to the damage."""
    if session.damaged_from is None:
        return ours == expected
    sound = copy.copy(session)
    sound.pieces = [bytes(session.wire[:session.damaged_from])]
    before, _ = next(readers(session))(sound)
    return ours[:len(before)] == before and (session.ends_in_frame or ours[-1][0] == CLOSE)


async def check(session, ask, tally):
    place = f"seed {session.seed}, {'/echo' if session.client else 'pushlab echo'}"
    (replies, end), *others = [read(session) for read in readers(session)]
    if session.damaged_from is None:
        for other in others:
            tally.check(f"{place}: wsproto expects {brief(replies)} {end}, websockets {brief(other[0])} {other[1]}",
                        (replies, end) == other)
    expected = expected_frames(session, replies, end)
    try:
        ours = await ask(session, end[0] == "open" or session.damaged_from is not None)
    except (AssertionError, asyncio.TimeoutError) as error:
        tally.check(f"{place}: {error!r}; expected {brief(expected)}", False)
        return end
    tally.check(f"{place}: sent {brief(ours)}, expected {brief(expected)}", agrees(session, ours, expected))
    return end


def brief(frames):
    return [(f"{first:x}", len(payload), payload[:12]) for first, payload in frames[-4:]]


async def main(build, sessions, first_seed):
    tally, ends = Tally(), {}
    began = time.monotonic()

    async def some(seeds, client, ask):
        for seed in seeds:
            how, code = await check(Session(seed, client), ask, tally)
            ends[how, code] = ends.get((how, code), 0) + 1

    last = first_seed + sessions
    with Server(build, "--rate", "1/s", "--echo-limit", "16MiB") as server:
        def ask(session, is_open):
            return ask_server(server.port, session, is_open)
        await asyncio.gather(*(some(range(first_seed + lane, last, 32), True, ask) for lane in range(32)))
    tally.check("the server exits with 0", server.status == 0)
    echo = EchoClient(build)

    def ask(session, is_open):
        return ask_client(echo, session, is_open)
    last = first_seed + sessions // 10
    await asyncio.gather(*(some(range(first_seed + lane, last, 4), False, ask) for lane in range(4)))
    print(", ".join(f"{how} {code or ''}: {count}" for (how, code), count in sorted(ends.items(), key=str)))
    print(f"{sessions} sessions with the server, {sessions // 10} with the client, from seed {first_seed},"
          f" {time.monotonic() - began:.0f} s")
    return tally.end()


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[2:]]
    sys.exit(asyncio.run(main(sys.argv[1], *(numbers + [1_500, 1][len(numbers):]))))
