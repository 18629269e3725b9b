import WebSocketDrafts
import WebSocketProtocol

/// The negotiated parameters that subscribers must share to get the same bytes. This transport's variant numbers encode
/// them: the lowest bit is the subprotocol, the next four bits are the window bits, the highest bit is the framing.
struct SharedForm: Equatable {
    var subprotocol = FeedSubprotocol.text
    /// Window bits, 9 to 15, if each message is compressed on its own; `nil` without compression.
    var windowBits: Int?
    var framing = MessageFraming.header

    private static let marksBit: UInt8 = 0x80

    init(_ subprotocol: FeedSubprotocol, windowBits: Int? = nil, framing: MessageFraming = .header) {
        self.subprotocol = subprotocol
        self.windowBits = windowBits
        self.framing = framing
    }

    init(variant: UInt8) {
        subprotocol = variant & 1 == 0 ? .text : .binary
        let bits = Int(variant >> 1 & 0xF)
        windowBits = bits == 0 ? nil : bits
        framing = variant & Self.marksBit == 0 ? .header : .marks
    }

    var variant: UInt8 {
        UInt8(windowBits ?? 0) << 1 | (subprotocol == .text ? 0 : 1) | (framing == .marks ? Self.marksBit : 0)
    }
}

/// Objects that encodings reuse to be faster. It belongs to one event loop and does not influence the bytes.
package struct EncodingScratch {
    private var deflaters: [Int: SharedDeflater] = [:]

    package init() {}

    /// A zlib stream for messages that are compressed independently: about 270 kB, allocated once and not per message.
    mutating func deflater(windowBits: Int) -> SharedDeflater {
        if let deflater = deflaters[windowBits] { return deflater }
        let deflater = SharedDeflater(windowBits: windowBits)
        deflaters[windowBits] = deflater
        return deflater
    }
}
