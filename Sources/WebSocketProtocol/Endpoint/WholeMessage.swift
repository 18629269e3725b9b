import NIOCore

/// A message that the input has as a whole, in one frame without compression: so are nearly all messages of a feed. It
/// can be read where it is.
package struct WholeMessage: Sendable, Hashable {
    package let kind: MessageKind
    /// The place of its payload in the input. Its frame begins with the input and ends with the payload.
    package let payload: Range<Int>
}

extension WebSocketEndpoint {
    /// Looks at new input, and takes nothing of it.
    ///
    /// - Parameter input: Bytes that follow those passed to ``receive(_:)`` and ``take(_:)``.
    /// - Returns: The message at their beginning; `nil` if no message can be read in place. Then ``receive(_:)`` takes
    ///   the input, and finds what is wrong with it.
    package func wholeMessage(in input: UnsafeRawBufferPointer) -> WholeMessage? {
        guard input.count >= 2, role == .client, compression == nil, closing.readsInput, pending.readableBytes == 0,
            decoder.unfinished == nil, !assembler.isUnfinished
        else { return nil }
        let kind: MessageKind
        switch input[0] {
        // FIN and the opcode of text or binary data.
        case 0x81: kind = .text
        case 0x82: kind = .binary
        default: return nil
        }
        let (start, length): (Int, Int)
        switch input[1] {
        case 0...125: (start, length) = (2, Int(input[1]))
        case 126:
            guard input.count >= 4 else { return nil }
            (start, length) = (4, Int(input[2]) << 8 | Int(input[3]))
            if length < 126 { return nil }
        // A mask or a longer message.
        default: return nil
        }
        guard input.count >= start + length, length <= decoder.frameLimit, length <= messageLimit else { return nil }
        if kind == .text {
            var validator = UTF8Validator()
            let text = UnsafeRawBufferPointer(rebasing: input[start..<start + length])
            guard validator.accepts(text), validator.isAtBoundary else { return nil }
        }
        return WholeMessage(kind: kind, payload: start..<start + length)
    }

    /// Takes the message that ``wholeMessage(in:)`` has found, in place of ``receive(_:)`` and ``nextEvent()``.
    package mutating func take(_ message: WholeMessage) {
        receivedBytes += message.payload.upperBound
        keepAlive?.bytesArrived()
        messageDeadline?.messageEnded()
        booked.book(FrameHeader(opcode: message.kind.opcode, payloadLength: message.payload.count, isFinal: true))
        booked.bookMessage(bytes: message.payload.count)
    }
}

extension CountingSession {
    /// In other versions of the protocol no message is read in place.
    package func wholeMessage(in input: UnsafeRawBufferPointer) -> WholeMessage? { nil }
    package mutating func take(_ message: WholeMessage) {}
}
