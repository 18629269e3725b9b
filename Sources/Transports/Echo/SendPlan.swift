import Measurement

/// What each client sends: messages of one size at a constant rate, independent of echoes.
package struct SendPlan: Codable, Hashable, Sendable {
    /// Message n of a client is due `phase + n − 1` periods after this instant.
    package let start: MonotonicInstant
    /// Time between two messages of a client.
    package let periodNanoseconds: Double
    /// Size of a message, which has an item's text form.
    package let payloadBytes: Int
    /// Messages that each client sends.
    package let messages: UInt64

    /// Plans only messages that are due within the duration for every phase, so that all clients send the same number.
    package init(from start: MonotonicInstant, lasting duration: Duration, rate: ItemRate, payloadBytes: Int) {
        self.start = start
        self.payloadBytes = payloadBytes
        periodNanoseconds = Double(rate.nanoseconds) / Double(rate.items)
        messages = Self.messages(within: duration, at: rate)
    }

    /// Number of messages that a client sends within a duration.
    package static func messages(within duration: Duration, at rate: ItemRate) -> UInt64 {
        UInt64(Double(duration.nanoseconds) * Double(rate.items) / Double(rate.nanoseconds))
    }
}
