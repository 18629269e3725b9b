/// Averages over time how old the newest value is that a client holds.
///
/// The age at an instant is the instant minus the due time of the newest value received by then: a saw-tooth that rises
/// at 1 s/s and falls when a newer value comes. Its mean is the age of information of Kaul, Yates and Gruteser
/// (INFOCOM 2012). Unlike a latency it also charges for values that never came.
package struct StalenessMeter: Sendable {
    private let start: MonotonicInstant
    private let end: MonotonicInstant
    private var newestDue: MonotonicInstant?
    private var integratedUntil: MonotonicInstant
    private var totals = StalenessTotals()

    /// - Parameters:
    ///   - start: Where the window begins; values received earlier are held into it.
    ///   - end: Where it ends.
    package init(from start: MonotonicInstant, until end: MonotonicInstant) {
        precondition(start <= end, "a window ends after it starts")
        self.start = start
        self.end = end
        integratedUntil = start
    }

    /// - Parameters:
    ///   - now: When the value was received; never before an earlier call's.
    ///   - due: When the feed was due to publish it. An older value than the one held changes nothing.
    package mutating func valueReceived(at now: MonotonicInstant, due: MonotonicInstant) {
        integrate(until: now)
        newestDue = newestDue.map { max($0, due) } ?? due
    }

    /// The window's totals: up to its end, as if nothing more came.
    package func totalsAtEnd() -> StalenessTotals {
        var finished = self
        finished.integrate(until: end)
        return finished.totals
    }

    private mutating func integrate(until now: MonotonicInstant) {
        let limit = min(now, end)
        guard limit > integratedUntil else { return }
        let width = (limit - integratedUntil).seconds
        if let newestDue {
            let ageBefore = (integratedUntil - newestDue).seconds
            totals.coveredSeconds += width
            totals.ageIntegral += width * (ageBefore + width / 2)
        } else {
            totals.emptySeconds += width
        }
        integratedUntil = limit
    }
}

/// Staleness of any number of clients.
package struct StalenessTotals: Sendable, Equatable, Codable {
    /// Age integrated over time, s².
    var ageIntegral = 0.0
    /// Time in which a value was held, s.
    var coveredSeconds = 0.0
    /// Time before the first value, s; it has no age and is not in the mean.
    var emptySeconds = 0.0

    package init() {}

    package mutating func merge(_ other: Self) {
        ageIntegral += other.ageIntegral
        coveredSeconds += other.coveredSeconds
        emptySeconds += other.emptySeconds
    }

    /// The mean age while a value was held, µs; `nil` when none ever was.
    package var meanMicroseconds: Double? {
        coveredSeconds > 0 ? ageIntegral / coveredSeconds * 1e6 : nil
    }
}
