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
