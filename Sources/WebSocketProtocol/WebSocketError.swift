/// A protocol error of the peer after the opening handshake. It fails the connection with ``closeCode``
/// (RFC 6455 §7.1.7).
package enum WebSocketError: Error, Equatable, Sendable {
    /// A reserved bit is set that no negotiated extension uses (§5.2). `seen` combines 0x40, 0x20 and 0x10.
    case reservedBits(seen: UInt8)
    /// Opcodes 0x3–0x7 and 0xB–0xF are reserved (§5.2).
    case reservedOpcode(UInt8)
    /// A control frame carries more than 125 bytes (§5.5).
    case oversizedControlFrame(opcode: Opcode)
    /// A control frame is fragmented (§5.5).
    case fragmentedControlFrame(opcode: Opcode)
    /// The length is not encoded in the fewest bytes (§5.2).
    case nonMinimalLength(declaredBytes: UInt64)
    /// The 64-bit length has its most significant bit set (§5.2).
    case lengthTopBitSet
    /// A client sent an unmasked frame (§5.1).
    case unmaskedFrameFromClient
    /// A server sent a masked frame (§5.1).
    case maskedFrameFromServer
    /// The frame's payload is above this side's limit (§10.4).
    case oversizedFrame(declaredBytes: UInt64, allowedBytes: Int)
    /// The message, reassembled and inflated, is above this side's limit (§10.4).
    case oversizedMessage(allowedBytes: Int)
    /// A continuation frame without an incomplete message (§5.4).
    case continuationWithoutStart
    /// A text or binary frame while a fragmented message is incomplete (§5.4).
    case startInsideMessage(opcode: Opcode)
    /// A text message is not UTF-8 (§8.1).
    case invalidUTF8
    /// A Close payload of one byte; a code has two bytes (§5.5.1).
    case oneByteClosePayload
    /// A close code that is not allowed on the wire (§7.4).
    case invalidCloseCode(UInt16)
    /// The reason in a Close frame is not UTF-8 (§5.5.1).
    case invalidCloseReason
    /// A compressed message did not inflate (RFC 7692 §7.2.2).
    case invalidCompressedData

    /// The code of the Close frame that this side sends: 1002, 1007 or 1009.
    package var closeCode: CloseCode {
        switch self {
        case .oversizedFrame, .oversizedMessage: .messageTooBig
        case .invalidUTF8, .invalidCloseReason, .invalidCompressedData: .invalidPayload
        default: .protocolError
        }
    }
}

extension WebSocketError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .reservedBits: "a frame sets a reserved bit that no extension uses"
        case .reservedOpcode(let code): "a frame has the reserved opcode \(code)"
        case .oversizedControlFrame: "a control frame has more than 125 B"
        case .fragmentedControlFrame: "a control frame is fragmented"
        case .nonMinimalLength(let bytes): "the length \(bytes) of a frame is encoded in more bytes than necessary"
        case .lengthTopBitSet: "the length of a frame has its top bit set"
        case .unmaskedFrameFromClient: "the client sent an unmasked frame"
        case .maskedFrameFromServer: "the server sent a masked frame"
        case .oversizedFrame(let bytes, let allowed): "a frame has \(bytes) B; at most \(allowed) B are allowed"
        case .oversizedMessage(let allowed): "a message is larger than the limit of \(allowed) B"
        case .continuationWithoutStart: "a continuation frame does not belong to a fragmented message"
        case .startInsideMessage: "a new message begins inside a fragmented message"
        case .invalidUTF8: "a text message is not UTF-8"
        case .oneByteClosePayload: "a Close frame has a payload of 1 B; a close code has 2 B"
        case .invalidCloseCode(let code): "a Close frame has the code \(code), which is not allowed"
        case .invalidCloseReason: "the reason in a Close frame is not UTF-8"
        case .invalidCompressedData: "a compressed message cannot be decompressed"
        }
    }
}
