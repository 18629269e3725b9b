import NIOCore

/// The type of a message (RFC 6455 §5.6).
package enum MessageKind: Sendable, Hashable {
    /// Validated UTF-8.
    case text
    case binary

    var opcode: Opcode { self == .text ? .text : .binary }
}

/// Reassembles fragmented messages (RFC 6455 §5.4). The caller does not pass control frames to it.
///
/// Validates text as it arrives, so the connection fails at the first invalid byte, not at the end of the message. The
/// caller validates compressed text after inflating it.
struct MessageAssembler: Sendable {
    struct Message: Equatable {
        var kind: MessageKind
        var isCompressed: Bool
        var payload: ByteBuffer
    }

    private let messageLimit: Int
    private var unfinished: Message?
    private var utf8 = UTF8Validator()
    /// Bytes of the current frame that ``utf8`` has already validated.
    private var checkedBytes = 0

    /// - Parameter messageLimit: Largest message, in bytes; a compressed message may be an eighth larger on the wire.
    init(messageLimit: Int) {
        self.messageLimit = messageLimit
    }

    /// Bytes of the fragments in memory.
    var heldBytes: Int { unfinished?.payload.readableBytes ?? 0 }

    /// Whether a fragmented message is incomplete.
    var isUnfinished: Bool { unfinished != nil }

    /// Discards the fragments, because no more input is read.
    mutating func abandon() {
        unfinished = nil
    }

    /// Checks whether this data frame is allowed now, before its payload has arrived.
    func admit(_ header: FrameHeader) throws(WebSocketError) {
        let isContinuation = header.opcode == .continuation
        if isContinuation && unfinished == nil { throw .continuationWithoutStart }
        if !isContinuation && unfinished != nil { throw .startInsideMessage(opcode: header.opcode) }
        let before = unfinished?.payload.readableBytes ?? 0
        // Deflate makes random data a little larger; the caller enforces the limit on the inflated message.
        let isCompressed = unfinished?.isCompressed ?? header.isCompressed
        let wireLimit = isCompressed ? messageLimit + messageLimit / 8 + 64 : messageLimit
        guard header.payloadLength <= wireLimit - before else {
            throw .oversizedMessage(allowedBytes: messageLimit)
        }
    }

    /// Validates the part of a data frame's unmasked payload that has arrived.
    mutating func partArrived(of header: FrameHeader, in bytes: ByteBuffer) throws(WebSocketError) {
        guard checksText(header) else { return }
        try check(bytes, upTo: min(bytes.readableBytes, header.payloadLength))
    }

    /// Takes a complete data frame that ``admit(_:)`` has allowed.
    ///
    /// - Returns: The message if this frame ends it.
    mutating func frameArrived(_ header: FrameHeader, payload: ByteBuffer) throws(WebSocketError) -> Message? {
        if checksText(header) {
            try check(payload, upTo: payload.readableBytes)
            checkedBytes = 0
            if header.isFinal { try checkEnd() }
        }
        guard header.opcode == .continuation else { return begin(header, payload: payload) }
        unfinished?.payload.writeImmutableBuffer(payload)
        guard header.isFinal else { return nil }
        defer { unfinished = nil }
        return unfinished
    }

    private mutating func begin(_ header: FrameHeader, payload: ByteBuffer) -> Message? {
        let kind: MessageKind = header.opcode == .text ? .text : .binary
        let message = Message(kind: kind, isCompressed: header.isCompressed, payload: payload)
        guard !header.isFinal else { return message }
        unfinished = message
        return nil
    }

    private func checksText(_ header: FrameHeader) -> Bool {
        guard header.opcode == .continuation else { return header.opcode == .text && !header.isCompressed }
        return unfinished?.kind == .text && unfinished?.isCompressed == false
    }

    private mutating func check(_ bytes: ByteBuffer, upTo end: Int) throws(WebSocketError) {
        guard end > checkedBytes else { return }
        let isValid = bytes.withUnsafeReadableBytes { all in
            utf8.accepts(UnsafeRawBufferPointer(rebasing: all[checkedBytes..<end]))
        }
        guard isValid else { throw .invalidUTF8 }
        checkedBytes = end
    }

    private func checkEnd() throws(WebSocketError) {
        guard utf8.isAtBoundary else { throw .invalidUTF8 }
    }
}
