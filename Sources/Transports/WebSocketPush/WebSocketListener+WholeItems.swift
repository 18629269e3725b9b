import Feed
import NIOCore
import WebSocketProtocol
import WireAccounting

extension WebSocketListener {
    /// Reads items in place. Everything else is left in the input, for the session to decide about.
    ///
    /// - Returns: Whether nothing is left.
    mutating func readWholeItems(
        of form: FeedSubprotocol, from bytes: inout ByteBuffer, _ ledger: inout ByteLedger,
        _ events: (ListenerEvent) -> Void
    ) -> Bool {
        // A message of a compressed connection is inflated by the session.
        if compression != nil { return false }
        let used = bytes.withUnsafeReadableBytes { all in
            var used = 0
            while used < all.count {
                let rest = UnsafeRawBufferPointer(rebasing: all[used...])
                guard let message = session.wholeMessage(in: rest), message.kind == form.kind,
                    let header = form.header(of: UnsafeRawBufferPointer(rebasing: rest[message.payload]))
                else { break }
                session.take(message)
                base64.book(message.payload.count, in: &ledger)
                events(.item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds)))
                used += message.payload.upperBound
            }
            return used
        }
        bytes.moveReaderIndex(forwardBy: used)
        if bytes.readableBytes > 0 { return false }
        bookReceived(&ledger)
        return true
    }

    mutating func bookReceived(_ ledger: inout ByteLedger) {
        let messageBytes = counted.book(received: session.received, in: &ledger)
        if compression != nil { ledger.bookInflated(messageBytes) }
    }
}
