/// What the peer did wrong after the opening handshake. The connection is failed with ``closeCode`` (RFC 6455 §7.1.7).
package enum WebSocketError: Error, Equatable, Sendable {
    /// A reserved bit is set that no negotiated extension gave a meaning (§5.2). `seen` holds 0x40, 0x20, 0x10.
    case reservedBits(seen: UInt8)
    /// Opcodes 0x3–0x7 and 0xB–0xF are reserved (§5.2).
    case reservedOpcode(UInt8)
    /// Control frames carry at most 125 bytes (§5.5).
    case oversizedControlFrame(opcode: Opcode)
    /// Control frames are never fragmented (§5.5).
    case fragmentedControlFrame(opcode: Opcode)
    /// The length was not written in the fewest bytes (§5.2).
    case nonMinimalLength(declaredBytes: UInt64)
    /// The 64-bit length has its most significant bit set (§5.2).
    case lengthTopBitSet
    /// A client must mask every frame (§5.1).
    case unmaskedFrameFromClient
    /// A server must not mask (§5.1).
    case maskedFrameFromServer
    /// The frame's payload is above this side's limit (§10.4).
    case oversizedFrame(declaredBytes: UInt64, allowedBytes: Int)
    /// The message, its fragments together and inflated, is above this side's limit (§10.4).
    case oversizedMessage(allowedBytes: Int)
    /// A continuation frame while no message is unfinished (§5.4).
    case continuationWithoutStart
    /// A text or binary frame while a fragmented message is unfinished (§5.4).
    case startInsideMessage(opcode: Opcode)
    /// A text message is not UTF-8 (§8.1).
    case invalidUTF8
    /// A Close payload of one byte: a code needs two (§5.5.1).
    case oneByteClosePayload
    /// A close code that must not appear on the wire (§7.4).
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
        case .nonMinimalLength(let bytes): "the length \(bytes) of a frame is written in more bytes than it needs"
        case .lengthTopBitSet: "the length of a frame has its top bit set"
        case .unmaskedFrameFromClient: "the client sent a frame without a mask"
        case .maskedFrameFromServer: "the server sent a frame with a mask"
        case .oversizedFrame(let bytes, let allowed): "a frame has \(bytes) B; allowed are \(allowed) B"
        case .oversizedMessage(let allowed): "a message is larger than \(allowed) B, which is what is allowed"
        case .continuationWithoutStart: "a continuation frame comes without a message that it continues"
        case .startInsideMessage: "a new message begins within a fragmented one"
        case .invalidUTF8: "a text message is not UTF-8"
        case .oneByteClosePayload: "a Close frame has a payload of one byte; a code needs two"
        case .invalidCloseCode(let code): "a Close frame has the code \(code), which is not allowed"
        case .invalidCloseReason: "the reason in a Close frame is not UTF-8"
        case .invalidCompressedData: "a compressed message cannot be decompressed"
        }
    }
}
