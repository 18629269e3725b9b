import HTTP
import NIOCore
import NIOHPACK

@testable import HTTP2Protocol

/// Frames as bytes, written independently of the code under test.
enum Wire {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    static func frame(_ kind: UInt8, _ flags: UInt8 = 0, stream: Int = 0, _ payload: [UInt8] = []) -> [UInt8] {
        let length = payload.count
        return [UInt8(length >> 16), UInt8(length >> 8 & 0xff), UInt8(length & 0xff), kind, flags]
            + number(UInt32(stream)) + payload
    }

    static func number(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 0xff), UInt8(value >> 8 & 0xff), UInt8(value & 0xff)]
    }

    static func settings(_ values: (UInt16, UInt32)...) -> [UInt8] {
        frame(4, payload: payload(values))
    }

    static func frame(_ kind: UInt8, payload: [UInt8]) -> [UInt8] { frame(kind, 0, stream: 0, payload) }

    private static func payload(_ values: [(UInt16, UInt32)]) -> [UInt8] {
        values.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 0xff)] + number($0.1) }
    }

    /// `:method: GET`, `:scheme: http`, `:path: /` from the static table, `:authority: a` without indexing.
    static let get: [UInt8] = [0x82, 0x86, 0x84, 0x01, 0x01, 0x61]

    static func headers(stream: Int, flags: UInt8 = 5, _ block: [UInt8] = get) -> [UInt8] {
        frame(1, flags, stream: stream, block)
    }
}

/// A session with what it has sent, as text.
final class Peer {
    var session: HTTP2ServerSession
    private var hpack = HPACKDecoder(allocator: ByteBufferAllocator())

    /// - Parameters:
    ///   - settings: The client's SETTINGS; `nil` if it sends nothing yet.
    ///   - streams: Streams that the client may have open.
    init(_ settings: [UInt8]? = Wire.settings(), streams: Int = 100) {
        session = HTTP2ServerSession(HTTP2ServerSession.Limits(streams: streams))
        guard let settings else { return }
        _ = receive(Wire.preface + settings)
        _ = sent()
    }

    func isOpen(_ stream: Int) -> Bool { session.isOpen(stream) }
    func isWritable(_ stream: Int) -> Bool { session.isWritable(stream) }
    var hasFailed: Bool { session.hasFailed }

    /// The events that these bytes cause, as text.
    func receive(_ bytes: [UInt8], pieceBytes: Int = .max) -> [String] {
        var events: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            session.received(ByteBuffer(bytes: rest.prefix(pieceBytes)))
            rest = rest.dropFirst(pieceBytes)
            events += self.events()
        }
        return events
    }

    func events() -> [String] {
        var events: [String] = []
        while let event = session.next() { events.append(Self.text(event)) }
        return events
    }

    private static func text(_ event: HTTP2ServerSession.Event) -> String {
        switch event {
        case .fields(let stream, let block, let endsStream, let opensStream):
            (opensStream ? "request" : "trailers") + " \(stream) \(block.fields.map(\.value).joined(separator: ","))"
                + (endsStream ? " END" : "")
        case .content(let stream, let bytes, let endsStream):
            "content \(stream) \(bytes.readableBytes)" + (endsStream ? " END" : "")
        case .reset: "reset"
        case .ended(let stream): "ended \(stream)"
        case .writable(let stream): "writable \(stream)"
        case .failed(let fault): "failed \(fault.code)"
        }
    }

    /// The frames that the session has sent since the last call, as text.
    func sent() -> [String] {
        var bytes = session.takeOutput()
        var frames: [String] = []
        while let (head, rest) = bytes.readMultipleIntegers(as: (UInt64, UInt8).self) {
            let length = Int(head >> 40)
            let stream = Int(head & 0xff_ffff) << 8 | Int(rest)
            let payload = bytes.readSlice(length: length) ?? ByteBuffer()
            frames.append(text(UInt8(head >> 32 & 0xff), UInt8(head >> 24 & 0xff), stream, payload))
        }
        return frames
    }

    private func text(_ kind: UInt8, _ flags: UInt8, _ stream: Int, _ payload: ByteBuffer) -> String {
        func number(at index: Int) -> UInt32 { payload.getInteger(at: payload.readerIndex + index) ?? 0 }
        let end = flags & 1 != 0 ? " END" : ""
        switch kind {
        case 0: return "DATA \(stream) \(payload.readableBytes)\(end)"
        case 1:
            var block = payload
            let fields = try? hpack.decodeHeaders(from: &block).map { "\($0.name)=\($0.value)" }
            return "HEADERS \(stream) \((fields ?? ["?"]).joined(separator: ",")) of \(payload.readableBytes) B\(end)"
        case 3: return "RST_STREAM \(stream) \(number(at: 0))"
        case 4: return flags & 1 != 0 ? "SETTINGS ACK" : "SETTINGS of \(payload.readableBytes) B"
        case 6: return "PING ACK \(flags)"
        case 7: return "GOAWAY \(number(at: 0)) \(number(at: 4))"
        case 8: return "WINDOW_UPDATE \(stream) \(number(at: 0))"
        case 9: return "CONTINUATION \(stream) \(payload.readableBytes)"
        default: return "frame \(kind)"
        }
    }
}
