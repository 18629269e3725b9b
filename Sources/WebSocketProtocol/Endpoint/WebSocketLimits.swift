/// What one peer may cost.
package struct WebSocketLimits: Sendable, Hashable {
    /// Largest payload of one frame, in bytes as on the wire; at most 2^31. Deflate makes noise a little larger, so to
    /// let the largest message pass in one frame this is above ``messageBytes``.
    package var frameBytes: Int
    /// Largest message, fragments together and inflated, in bytes; at most 2^31.
    package var messageBytes: Int
    /// How long a closing peer is waited for.
    package var closeTimeout: Duration
    /// Time from a message's first byte to its last; `nil` without bound.
    package var messageTimeout: Duration?

    package init(
        frameBytes: Int = 18 << 20,
        messageBytes: Int = 16 << 20,
        closeTimeout: Duration = .seconds(5),
        messageTimeout: Duration? = nil
    ) {
        let allowed = 1...1 << 31
        precondition(allowed.contains(frameBytes) && allowed.contains(messageBytes), "limits are 1 to 2^31 bytes")
        self.frameBytes = frameBytes
        self.messageBytes = messageBytes
        self.closeTimeout = closeTimeout
        self.messageTimeout = messageTimeout
    }
}
