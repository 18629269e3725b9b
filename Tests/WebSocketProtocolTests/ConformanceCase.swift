import NIOCore
import Testing
import WebSocketProtocol

/// One row of the conformance tables: the peer's input, and the complete output expected from an echoing endpoint.
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
        /// The connection stays open.
        case open
        /// The peer's Close is answered with the same code, or without a code.
        case closed(UInt16?)
        /// The connection fails: a Close with this code, then TCP is closed.
        case failed(UInt16)
    }

    let name: String
    let sent: [Frame]
    let expected: [Frame]
    let end: End
    /// Number of bytes at the end of ``sent`` that do not arrive; the error must be detected without them.
    var missingBytes = 0
    var limits = WebSocketLimits()

    init(
        _ name: String, _ sent: [Frame], expected: [Frame] = [], end: End = .open, missingBytes: Int = 0,
        limits: WebSocketLimits = WebSocketLimits()
    ) {
        self.name = name
        self.sent = sent
        self.expected = expected
        self.end = end
        self.missingBytes = missingBytes
        self.limits = limits
    }

    /// Every message is echoed unchanged.
    static func echoed(_ name: String, _ messages: [Frame]) -> ConformanceCase {
        ConformanceCase(name, messages, expected: messages)
    }

    var testDescription: String { name }

    func wire(from sender: WebSocketRole) -> [UInt8] {
        sent.flatMap { Wire.frame($0.first, $0.payload, from: sender) }.dropLast(missingBytes)
    }

    /// Whether the error is invalid text, detected exactly at the last byte sent.
    var failsAtLastByte: Bool { end == .failed(1007) && sent.last?.first != 0x88 }

    /// The expected output, including the last Close.
    var answer: [Frame] {
        switch end {
        case .open, .closed(nil): expected + (end == .open ? [] : [Frame(0x88)])
        case .closed(let code?), .failed(let code): expected + [Frame(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)])]
        }
    }

    /// §7.1.1: the server closes TCP first; a client waits for that unless it fails the connection.
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

    /// The same payload in fragments of this many bytes.
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
