import NIOCore

/// A frame's header (RFC 6455 §5.2).
package struct FrameHeader: Equatable, Sendable {
    static let longestControlPayload = 125

    /// FIN: the last or only frame of its message.
    var isFinal: Bool
    /// RSV1: on a message's first frame, permessage-deflate uses it to mark a compressed message (RFC 7692 §6).
    package var isCompressed: Bool
    package var opcode: Opcode
    package var maskKey: MaskKey?
    package var payloadLength: Int

    package init(
        opcode: Opcode,
        payloadLength: Int,
        isFinal: Bool = true,
        isCompressed: Bool = false,
        maskKey: MaskKey? = nil
    ) {
        self.isFinal = isFinal
        self.isCompressed = isCompressed
        self.opcode = opcode
        self.maskKey = maskKey
        self.payloadLength = payloadLength
    }

    /// Bytes of the header on the wire, including the mask key: 2 to 14.
    var encodedLength: Int { lengthWithoutMask + maskLength }

    /// 2, 4 or 10 bytes.
    var lengthWithoutMask: Int { payloadLength < 126 ? 2 : payloadLength <= 0xFFFF ? 4 : 10 }

    /// 4 bytes if masked, otherwise 0.
    var maskLength: Int { maskKey == nil ? 0 : 4 }

    /// Bytes of the whole frame on the wire.
    package var frameLength: Int { encodedLength + payloadLength }

    /// Appends the header in its shortest form.
    package func write(into output: inout ByteBuffer) {
        let first = opcode.rawValue | (isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0)
        let maskBit: UInt8 = maskKey == nil ? 0 : 0x80
        if payloadLength < 126 {
            output.writeInteger(UInt16(first) << 8 | UInt16(UInt8(payloadLength) | maskBit))
        } else if payloadLength <= 0xFFFF {
            output.writeMultipleIntegers(first, 126 | maskBit, UInt16(payloadLength))
        } else {
            output.writeMultipleIntegers(first, 127 | maskBit, UInt64(payloadLength))
        }
        if let maskKey { output.writeInteger(maskKey.littleEndian, endianness: .little) }
    }
}

/// A frame's opcode (RFC 6455 §5.2, §11.8).
package enum Opcode: UInt8, Sendable, Hashable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    /// Close, Ping and Pong: at most 125 bytes, never fragmented, allowed between fragments (§5.5).
    var isControl: Bool { rawValue & 0x8 != 0 }
}
