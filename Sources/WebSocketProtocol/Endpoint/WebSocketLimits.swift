/// Size and time limits for one peer.
package struct WebSocketLimits: Sendable, Hashable {
    /// Largest payload of one frame on the wire, in bytes; at most 2^31. Deflate makes random data a little larger, so
    /// the default is above ``messageBytes``: the largest message fits in one frame.
    package var frameBytes: Int
    /// Largest message, reassembled and inflated, in bytes; at most 2^31.
    package var messageBytes: Int
    /// Time limit for the closing handshake.
    package var closeTimeout: Duration
    /// Longest time from a message's first byte to its last; `nil` for unlimited.
    package var messageTimeout: Duration?

    package init(
        frameBytes: Int = 18 << 20,
        messageBytes: Int = 16 << 20,
        closeTimeout: Duration = .seconds(5),
        messageTimeout: Duration? = nil
    ) {
        let allowed = 1...1 << 31
        precondition(allowed.contains(frameBytes) && allowed.contains(messageBytes), "limits must be 1 to 2^31 bytes")
        self.frameBytes = frameBytes
        self.messageBytes = messageBytes
        self.closeTimeout = closeTimeout
        self.messageTimeout = messageTimeout
    }
}
