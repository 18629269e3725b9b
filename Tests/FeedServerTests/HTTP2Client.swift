import NIOCore
import NIOHPACK
import WireAccounting

/// A blocking HTTP/2 client: the test writes its frames; received frames are grouped by stream.
///
/// It does not depend on the server's implementation, so that the tests fit any.
final class HTTP2Client {
    /// The response on one stream.
    struct Answer {
        /// Every field block in order, interim responses and trailers included.
        var heads: [[String: String]] = []
        var body: [UInt8] = []
        var hasEnded = false
        /// Code of the server's RST_STREAM.
        var resetCode: UInt32?

        /// Status of each field block.
        var statuses: [String] { heads.compactMap { $0[":status"] } }
        var text: String { String(decoding: body, as: UTF8.self) }
        var isOver: Bool { hasEnded || resetCode != nil }
    }

    enum FrameType: UInt8 {
        case data, headers, priority, rstStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
    }

    /// Values of the server's SETTINGS by their identifiers.
    private(set) var settings: [UInt16: UInt32] = [:]
    /// Code of the server's GOAWAY.
    private(set) var goAwayCode: UInt32?
    let connection: RawConnection
    private var answers: [Int: Answer] = [:]
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
    private var unread = ByteBuffer()
    // Field block of HEADERS whose CONTINUATION is missing.
    private var block = ByteBuffer()

    /// Opens a connection with flow-control windows of 16 MiB.
    init(port: Int, patience: Duration = .seconds(5)) throws {
        connection = try RawConnection(port: port, patience: patience)
        var settings = ByteBuffer()
        settings.writeInteger(UInt16(4))
        settings.writeInteger(UInt32(16 << 20))
        let wire = Array(HTTP2FrameTally.preface.utf8) + Self.frame(.settings, stream: 0, Array(buffer: settings))
        try connection.send(wire + Self.frame(.windowUpdate, stream: 0, [1, 0, 0, 0]))
    }

    // MARK: Sending

    static func frame(_ type: FrameType, flags: UInt8 = 0, stream: Int, _ payload: [UInt8] = []) -> [UInt8] {
        var frame = ByteBuffer()
        frame.writeInteger(UInt32(payload.count) << 8 | UInt32(type.rawValue))
        frame.writeInteger(flags)
        frame.writeInteger(UInt32(stream))
        frame.writeBytes(payload)
        return Array(buffer: frame)
    }

    /// HEADERS of a request; further fields follow the pseudo-header fields.
    static func request(
        _ method: String, _ path: String, _ fields: [(String, String)] = [], stream: Int, endsStream: Bool = true
    ) -> [UInt8] {
        let pseudo = [(":method", method), (":scheme", "http"), (":path", path), (":authority", "a")]
        return fieldBlock(pseudo + fields, stream: stream, endsStream: endsStream)
    }

    static func fieldBlock(_ fields: [(String, String)], stream: Int, endsStream: Bool) -> [UInt8] {
        frame(.headers, flags: endsStream ? 5 : 4, stream: stream, fields.flatMap(literal))
    }

    static func data(_ bytes: [UInt8], stream: Int, endsStream: Bool) -> [UInt8] {
        frame(.data, flags: endsStream ? 1 : 0, stream: stream, bytes)
    }

    // RFC 7541 §6.2.2: a literal without indexing, not Huffman-coded.
    static func literal(_ name: String, _ value: String) -> [UInt8] {
        [0] + string(name) + string(value)
    }

    private static func string(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        if bytes.count < 127 { return [UInt8(bytes.count)] + bytes }
        // RFC 7541 §5.1.
        var rest = bytes.count - 127
        var prefix: [UInt8] = [127]
        while rest > 127 {
            prefix.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return prefix + [UInt8(rest)] + bytes
    }

    func send(_ frames: [UInt8]...) throws {
        try connection.send(frames.flatMap { $0 })
    }

    // MARK: Reading

    /// Reads until the stream has ended or was reset.
    func answer(on stream: Int) throws -> Answer {
        try read { answers[stream]?.isOver == true }
        return answers[stream] ?? Answer()
    }

    /// Reads until the stream has its first field block.
    func head(on stream: Int) throws -> [String: String] {
        try read { answers[stream]?.heads.isEmpty == false || answers[stream]?.isOver == true }
        return answers[stream]?.heads.first ?? [:]
    }

    /// Reads until the server sends GOAWAY.
    func goAway() throws -> UInt32? {
        try read { goAwayCode != nil }
        return goAwayCode
    }

    /// Reads until the server's SETTINGS have arrived.
    func readSettings() throws {
        try read { !settings.isEmpty }
    }

    /// Sends one request without a body and reads the whole answer.
    func exchange(
        _ method: String, _ path: String, _ fields: [(String, String)] = [], stream: Int
    ) throws -> Answer {
        try send(Self.request(method, path, fields, stream: stream))
        return try answer(on: stream)
    }

    private func read(until isEnough: () -> Bool) throws {
        while !isEnough() {
            guard let length: UInt32 = unread.getInteger(at: unread.readerIndex),
                let frame = unread.readSlice(length: 9 + Int(length >> 8))
            else {
                unread.writeBytes(try connection.readAvailable())
                continue
            }
            let bytes = Array(buffer: frame)
            let stream = bytes[5..<9].reduce(0) { $0 << 8 | Int($1) }
            try take(FrameType(rawValue: bytes[3]), flags: bytes[4], stream: stream, Array(bytes[9...]))
        }
    }

    private func take(_ type: FrameType?, flags: UInt8, stream: Int, _ payload: [UInt8]) throws {
        switch type {
        case .headers, .continuation:
            block.writeBytes(payload)
            if flags & 4 != 0 {
                let fields = try decoder.decodeHeaders(from: &block)
                answers[stream, default: Answer()].heads.append(
                    Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }))
            }
            if flags & 1 != 0 { answers[stream, default: Answer()].hasEnded = true }
        case .data:
            answers[stream, default: Answer()].body += payload
            if flags & 1 != 0 { answers[stream, default: Answer()].hasEnded = true }
        case .rstStream: answers[stream, default: Answer()].resetCode = Self.number(payload)
        case .settings where flags & 1 == 0:
            for start in stride(from: 0, to: payload.count, by: 6) {
                settings[UInt16(payload[start]) << 8 | UInt16(payload[start + 1])] = Self.number(
                    Array(payload[start + 2..<start + 6]))
            }
            try connection.send(Self.frame(.settings, flags: 1, stream: 0))
        case .goAway: goAwayCode = Self.number(Array(payload[4..<8]))
        default: break
        }
    }

    private static func number(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
