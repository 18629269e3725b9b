import HTTP
import NIOCore
import Transports
import WireAccounting

/// Messages that clients send and the server echoes.
extension MessageSizes {
    /// An echoed message, there and back.
    func echo() -> ByteLedger {
        var ledger = ByteLedger()
        guard case .connection = type.client else {
            ledger.book(payload, .payload, .down)
            return ledger
        }
        guard var socket = Socket(rehearsal, cursor: 0) else { return ledger }
        let opening = socket.ledger
        socket.echo(rehearsal)
        return socket.ledger.since(opening)
    }

    var postText: String {
        Rehearsal.requestText(
            "POST", target: type.entrance.text, host: rehearsal.authority,
            fieldLines: ["Content-Type: text/plain", "Content-Length: \(payload)"])
    }

    func echoHead(lengthDigits: Int) -> ByteLedger {
        var ledger = ByteLedger()
        guard let head = Rehearsal.head(of: postText) else { return ledger }
        let bytes = EchoPost.responseHead(
            for: head, contentLength: payload, context: EncodingContext(date: Rehearsal.date).response)
        ledger.book(bytes.readableBytes, .httpHead, .down)
        return ledger
    }
}
