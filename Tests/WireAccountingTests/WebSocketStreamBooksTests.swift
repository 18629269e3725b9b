import Testing
import WireAccounting

/// A frame as it stands on the wire (RFC 9113 §4.1): length, type, flags and stream, then as many bytes.
private func frame(_ type: UInt8, _ length: Int) -> [UInt8] {
    [0, UInt8(length >> 8), UInt8(length & 0xff), type, 0, 0, 0, 0, 1] + [UInt8](repeating: 0xee, count: length)
}

@Suite("What HTTP/2 adds to the books of the WebSockets on its streams")
struct WebSocketStreamBooksTests {
    private static let up =
        Array(HTTP2FrameTally.preface.utf8) + frame(0x4, 12) + frame(0x4, 0) + frame(0x1, 80) + frame(0x0, 6)
    private static let down = frame(0x4, 18) + frame(0x4, 0) + frame(0x1, 10) + frame(0x0, 130)

    private static func books(down: [UInt8], delivered: Int) -> (ledger: ByteLedger, wire: (up: Int64, down: Int64)) {
        var books = WebSocketStreamBooks()
        up.withUnsafeBytes { books.tally.up.passed($0) }
        down.withUnsafeBytes { books.tally.down.passed($0) }
        books.delivered(delivered)
        var ledger = ByteLedger()
        books.book(in: &ledger)
        return (ledger, (Int64(up.count), Int64(down.count)))
    }

    @Test("preface, SETTINGS and heads are the handshake, the headers of DATA framing; content is the clients' own")
    func layers() {
        let (ledger, wire) = Self.books(down: Self.down, delivered: 130)
        #expect(ledger[.handshake, .up] == 24 + 21 + 9 + 89)
        #expect(ledger[.framing, .up] == 9)
        #expect(ledger.tcpPayloadBytes(.up) == wire.up - 6)
        #expect(ledger[.handshake, .down] == 27 + 9 + 19)
        #expect(ledger[.framing, .down] == 9)
        #expect(ledger[.payload, .down] == 0)
        #expect(ledger.tcpPayloadBytes(.down) == wire.down - 130)
    }

    @Test("of a connection that broke every byte is booked: a begun header, and content that no client got")
    func broken() {
        let (ledger, wire) = Self.books(down: Self.down + frame(0x0, 130).prefix(7), delivered: 100)
        #expect(ledger[.framing, .down] == 9 + 7)
        #expect(ledger[.payload, .down] == 30)
        #expect(ledger.tcpPayloadBytes(.down) == wire.down - 100)
    }
}
