import Measurement

/// What each client sends: messages of one size at a constant rate, independent of echoes, alone or in bursts.
package struct SendPlan: Codable, Hashable, Sendable {
    /// Burst n of a client is due `phase + n − 1` times the time between two bursts after this instant.
    package private(set) var start: MonotonicInstant
    /// Mean time between two messages of a client.
    package let periodNanoseconds: Double
    /// Messages that are due at the same time.
    package let burst: UInt64
    /// Size of a message, which has an item's text form.
    package let payloadBytes: Int
    /// Messages that each client sends.
    package let messages: UInt64

    /// Plans only messages that are due within the duration for every phase, so that all clients send the same number.
    package init(
        from start: MonotonicInstant, lasting duration: Duration, rate: ItemRate, payloadBytes: Int, burst: Int = 1
    ) {
        self.start = start
        self.burst = UInt64(max(1, burst))
        self.payloadBytes = payloadBytes
        periodNanoseconds = Double(rate.nanoseconds) / Double(rate.items)
        messages = Self.messages(within: duration, at: rate, burst: burst)
    }

    /// The same messages on another clock, which is ahead by this time.
    package func moved(by offset: Duration) -> SendPlan {
        var plan = self
        plan.start = start + offset
        return plan
    }

    /// Number of messages that a client sends within a duration, in whole bursts.
    package static func messages(within duration: Duration, at rate: ItemRate, burst: Int = 1) -> UInt64 {
        let all = UInt64(Double(duration.nanoseconds) * Double(rate.items) / Double(rate.nanoseconds))
        return all - all % UInt64(max(1, burst))
    }

    /// When a message is due.
    ///
    /// - Parameters:
    ///   - sequence: Of the message, from 1.
    ///   - phase: The client's offset in the time between two bursts, 0 up to 1.
    /// - Returns: Microseconds after the start.
    func dueMicroseconds(of sequence: UInt64, phase: Double) -> Int64 {
        Int64((phase + Double((sequence - 1) / burst)) * Double(burst) * periodNanoseconds / 1_000)
    }
}
