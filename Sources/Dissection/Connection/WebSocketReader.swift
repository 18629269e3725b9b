import Feed
import WebSocketProtocol
import WireAccounting

/// Reads the frames of both directions after the opening handshake (RFC 6455 §5).
struct WebSocketReader: ProtocolReader {
    let wireProtocol = WireProtocol.webSocket
    private var up: FrameStream
    private var down: FrameStream

    init(deflate: DeflateParameters?, inflates: Bool) {
        up = FrameStream(fromClient: true, deflate: deflate, inflates: inflates)
        down = FrameStream(fromClient: false, deflate: deflate, inflates: inflates)
    }

    /// The load generator counts an incomplete frame as payload, because most of its bytes are payload.
    func layerOfHeldBytes(_ direction: Direction) -> ByteLayer { .payload }

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) -> ReadingStep {
        .used(direction == .up ? up.read(bytes, .up, &sink) : down.read(bytes, .down, &sink))
    }
}

/// The frames of one direction.
struct FrameStream {
    private let fromClient: Bool
    private let deflate: DeflateParameters?
    private let inflater: MessageInflater?

    private var frame: FrameFields?
    private var payloadRead: UInt64 = 0
    // Whether a fragmented message is incomplete, and whether it is compressed.
    private var isWithinMessage = false
    private var isMessageCompressed = false
    private var messageBytes = 0
    private var messageStart: [UInt8] = []
    /// After a Close or an error, further bytes are not read as frames.
    private var isOver = false

    init(fromClient: Bool, deflate: DeflateParameters?, inflates: Bool) {
        self.fromClient = fromClient
        self.deflate = deflate
        inflater = inflates ? deflate.map { MessageInflater($0, fromClient: fromClient) } : nil
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) -> Int {
        if isOver {
            sink.book(bytes, .webSocketControl, direction)
            return bytes.count
        }
        if let frame { return readPayload(frame, bytes, direction, &sink) }
        guard let next = FrameFields(bytes) else { return 0 }
        begin(next, bytes, direction, &sink)
        return next.headerBytes
    }

    private mutating func begin(
        _ next: FrameFields, _ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink
    ) {
        sink.begin(.webSocketFrame, next.title, direction)
        sink.count(\.frames)
        let errors = next.errors(fromClient: fromClient, allowsCompression: deflate != nil) + errorsOfPlace(next)
        for error in errors { sink.fault("\(error)", direction) }
        let isBroken = !errors.isEmpty
        let headerLayer: ByteLayer = isBroken || next.isControl ? .webSocketControl : .webSocketFrameHeader
        let mask = next.bytesWithoutMask..<next.headerBytes
        sink.book(UnsafeRawBufferPointer(rebasing: bytes[..<mask.lowerBound]), headerLayer, direction)
        let maskLayer: ByteLayer = isBroken ? .webSocketControl : .webSocketMask
        sink.book(UnsafeRawBufferPointer(rebasing: bytes[mask]), maskLayer, direction)
        if isBroken {
            isOver = true
            return
        }
        if !next.isControl, next.opcode != .continuation {
            isMessageCompressed = next.isCompressed
            (messageBytes, messageStart) = (0, [])
        }
        (frame, payloadRead) = (next, 0)
        if next.length == 0 { end(next, direction, &sink) }
    }

    private func errorsOfPlace(_ next: FrameFields) -> [WebSocketError] {
        guard let opcode = next.opcode, !next.isControl else { return [] }
        if opcode == .continuation { return isWithinMessage ? [] : [.continuationWithoutStart] }
        return isWithinMessage ? [.startInsideMessage(opcode: opcode)] : []
    }

    private mutating func readPayload(
        _ frame: FrameFields, _ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink
    ) -> Int {
        let count = Int(min(frame.length - payloadRead, UInt64(bytes.count)))
        let part = UnsafeRawBufferPointer(rebasing: bytes[..<count])
        sink.book(part, frame.isControl ? .webSocketControl : .payload, direction)
        if !frame.isControl { take(frame, part) }
        payloadRead += UInt64(count)
        if payloadRead == frame.length { end(frame, direction, &sink) }
        return count
    }

    private mutating func take(_ frame: FrameFields, _ part: UnsafeRawBufferPointer) {
        let missing = max(0, LineContent.keptBytes - messageStart.count)
        let wanted = isMessageCompressed && inflater != nil ? part.count : missing
        var plain = Array(part.prefix(wanted))
        if let key = frame.maskKey {
            let offset = Int(payloadRead & 3)
            plain.withUnsafeMutableBytes { Masking.apply(key, to: $0, offset: offset) }
        }
        messageBytes += part.count
        messageStart += plain.prefix(missing)
        if isMessageCompressed { plain.withUnsafeBytes { inflater?.take($0) } }
    }

    private mutating func end(_ frame: FrameFields, _ direction: Direction, _ sink: inout ByteSink) {
        self.frame = nil
        if frame.isControl {
            if frame.opcode == .close { isOver = true }
        } else if frame.isFinal {
            isWithinMessage = false
            messageEnded(direction, &sink)
        } else {
            isWithinMessage = true
        }
        sink.end(direction)
    }

    private mutating func messageEnded(_ direction: Direction, _ sink: inout ByteSink) {
        if isMessageCompressed, let inflater {
            if let message = inflater.finish() {
                sink.inflated(
                    InflatedContent(wireBytes: messageBytes, bytes: message.bytes, beginning: message.beginning),
                    direction)
                messageBytes = message.bytes
                messageStart = message.beginning
            } else {
                sink.fault("\(WebSocketError.invalidCompressedData)", direction)
            }
        }
        guard direction == .down else { return }
        if deflate != nil { sink.bookInflated(messageBytes) }
        let isReadable = !isMessageCompressed || inflater != nil
        if !isReadable || messageStart.withUnsafeBytes(Self.isItem) { sink.count(\.items) }
    }

    private static func isItem(_ start: UnsafeRawBufferPointer) -> Bool {
        ItemText.header(of: UnsafeRawBufferPointer(rebasing: start.prefix(LineContent.keptBytes))) != nil
            || ItemBinary.header(of: start) != nil
    }
}
