import NIOCore

/// All of a frame but its payload (RFC 6455 §5.2).
package struct FrameHeader: Equatable, Sendable {
    package static let longestControlPayload = 125

    /// FIN: the last, or only, frame of its message.
    package var isFinal: Bool
    /// RSV1: on a message's first frame, permessage-deflate says "compressed" (RFC 7692 §6).
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

    /// Bytes of the header on the wire, the mask key included: 2 to 14.
    package var encodedLength: Int { lengthWithoutMask + maskLength }

    /// 2, 4 or 10 bytes.
    package var lengthWithoutMask: Int { payloadLength < 126 ? 2 : payloadLength <= 0xFFFF ? 4 : 10 }

    /// 4 bytes if masked, else 0.
    package var maskLength: Int { maskKey == nil ? 0 : 4 }

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
