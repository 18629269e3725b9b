/// Measures the mean age of a client's newest value over time.
///
/// The age at an instant is the instant minus the due time of the newest value received by then: a sawtooth that rises
/// at 1 s/s and falls when a newer value arrives. Its mean is the age of information of Kaul, Yates and Gruteser
/// (INFOCOM 2012). Unlike latency, it also includes the effect of lost values.
package struct StalenessMeter: Sendable {
    private let start: MonotonicInstant
    private let end: MonotonicInstant
    private var newestDue: MonotonicInstant?
    private var integratedUntil: MonotonicInstant
    private var totals = StalenessTotals()

    /// - Parameters:
    ///   - start: Start of the window; values received earlier count from here on.
    ///   - end: End of the window.
    package init(from start: MonotonicInstant, until end: MonotonicInstant) {
        precondition(start <= end, "a window must not end before it starts")
        self.start = start
        self.end = end
        integratedUntil = start
    }

    /// - Parameters:
    ///   - now: When the value was received; not before that of an earlier call.
    ///   - due: Due time of the value. A value older than the newest one changes nothing.
    package mutating func valueReceived(at now: MonotonicInstant, due: MonotonicInstant) {
        integrate(until: now)
        newestDue = newestDue.map { max($0, due) } ?? due
    }

    /// The totals up to the end of the window, without further values.
    package func totalsAtEnd() -> StalenessTotals {
        var finished = self
        finished.integrate(until: end)
        return finished.totals
    }

    private mutating func integrate(until now: MonotonicInstant) {
        let limit = min(now, end)
        guard limit > integratedUntil else { return }
        let width = Double(limit.nanoseconds(since: integratedUntil)) / 1e9
        if let newestDue {
            let ageBefore = Double(integratedUntil.nanoseconds(since: newestDue)) / 1e9
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
    /// Time with a value, s.
    var coveredSeconds = 0.0
    /// Time before the first value, s; the mean excludes it.
    var emptySeconds = 0.0

    package init() {}

    package mutating func merge(_ other: Self) {
        ageIntegral += other.ageIntegral
        coveredSeconds += other.coveredSeconds
        emptySeconds += other.emptySeconds
    }

    /// The mean age over the time with a value, µs; `nil` if there was no value.
    package var meanMicroseconds: Double? {
        coveredSeconds > 0 ? ageIntegral / coveredSeconds * 1e6 : nil
    }
}

extension StalenessTotals {
    /// The same ages, each larger by this time, which may be negative.
    package func shifted(byNanoseconds nanoseconds: Int64) -> Self {
        var shifted = self
        shifted.ageIntegral += coveredSeconds * Double(nanoseconds) / 1e9
        return shifted
    }
}
