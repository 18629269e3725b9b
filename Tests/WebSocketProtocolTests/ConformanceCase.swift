import NIOCore
import Testing
import WebSocketProtocol

/// One row of the conformance tables: what a peer sends, and all that an endpoint which echoes messages owes for it.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    /// A frame's first byte (FIN, RSV, opcode) and its payload, unmasked.
    struct Frame: Sendable, Equatable {
        let first: UInt8
        let payload: [UInt8]

        init(_ first: UInt8, _ payload: [UInt8] = []) {
            self.first = first
            self.payload = payload
        }

        init(_ first: UInt8, _ text: String) {
            self.init(first, Array(text.utf8))
        }
    }

    enum End: Sendable, Equatable {
        /// The connection goes on.
        case open
        /// The peer's Close is answered with its code, or without if it has none.
        case closed(UInt16?)
        /// The connection is failed: a Close with this code, and TCP is dropped.
        case failed(UInt16)
    }

    let name: String
    let sent: [Frame]
    let owed: [Frame]
    let end: End
    /// How many bytes at the end of ``sent`` never arrive; the fault must show all the same.
    var missingBytes = 0
    var limits = WebSocketLimits()

    init(
        _ name: String, _ sent: [Frame], owed: [Frame] = [], end: End = .open, missingBytes: Int = 0,
        limits: WebSocketLimits = WebSocketLimits()
    ) {
        self.name = name
        self.sent = sent
        self.owed = owed
        self.end = end
        self.missingBytes = missingBytes
        self.limits = limits
    }

    /// Every message comes back as it went.
    static func echoed(_ name: String, _ messages: [Frame]) -> ConformanceCase {
        ConformanceCase(name, messages, owed: messages)
    }

    var testDescription: String { name }

    func wire(from sender: WebSocketRole) -> [UInt8] {
        sent.flatMap { Wire.frame($0.first, $0.payload, from: sender) }.dropLast(missingBytes)
    }

    /// Whether the fault is one of text, which shows at the last byte sent and no earlier.
    var failsAtLastByte: Bool { end == .failed(1007) && sent.last?.first != 0x88 }

    /// What `role` writes, the last Close included.
    var answer: [Frame] {
        switch end {
        case .open, .closed(nil): owed + (end == .open ? [] : [Frame(0x88)])
        case .closed(let code?), .failed(let code): owed + [Frame(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)])]
        }
    }

    /// §7.1.1: the server ends TCP first; a client waits for it unless it fails the connection.
    func fate(of role: WebSocketRole) -> ClosingHandshake.Fate {
        switch end {
        case .open: .keep
        case .closed: role == .server ? .drop : .awaitPeer
        case .failed: .drop
        }
    }
}

extension ConformanceCase.Frame {
    static func text(_ payload: [UInt8]) -> Self { Self(0x81, payload) }
    static func text(_ text: String) -> Self { Self(0x81, text) }
    static func binary(_ payload: [UInt8]) -> Self { Self(0x82, payload) }
    static func ping(_ text: String = "") -> Self { Self(0x89, text) }
    static func pong(_ text: String = "") -> Self { Self(0x8A, text) }
    static func close(_ code: UInt16, _ reason: [UInt8] = []) -> Self {
        Self(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason)
    }

    /// The same payload in frames of so many bytes.
    func fragments(of bytes: Int) -> [Self] {
        var frames: [Self] = []
        var start = 0
        repeat {
            let end = min(start + bytes, payload.count)
            let opcode = start == 0 ? first & 0x7F : 0
            frames.append(Self(end == payload.count ? opcode | 0x80 : opcode, Array(payload[start..<end])))
            start = end
        } while start < payload.count
        return frames
    }
}
