import WebSocketDrafts
import WebSocketProtocol

/// What subscribers must have agreed on to get the same bytes. It is the meaning of this transport's variant numbers:
/// the lowest bit tells the subprotocol, the next four the window bits, the highest the framing.
struct SharedForm: Equatable {
    var subprotocol = FeedSubprotocol.text
    /// The window, 9 to 15, with which each message is compressed on its own; `nil` if none is.
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

/// What encodings leave behind so that the next one is quicker. It belongs to one event loop and has no say in the
/// bytes.
package struct EncodingScratch {
    private var deflaters: [Int: SharedDeflater] = [:]

    package init() {}

    /// zlib's stream for messages compressed each on its own, about 270 kB that need not be made for every one.
    mutating func deflater(windowBits: Int) -> SharedDeflater {
        if let deflater = deflaters[windowBits] { return deflater }
        let deflater = SharedDeflater(windowBits: windowBits)
        deflaters[windowBits] = deflater
        return deflater
    }
}
