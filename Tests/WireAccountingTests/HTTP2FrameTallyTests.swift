import Testing
import WireAccounting

/// A frame as on the wire (RFC 9113 §4.1): length, type, flags and stream, then the payload.
private func frame(_ type: UInt8, _ length: Int) -> [UInt8] {
    [0, UInt8(length >> 8), UInt8(length & 0xff), type, 0, 0, 0, 0, 1] + [UInt8](repeating: 0xee, count: length)
}

@Suite("Classes of HTTP/2 bytes, from frame headers alone, RFC 9113 §4.1")
struct HTTP2FrameTallyTests {
    private static func tally(_ bytes: [UInt8], beginsWithPreface: Bool, chunkBytes: Int) -> HTTP2FrameTally {
        var tally = HTTP2FrameTally(beginsWithPreface: beginsWithPreface)
        for start in stride(from: 0, to: bytes.count, by: chunkBytes) {
            bytes[start..<min(start + chunkBytes, bytes.count)].withUnsafeBytes { tally.passed($0) }
        }
        return tally
    }

    @Test(
        "a client's preface and SETTINGS are setup, HEADERS are headers, the rest is framing",
        arguments: [1, 5, 24, 1_000])
    func client(chunkBytes: Int) {
        let bytes = Array(HTTP2FrameTally.preface.utf8) + frame(0x4, 18) + frame(0x8, 4) + frame(0x1, 40)
        let tally = Self.tally(bytes, beginsWithPreface: true, chunkBytes: chunkBytes)
        #expect(tally.setupBytes == 24 + 27)
        #expect(tally.framingBytes == 13)
        #expect(tally.headBytes == 49)
        #expect(tally.contentBytes == 0)
        #expect(tally.bytes == Int64(bytes.count))
    }

    @Test("the 9-byte header of a DATA frame is framing, its payload is content", arguments: [1, 8, 9, 1_000])
    func server(chunkBytes: Int) {
        let bytes = frame(0x1, 30) + frame(0x9, 10) + frame(0x0, 300) + frame(0x0, 0)
        let tally = Self.tally(bytes, beginsWithPreface: false, chunkBytes: chunkBytes)
        #expect(tally.headBytes == 39 + 19)
        #expect(tally.framingBytes == 18)
        #expect(tally.contentBytes == 300)
    }
}

@Suite("Bytes that HTTP/2 adds to the WebSockets on its streams")
struct WebSocketStreamTallyTests {
    private static let up =
        Array(HTTP2FrameTally.preface.utf8) + frame(0x4, 12) + frame(0x4, 0) + frame(0x1, 80) + frame(0x0, 6)
    private static let down = frame(0x4, 18) + frame(0x4, 0) + frame(0x1, 10) + frame(0x0, 130)

    private static func count(down: [UInt8], delivered: Int) -> (ledger: ByteLedger, wire: (up: Int64, down: Int64)) {
        var stream = WebSocketStreamTally()
        up.withUnsafeBytes { stream.tally.up.passed($0) }
        down.withUnsafeBytes { stream.tally.down.passed($0) }
        stream.delivered(delivered)
        var ledger = ByteLedger()
        stream.book(in: &ledger)
        return (ledger, (Int64(up.count), Int64(down.count)))
    }

    @Test("preface, SETTINGS and HEADERS are handshake, headers of DATA frames framing; clients count content")
    func layers() {
        let (ledger, wire) = Self.count(down: Self.down, delivered: 130)
        #expect(ledger[.handshake, .up] == 24 + 21 + 9 + 89)
        #expect(ledger[.framing, .up] == 9)
        #expect(ledger.tcpPayloadBytes(.up) == wire.up - 6)
        #expect(ledger[.handshake, .down] == 27 + 9 + 19)
        #expect(ledger[.framing, .down] == 9)
        #expect(ledger[.payload, .down] == 0)
        #expect(ledger.tcpPayloadBytes(.down) == wire.down - 130)
    }

    @Test("every byte of a broken connection counts: a partial header, and content that no client received")
    func broken() {
        let (ledger, wire) = Self.count(down: Self.down + frame(0x0, 130).prefix(7), delivered: 100)
        #expect(ledger[.framing, .down] == 9 + 7)
        #expect(ledger[.payload, .down] == 30)
        #expect(ledger.tcpPayloadBytes(.down) == wire.down - 100)
    }
}
