import Measurement

/// Clients that leave during the window and come back with the items that they have.
package struct ChurnPlan: Codable, Sendable, Hashable {
    /// Distribution of the time from a client's arrival until it disconnects.
    package enum Distribution: String, CaseIterable, Codable, Sendable {
        /// Leaving does not depend on how long a client has been there.
        case exponential
        /// From none to twice the mean, all equally probable.
        case uniform
        case constant
    }

    package var mean: Duration
    package var distribution: Distribution
    /// Time until a client that left comes back.
    package var away: Duration

    package init(mean: Duration, distribution: Distribution, away: Duration) {
        self.mean = mean
        self.distribution = distribution
        self.away = away
    }
}

/// The instants at which the clients of a plan leave; the same for the same seed.
struct ClientLifetimes {
    private let plan: ChurnPlan
    private let windowStart: MonotonicInstant
    private let windowEnd: MonotonicInstant
    private var random: [SeededGenerator]

    // Separates these random numbers from those of the clients' set-up.
    private static let stream: UInt64 = 1 << 48

    /// - Returns: `nil` if clients stay.
    init?(_ plan: LoadPlan) {
        guard let churn = plan.churn else { return nil }
        self.plan = churn
        windowStart = plan.times.windowStart
        windowEnd = plan.times.windowEnd
        random = (plan.firstClient..<plan.firstClient + plan.clients).map {
            SeededGenerator(seed: plan.seed, stream: Self.stream | UInt64($0))
        }
    }

    var away: Duration { plan.away }

    /// When a client disconnects for the first time. The clients of a window are not all new at its start, so of a
    /// constant or even lifetime only a part is left.
    mutating func firstEnd(of client: Int) -> MonotonicInstant? {
        let rest: Duration =
            switch plan.distribution {
            case .exponential: .nanoseconds(Int64(random[client].exponential(mean: Double(plan.mean.nanoseconds))))
            case .uniform, .constant: plan.mean * random[client].uniform()
            }
        return withinWindow(windowStart + rest)
    }

    /// When a client that came back leaves again; `nil` if it stays until the end.
    mutating func nextEnd(of client: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        let length: Duration =
            switch plan.distribution {
            case .exponential: .nanoseconds(Int64(random[client].exponential(mean: Double(plan.mean.nanoseconds))))
            case .uniform: plan.mean * (2 * random[client].uniform())
            case .constant: plan.mean
            }
        return withinWindow(max(now, windowStart) + length)
    }

    private func withinWindow(_ instant: MonotonicInstant) -> MonotonicInstant? {
        instant < windowEnd ? instant : nil
    }
}
