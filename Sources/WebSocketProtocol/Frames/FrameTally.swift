/// Where the bytes of one direction went, after the opening handshake; exact.
package struct FrameTally: Sendable, Hashable {
    /// Headers of data frames, mask keys apart.
    package var headerBytes = 0
    /// Mask keys of data frames.
    package var maskBytes = 0
    /// Payloads of data frames as on the wire, compressed if they were.
    package var payloadBytes = 0
    /// Control frames whole: header, mask key and payload.
    package var controlBytes = 0
    /// Bytes that came after a failure or after the peer's Close, or that belonged to the frame at fault.
    package var discardedBytes = 0
    /// Data frames.
    package var frames = 0
    /// Control frames.
    package var controlFrames = 0
    /// Whole messages.
    package var messages = 0
    /// Whole messages as the application sees them, after inflating.
    package var messageBytes = 0
    /// Those among ``messages`` that were compressed.
    package var compressedMessages = 0
    /// Compressed messages as on the wire; part of ``payloadBytes``.
    package var compressedBytes = 0
    /// The same messages inflated; part of ``messageBytes``.
    package var inflatedBytes = 0

    package init() {}

    /// Bytes of whole frames.
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
    ///   - bytes: The message as the application sees it.
    ///   - compressedBytes: Its payload on the wire, if it was compressed.
    package mutating func bookMessage(bytes: Int, compressedBytes: Int? = nil) {
        messages += 1
        messageBytes += bytes
        guard let compressedBytes else { return }
        compressedMessages += 1
        self.compressedBytes += compressedBytes
        inflatedBytes += bytes
    }
}
