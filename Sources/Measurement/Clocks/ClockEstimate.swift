/// How far another host's clock is ahead of the own one, with a bound of the error.
///
/// An exchange with a long round trip shows little, because it is unknown which way took long. So only the quickest
/// of each segment counts: before, during and after the measurement. The line is fitted through these by least squares,
/// each weighted by one over the square of its round trip. The bound needs no assumption about the ways: the true
/// offset is within half the round trip of each exchange, and the difference of two lines between two instants is
/// largest at one of them. So between the first and the last exchange, the error is at most half the round trip of one
/// of these two plus its distance from the line. If another exchange contradicts the line, because the drift was
/// not constant, the bound is larger by the contradiction.
package struct ClockEstimate: Sendable, Hashable {
    /// The largest drift between two clocks that is assumed where it was not measured: 500 ppm, the most by which Linux
    /// corrects a clock (adjtimex(2)).
    package static let mostDrift = 500e-6

    private static let segmentsDuring = 8

    package let line: ClockLine
    /// Round trip of the quickest exchange.
    package let quickest: Duration
    private let first: Edge
    private let last: Edge
    // How much exchanges between both contradict the line, ns.
    private let contradiction: Double

    /// An exchange at the end of the measured time, and the largest error there in ns.
    private struct Edge: Hashable {
        let instant: Int64
        let bound: Double
    }

    /// The result is `nil` without any exchange.
    ///
    /// - Parameters:
    ///   - before: Exchanges before the measurement.
    ///   - during: Exchanges during the measurement, in order.
    ///   - after: Exchanges after it.
    package init?(before: [ClockExchange], during: [ClockExchange] = [], after: [ClockExchange] = []) {
        let segments = [before] + Self.segments(of: during) + [after]
        let chosen = segments.compactMap { segment in segment.min { $0.roundTrip < $1.roundTrip } }
        guard let start = chosen.first, let end = chosen.last,
            let quickest = chosen.map(\.roundTrip).min()
        else { return nil }
        let line = Self.fit(chosen, origin: start)
        self.line = line
        self.quickest = quickest
        func distance(_ exchange: ClockExchange) -> Double {
            // Both are within the range of an exchange, so the difference cannot overflow.
            Double((line.ahead(at: MonotonicInstant(nanoseconds: exchange.middle)) - exchange.ahead).magnitude) + 1
        }
        first = Edge(instant: start.middle, bound: distance(start) + start.reach)
        last = Edge(instant: end.middle, bound: distance(end) + end.reach)
        contradiction = chosen.map { max(0, distance($0) - $0.reach) }.max() ?? 0
    }

    /// How far the estimate may be off at any instant of a range of the own clock.
    ///
    /// Before the first and after the last exchange the bound grows: by what the errors at both allow, or with one
    /// exchange by ``mostDrift``.
    package func bound(from start: MonotonicInstant, to end: MonotonicInstant) -> Duration {
        let largest = max(bound(at: start.nanoseconds), bound(at: end.nanoseconds)) + contradiction
        return .nanoseconds(Int64(largest.rounded(.up)))
    }

    private func bound(at instant: Int64) -> Double {
        let inside = max(first.bound, last.bound)
        let length = Double(last.instant - first.instant)
        let beyond = Double(max(first.instant - instant, instant - last.instant, 0))
        guard beyond > 0 else { return inside }
        guard length > 0 else { return inside + beyond * Self.mostDrift }
        // Two lines that differ by at most the bounds at both ends part at most at this rate; and the clocks at most at
        // the largest drift of both, against a line of at most twice that.
        return inside + beyond * min((first.bound + last.bound) / length, 3 * Self.mostDrift)
    }

    /// Parts of equal length in time.
    private static func segments(of exchanges: [ClockExchange]) -> [[ClockExchange]] {
        guard let first = exchanges.first?.middle, let last = exchanges.last?.middle, last > first else {
            return [exchanges]
        }
        var segments = Array(repeating: [ClockExchange](), count: segmentsDuring)
        for exchange in exchanges {
            let place = Double(exchange.middle - first) / Double(last - first) * Double(segmentsDuring)
            segments[min(max(0, Int(place)), segmentsDuring - 1)].append(exchange)
        }
        return segments
    }

    /// The line of least squares. One exchange, or several at the same time, show no drift.
    private static func fit(_ exchanges: [ClockExchange], origin start: ClockExchange) -> ClockLine {
        // Differences from the first exchange, so that doubles are exact enough.
        let points = exchanges.map { exchange in
            (
                time: Double(exchange.middle - start.middle), ahead: Double(exchange.ahead - start.ahead),
                weight: 1 / (exchange.reach * exchange.reach)
            )
        }
        let weight = points.reduce(0) { $0 + $1.weight }
        let time = points.reduce(0) { $0 + $1.weight * $1.time } / weight
        let ahead = points.reduce(0) { $0 + $1.weight * $1.ahead } / weight
        let spread = points.reduce(0) { $0 + $1.weight * ($1.time - time) * ($1.time - time) }
        let product = points.reduce(0) { $0 + $1.weight * ($1.time - time) * ($1.ahead - ahead) }
        let slope = spread > 0 ? product / spread : 0
        let drift = min(max(slope, -2 * mostDrift), 2 * mostDrift)
        return ClockLine(
            origin: MonotonicInstant(nanoseconds: start.middle),
            aheadNanoseconds: start.ahead + Int64((ahead - drift * time).rounded()), drift: drift)
    }
}
