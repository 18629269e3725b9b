import WireAccounting

/// Reads HTTP/2 by its frames (RFC 9113 §4.1), and the content of its streams like that of HTTP/1.1.
struct HTTP2Reader: ProtocolReader {
    let wireProtocol = WireProtocol.http2

    private static let prefaceBytes = HTTP2FrameTally.preface.utf8.count

    private var hasPreface = false
    private var up = HTTP2FramePart()
    private var down = HTTP2FramePart()
    private var streams = HTTP2Streams()

    var firstTarget: String? { streams.firstTarget }

    func layerOfHeldBytes(_ direction: Direction) -> ByteLayer {
        direction == .up && !hasPreface ? .handshake : .framing
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) -> ReadingStep {
        if direction == .up, !hasPreface { return readPreface(bytes, &sink) }
        var part = direction == .up ? up : down
        defer { if direction == .up { up = part } else { down = part } }
        if part.missing > 0 {
            let content = UnsafeRawBufferPointer(rebasing: bytes.prefix(part.missing))
            let used = streams.read(content, of: &part, direction, &sink)
            part.missing -= used
            if part.missing == 0 { streams.frameEnded(part, direction, &sink) }
            return .used(used)
        }
        guard bytes.count >= HTTP2FramePart.headerBytes else { return .waiting }
        part = begin(UnsafeRawBufferPointer(rebasing: bytes.prefix(HTTP2FramePart.headerBytes)), direction, &sink)
        if part.missing == 0 { streams.frameEnded(part, direction, &sink) }
        return .used(HTTP2FramePart.headerBytes)
    }

    private mutating func readPreface(_ bytes: UnsafeRawBufferPointer, _ sink: inout ByteSink) -> ReadingStep {
        guard bytes.count >= Self.prefaceBytes else { return .waiting }
        let preface = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.prefaceBytes))
        guard preface.elementsEqual(HTTP2FrameTally.preface.utf8) else {
            sink.fault("the connection preface of HTTP/2 is not complete", .up)
            return .become(UnknownReader())
        }
        hasPreface = true
        sink.begin(.http2Frame, "HTTP/2 connection preface", .up)
        sink.book(preface, .handshake, .up)
        sink.end(.up)
        return .used(Self.prefaceBytes)
    }

    private func begin(
        _ header: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink
    ) -> HTTP2FramePart {
        let length = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
        let stream = header[5..<9].reduce(0) { $0 << 8 | Int($1) } & 0x7fff_ffff
        sink.enter(stream: stream, direction)
        let title = "HTTP/2 \(HTTP2FramePart.name(header[3])), stream \(stream), \(length) B"
        sink.begin(.http2Frame, title, direction)
        sink.count(\.frames)
        var part = HTTP2FramePart(type: header[3], flags: header[4], stream: stream, length: length)
        part.mark = sink.mark(direction)
        if part.isFields, streams.opensWebSocket(stream) { part.layer = .handshake }
        sink.book(header, part.isData ? .framing : part.layer, direction)
        return part
    }
}

/// The frame that a direction is in.
struct HTTP2FramePart {
    static let headerBytes = 9

    var type: UInt8 = 0
    var flags: UInt8 = 0
    var stream = 0
    var length = 0
    var missing = 0
    var layer = ByteLayer.framing
    var mark = ByteSink.Mark(message: 0, offset: 0)
    /// Padding at the end; `nil` until its length has been read.
    var padding: Int?
    /// The payload of a frame with header fields.
    var block: [UInt8] = []

    init() {}

    init(type: UInt8, flags: UInt8, stream: Int, length: Int) {
        (self.type, self.flags, self.stream, self.length, missing) = (type, flags, stream, length, length)
        padding = flags & 0x08 == 0 ? 0 : nil
        layer =
            switch type {
            case 0: .payload
            case 1, 5, 9: .httpHead
            case 4: .handshake
            default: .framing
            }
    }

    var isData: Bool { type == 0 }
    /// HEADERS or CONTINUATION.
    var isFields: Bool { type == 1 || type == 9 }
    var endsStream: Bool { type <= 1 && flags & 0x01 != 0 }
    var endsFields: Bool { flags & 0x04 != 0 }

    private static let names = [
        "DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE",
        "CONTINUATION",
    ]

    static func name(_ type: UInt8) -> String { Int(type) < names.count ? names[Int(type)] : "frame type \(type)" }
}
