import WebSocketDrafts

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
