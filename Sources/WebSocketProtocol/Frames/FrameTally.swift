/// Exact byte and frame counts of one direction, after the opening handshake.
package struct FrameTally: Sendable, Hashable {
    /// Headers of data frames, without mask keys.
    package var headerBytes = 0
    /// Mask keys of data frames.
    package var maskBytes = 0
    /// Payloads of data frames as on the wire, compressed or not.
    package var payloadBytes = 0
    /// Control frames: header, mask key and payload.
    package var controlBytes = 0
    /// Bytes of the invalid frame, and bytes received after a failure or after the peer's Close.
    package var discardedBytes = 0
    /// Data frames.
    package var frames = 0
    /// Control frames.
    package var controlFrames = 0
    /// Complete messages.
    package var messages = 0
    /// Complete messages as the application sees them, after inflating.
    package var messageBytes = 0
    /// Compressed messages among ``messages``.
    package var compressedMessages = 0
    /// Compressed messages as on the wire; part of ``payloadBytes``.
    package var compressedBytes = 0
    /// The same messages inflated; part of ``messageBytes``.
    package var inflatedBytes = 0

    package init() {}

    /// Bytes of complete frames.
    package var frameBytes: Int { headerBytes + maskBytes + payloadBytes + controlBytes }

    mutating func book(_ header: FrameHeader) {
        guard !header.opcode.isControl else {
            controlBytes += header.frameLength
            controlFrames += 1
            return
        }
        headerBytes += header.lengthWithoutMask
        maskBytes += header.maskLength
        payloadBytes += header.payloadLength
        frames += 1
    }

    /// - Parameters:
    ///   - bytes: Length of the message as the application sees it.
    ///   - compressedBytes: Length of its payload on the wire; `nil` if it is not compressed.
    package mutating func bookMessage(bytes: Int, compressedBytes: Int? = nil) {
        messages += 1
        messageBytes += bytes
        guard let compressedBytes else { return }
        compressedMessages += 1
        self.compressedBytes += compressedBytes
        inflatedBytes += bytes
    }
}
