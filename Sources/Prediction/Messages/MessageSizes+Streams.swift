import HTTP
import NIOCore
import Transports
import WireAccounting

/// What begins, cuts and ends streams and connections that last.
extension MessageSizes {
    /// The headers of a streamed response and what its body begins with; its chunk is counted as a chunk.
    package var streamBeginning: ByteLedger {
        guard let stream = Stream(rehearsal, cursor: 0) else { return ByteLedger() }
        var ledger = stream.opening
        ledger.book(-Int(ledger[.framing, .down]), .framing, .down)
        return ledger
    }

    /// What surrounds a chunk's content if its size has this number of hexadecimal digits.
    package func chunk(digits: Int) -> ByteLedger {
        var ledger = ByteLedger()
        var buffer = ByteBuffer()
        BodyFraming.chunked.write(1 << (4 * (max(1, digits) - 1)), into: &buffer) { _ in }
        ledger.book(buffer.readableBytes, .framing, .down)
        return ledger
    }

    /// The chunk of 0 bytes that ends a stream (RFC 9112 §7.1).
    package var lastChunk: ByteLedger {
        var ledger = ByteLedger()
        ledger.book(BodyFraming.chunked.ending.utf8.count, .framing, .down)
        return ledger
    }

    /// The chunk of a comment that keeps an SSE stream alive, without what surrounds the chunk.
    package var comment: ByteLedger {
        var ledger = ByteLedger()
        if type == ServerSentEvents.self { ledger.book(3, .envelope, .down) }
        return ledger
    }

    /// What a long-lived connection begins with: the opening handshake, or the first line.
    package var opening: ByteLedger {
        Socket(rehearsal, cursor: 0)?.ledger ?? ByteLedger()
    }

    /// What a long-lived connection ends with.
    package var closing: ByteLedger {
        guard var socket = Socket(rehearsal, cursor: 0) else { return ByteLedger() }
        let opening = socket.ledger
        socket.finish(rehearsal)
        return socket.ledger.since(opening)
    }
}
