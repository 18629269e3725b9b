import NIOCore

/// Writes frames; masks those of a client (RFC 6455 §5.1).
package struct FrameEncoder: Sendable {
    private let masksFrames: Bool
    private var maskKeys: MaskKeySource

    package init(role: WebSocketRole, maskKeys: MaskKeySource) {
        masksFrames = role.masksFrames
        self.maskKeys = maskKeys
    }

    /// Appends one frame.
    ///
    /// - Parameters:
    ///   - opcode: The frame's opcode.
    ///   - payload: At most 125 bytes for a control frame.
    ///   - isFinal: Whether the message ends with this frame.
    ///   - isCompressed: RSV1; only on the first frame of a compressed message.
    ///   - output: Receives header and payload.
    /// - Returns: The header, for the tally.
    @discardableResult
    package mutating func write(
        _ opcode: Opcode,
        payload: ByteBuffer,
        isFinal: Bool = true,
        isCompressed: Bool = false,
        into output: inout ByteBuffer
    ) -> FrameHeader {
        let header = FrameHeader(
            opcode: opcode,
            payloadLength: payload.readableBytes,
            isFinal: isFinal,
            isCompressed: isCompressed,
            maskKey: masksFrames ? maskKeys.next() : nil
        )
        Self.write(header, payload: payload, into: &output)
        return header
    }

    /// Encodes a server's frame once for any number of subscribers.
    package static func unmaskedFrame(
        _ opcode: Opcode,
        payload: ByteBuffer,
        isCompressed: Bool = false
    ) -> ByteBuffer {
        let header = FrameHeader(opcode: opcode, payloadLength: payload.readableBytes, isCompressed: isCompressed)
        var output = ByteBuffer()
        output.reserveCapacity(header.frameLength)
        write(header, payload: payload, into: &output)
        return output
    }

    private static func write(_ header: FrameHeader, payload: ByteBuffer, into output: inout ByteBuffer) {
        let isAllowed = !header.opcode.isControl || payload.readableBytes <= FrameHeader.longestControlPayload
        precondition(isAllowed, "a control frame carries at most 125 bytes (RFC 6455 §5.5)")
        output.reserveCapacity(minimumWritableBytes: header.frameLength)
        header.write(into: &output)
        output.writeImmutableBuffer(payload)
        guard let key = header.maskKey else { return }
        output.withUnsafeMutableReadableBytes { bytes in
            Masking.apply(key, to: UnsafeMutableRawBufferPointer(rebasing: bytes.suffix(header.payloadLength)))
        }
    }
}
