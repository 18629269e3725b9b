import Feed
import WireAccounting

/// Reads the feed over raw TCP: one line from the client, then messages with a 4-byte length prefix from the server.
struct RawReader: ProtocolReader {
    let wireProtocol = WireProtocol.rawTCP

    private static let prefixBytes = 4
    /// Marks the server's last message, which is a notice and not an item.
    private static let noticeBit: UInt32 = 1 << 31

    private var missing: UInt32 = 0
    private var isNotice = false
    private var start: [UInt8] = []
    private var hasLine = false

    func layerOfHeldBytes(_ direction: Direction) -> ByteLayer { direction == .up ? .handshake : .envelope }

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) -> ReadingStep {
        direction == .up ? readLine(bytes, &sink) : readMessage(bytes, &sink)
    }

    private mutating func readLine(_ bytes: UnsafeRawBufferPointer, _ sink: inout ByteSink) -> ReadingStep {
        guard let end = bytes.firstIndex(of: 0x0a) else {
            if bytes.count < 64, !hasLine { return .waiting }
            sink.book(bytes, .handshake, .up)
            return .used(bytes.count)
        }
        let line = bytes[..<end]
        sink.begin(.firstLine, String(decoding: line, as: UTF8.self), .up)
        sink.book(UnsafeRawBufferPointer(rebasing: bytes[...end]), .handshake, .up)
        sink.end(.up)
        if hasLine { sink.fault("the client sent more than its first line", .up) }
        hasLine = true
        return .used(end + 1)
    }

    private mutating func readMessage(_ bytes: UnsafeRawBufferPointer, _ sink: inout ByteSink) -> ReadingStep {
        if missing > 0 {
            let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(missing)))
            sink.book(part, isNotice ? .envelope : .payload, .down)
            start += part.prefix(max(0, LineContent.keptBytes - start.count))
            missing -= UInt32(part.count)
            if missing == 0 { finish(&sink) }
            return .used(part.count)
        }
        guard bytes.count >= Self.prefixBytes else { return .waiting }
        let prefix = bytes.prefix(Self.prefixBytes).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        isNotice = prefix & Self.noticeBit != 0
        missing = prefix & ~Self.noticeBit
        start = []
        let title = isNotice ? "notice" : "item"
        sink.begin(.lengthPrefixed, "\(title): \(missing) B after a length of 4 B", .down)
        sink.book(UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.prefixBytes)), .envelope, .down)
        if missing == 0 { finish(&sink) }
        return .used(Self.prefixBytes)
    }

    private func finish(_ sink: inout ByteSink) {
        if !isNotice {
            if start.withUnsafeBytes({ ItemText.header(of: $0) }) != nil {
                sink.count(\.items)
            } else {
                sink.fault("the server sent a message that is not an item; an item is SEQUENCE,DUE,DATA", .down)
            }
        }
        sink.end(.down)
    }
}
