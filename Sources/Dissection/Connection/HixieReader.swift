import WireAccounting

/// Reads the frames of the hixie drafts, which are the same in both directions (draft 76 §5.3).
struct HixieReader: ProtocolReader {
    let wireProtocol = WireProtocol.hixie
    private var up = HixieStream()
    private var down = HixieStream()

    func layerOfHeldBytes(_ direction: Direction) -> ByteLayer { .payload }

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) -> ReadingStep {
        .used(direction == .up ? up.read(bytes, .up, &sink) : down.read(bytes, .down, &sink))
    }
}

private struct HixieStream {
    private enum State {
        case type
        case text
        /// A frame of a type below 0x80 other than text, up to 0xFF.
        case skippedText
        /// Digits of a length, seven bits per byte.
        case length(UInt64, isClosing: Bool)
        case skipped(left: UInt64)
        case over
    }

    private var state = State.type
    private var start: [UInt8] = []
    private var textBytes = 0

    private static let longestLength: UInt64 = 1 << 31

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) -> Int {
        let one = UnsafeRawBufferPointer(rebasing: bytes[..<1])
        switch state {
        case .type:
            begin(bytes[0], one, direction, &sink)
            return 1
        case .text, .skippedText: return readText(bytes, direction, &sink)
        case .length(let known, let isClosing):
            sink.book(one, .webSocketControl, direction)
            let length = known << 7 | UInt64(bytes[0] & 0x7f)
            if bytes[0] >= 0x80, length <= Self.longestLength {
                state = .length(length, isClosing: isClosing)
            } else if length > Self.longestLength {
                sink.fault("a frame has a length above 2^31 B", direction)
                state = .over
            } else if length == 0 {
                state = isClosing ? .over : .type
                sink.end(direction)
            } else {
                state = .skipped(left: length)
            }
            return 1
        case .skipped(let left):
            let count = Int(min(left, UInt64(bytes.count)))
            sink.book(UnsafeRawBufferPointer(rebasing: bytes[..<count]), .webSocketControl, direction)
            state = left == UInt64(count) ? .type : .skipped(left: left - UInt64(count))
            if left == UInt64(count) { sink.end(direction) }
            return count
        case .over:
            sink.book(bytes, .webSocketControl, direction)
            return bytes.count
        }
    }

    private mutating func begin(
        _ type: UInt8, _ one: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink
    ) {
        let title = type == 0 ? "text" : type == 0xff ? "closing" : "skipped, type \(type)"
        sink.begin(.hixieFrame, "hixie frame: \(title)", direction)
        sink.count(\.frames)
        sink.book(one, type == 0 ? .webSocketFrameHeader : .webSocketControl, direction)
        (start, textBytes) = ([], 0)
        state = type == 0 ? .text : type < 0x80 ? .skippedText : .length(0, isClosing: type == 0xff)
    }

    private mutating func readText(
        _ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink
    ) -> Int {
        var isText = false
        if case .text = state { isText = true }
        let end = bytes.firstIndex(of: 0xff)
        let part = UnsafeRawBufferPointer(rebasing: bytes[..<(end ?? bytes.count)])
        sink.book(part, isText ? .payload : .webSocketControl, direction)
        start += part.prefix(max(0, LineContent.keptBytes - start.count))
        textBytes += part.count
        guard let end else { return bytes.count }
        let last = UnsafeRawBufferPointer(rebasing: bytes[end...end])
        if isText { finishText(direction, &sink) }
        sink.book(last, isText ? .webSocketFrameHeader : .webSocketControl, direction)
        state = .type
        sink.end(direction)
        return end + 1
    }

    private func finishText(_ direction: Direction, _ sink: inout ByteSink) {
        if direction == .down { _ = sink.lineEnded(start, bytes: textBytes, direction) }
    }
}
