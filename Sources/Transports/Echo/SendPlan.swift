import Measurement

/// What each client sends: messages of one size at one pace, whatever comes back and when.
package struct SendPlan: Codable, Hashable, Sendable {
    /// The sending begins; message n of a client is due `phase + n − 1` periods later.
    package let start: MonotonicInstant
    /// From one message of a client to its next.
    package let periodNanoseconds: Double
    /// Size of a message, which has the text form of an item.
    package let payloadBytes: Int
    /// Messages that each client sends.
    package let messages: UInt64

    /// As many messages as fit, so that every client, whatever its phase, sends the same number.
    package init(from start: MonotonicInstant, lasting duration: Duration, rate: ItemRate, payloadBytes: Int) {
        self.start = start
        self.payloadBytes = payloadBytes
        periodNanoseconds = Double(rate.nanoseconds) / Double(rate.items)
        messages = Self.messages(within: duration, at: rate)
    }

    /// How many messages a client sends within a time.
    package static func messages(within duration: Duration, at rate: ItemRate) -> UInt64 {
        UInt64(Double(duration.nanoseconds) * Double(rate.items) / Double(rate.nanoseconds))
    }
}
