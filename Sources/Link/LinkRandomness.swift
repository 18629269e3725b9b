import Measurement

/// The random numbers of one connection: a generator per direction and purpose, so that a setting of one purpose does
/// not change what happens for another.
struct LinkRandomness: Sendable {
    enum Purpose: UInt64, CaseIterable {
        case upJitter, downJitter, upLoss, downLoss, reset, silence
    }

    let seed: UInt64
    let connection: UInt64

    subscript(purpose: Purpose) -> SeededGenerator {
        // 8 streams per connection; 6 of them are used.
        SeededGenerator(seed: seed, stream: connection &* 8 &+ purpose.rawValue)
    }
}

extension SeededGenerator {
    /// One waiting time, in nanoseconds; the generator does not advance.
    func exponential(mean: Duration) -> Int64 {
        var generator = self
        return Int64(generator.exponential(mean: Double(mean.nanoseconds)))
    }
}

extension MonotonicInstant {
    func after(_ nanoseconds: Int64) -> Self { Self(nanoseconds: self.nanoseconds + nanoseconds) }
}

/// The earlier instant; `nil` if there is no instant.
func earliest(_ one: MonotonicInstant?, _ other: MonotonicInstant?) -> MonotonicInstant? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
}
