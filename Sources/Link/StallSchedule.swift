import Measurement

/// The times in which a link passes nothing.
struct StallSchedule: Sendable {
    /// In order, without overlap.
    private let stalls: [Range<MonotonicInstant>]

    /// - Parameters:
    ///   - stalls: In any order; they may overlap.
    ///   - origin: The instant from which the stalls count; `nil` if it is unknown, which means no stalls yet.
    init(_ stalls: [LinkStall], from origin: MonotonicInstant?) {
        guard let origin else {
            self.stalls = []
            return
        }
        var merged: [Range<MonotonicInstant>] = []
        for stall in stalls.sorted(by: { $0.after < $1.after }) {
            let start = origin + stall.after
            let end = start + max(stall.duration, .zero)
            if let last = merged.last, start <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, end)
            } else {
                merged.append(start..<end)
            }
        }
        self.stalls = merged
    }

    /// The instant itself, or the end of the stall that it is in.
    func resume(_ instant: MonotonicInstant) -> MonotonicInstant {
        for stall in stalls where stall.contains(instant) { return stall.upperBound }
        return instant
    }
}
