extension ByteLedger {
    /// Books what HTTP/2 added to what its DATA frames carried, which is booked by whoever reads it.
    ///
    /// - Parameters:
    ///   - tally: Of connections that have ended, whose every other byte is booked here or by TLS.
    ///   - heads: The layer of the frames that carry heads.
    package mutating func book(_ tally: HTTP2Tally, headsAs heads: ByteLayer = .httpHead) {
        book(tally.up, .up, headsAs: heads)
        book(tally.down, .down, headsAs: heads)
    }

    private mutating func book(_ tally: HTTP2FrameTally, _ direction: Direction, headsAs heads: ByteLayer) {
        book(Int(tally.headBytes), heads, direction)
        book(Int(tally.framingBytes + tally.unfinishedBytes), .framing, direction)
        book(Int(tally.setupBytes), .handshake, direction)
    }

    /// Books as framing what the kernel counted beyond what is booked: of connections whose heads and frame headers
    /// nobody tells apart. There the kernel is no witness any more.
    package mutating func bookRemainder(of kernel: KernelCount) {
        book(Int(kernel.bytesUp - tcpPayloadBytes(.up)), .framing, .up)
        book(Int(kernel.bytesDown - tcpPayloadBytes(.down)), .framing, .down)
    }
}

/// What an HTTP/2 connection adds to the books of the WebSockets on its streams.
///
/// Each client books what its DATA frames carry. Beside that the heads open the way, as preface and SETTINGS do: all of
/// them are the handshake. The rest is framing.
package struct WebSocketStreamBooks: Sendable, Equatable {
    package var tally = HTTP2Tally()
    // Of what DATA frames brought, what clients were given.
    private var deliveredBytes: Int64 = 0

    package init() {}

    /// A client was given content of its stream.
    package mutating func delivered(_ count: Int) {
        deliveredBytes += Int64(count)
    }

    /// Books a connection that has ended. What came for a stream that had ended before is booked as payload, most of it
    /// being that.
    package func book(in ledger: inout ByteLedger) {
        ledger.book(tally, headsAs: .handshake)
        ledger.book(Int(tally.down.contentBytes - deliveredBytes), .payload, .down)
    }
}
