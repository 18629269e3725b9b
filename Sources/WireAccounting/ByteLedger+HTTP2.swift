extension ByteLedger {
    /// Adds all bytes of HTTP/2 except the content of DATA frames, which its reader adds.
    ///
    /// - Parameters:
    ///   - tally: The tally of connections that have ended.
    ///   - headers: The layer of frames that carry header fields.
    package mutating func book(_ tally: HTTP2Tally, headersAs headers: ByteLayer = .httpHead) {
        book(tally.up, .up, headersAs: headers)
        book(tally.down, .down, headersAs: headers)
    }

    private mutating func book(_ tally: HTTP2FrameTally, _ direction: Direction, headersAs headers: ByteLayer) {
        book(Int(tally.headBytes), headers, direction)
        book(Int(tally.framingBytes + tally.unfinishedBytes), .framing, direction)
        book(Int(tally.setupBytes), .handshake, direction)
    }

    /// Adds to framing all bytes that only the kernel counted, for connections whose HTTP/2 frames neither end reports.
    /// The ledger then matches the kernel's count by definition, so the comparison proves nothing.
    package mutating func bookRemainder(of kernel: KernelCount) {
        book(Int(kernel.bytesUp - tcpPayloadBytes(.up)), .framing, .up)
        book(Int(kernel.bytesDown - tcpPayloadBytes(.down)), .framing, .down)
    }
}

/// The bytes that an HTTP/2 connection adds to the WebSockets on its streams.
///
/// Each client counts the content of its own DATA frames. Frames with header fields open the WebSockets, as the preface
/// and SETTINGS open the connection, so all of them are handshake. The rest is framing.
package struct WebSocketStreamTally: Sendable, Equatable {
    package var tally = HTTP2Tally()
    // Content of DATA frames that clients have received.
    private var deliveredBytes: Int64 = 0

    package init() {}

    /// A client received content of its stream.
    package mutating func delivered(_ count: Int) {
        deliveredBytes += Int64(count)
    }

    /// Adds a connection that has ended to a ledger. Content for streams that had already ended counts as payload: most
    /// of it is.
    package func book(in ledger: inout ByteLedger) {
        ledger.book(tally, headersAs: .handshake)
        ledger.book(Int(tally.down.contentBytes - deliveredBytes), .payload, .down)
    }
}
