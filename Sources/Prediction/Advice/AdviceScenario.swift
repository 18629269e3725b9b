import Measurement
import Transports

extension Advice {
    /// The most clients that the proposed measurement has: more than that, and the machine rather than the transport is
    /// measured.
    package static let mostMeasuredClients = 200

    /// Clients of the proposed scenario.
    package var measuredClients: Int { min(request.clients, Self.mostMeasuredClients) }

    /// The longest measurement of the proposed scenario: with slower feeds, a repeat has fewer items.
    package static let longestMeasurement = 600
    /// Items, or groups of polls, that a repeat should have at least.
    private static let leastPeriods = 20.0

    /// The slowest feed of a scenario.
    private static let slowestFeed = ItemRate(items: 1, per: .seconds(60))

    /// The rate of the proposed scenario, which may be above that of the request.
    package var measuredRate: ItemRate { max(request.rate, Self.slowestFeed) }

    /// Seconds of the proposed measurement: ten, two intervals so that each client has polled, or 20 periods of the
    /// feed, whichever is longest; at most ``longestMeasurement``.
    package var measuredSeconds: Int {
        let wanted = max(10, longestPolled * 2, Int((Self.leastPeriods / measuredRate.perSecond).rounded(.up)))
        return min(wanted, max(Self.longestMeasurement, longestPolled * 2))
    }

    /// The longest interval of the two best, in seconds; 0 if neither polls.
    private var longestPolled: Int {
        candidates.prefix(2).compactMap { candidate -> Int? in
            guard case .duration(let time)? = candidate.options["interval"] else { return nil }
            return Int(time.seconds.rounded(.up))
        }.max() ?? 0
    }

    /// A scenario that measures the two best, as YAML.
    ///
    /// - Parameter repeats: As many as a verdict between two cases needs.
    /// - Returns: The text of a scenario file.
    package func scenario(repeats: Int) -> String {
        let warmup = max(2, longestPolled)
        let minutes = Double((warmup + measuredSeconds) * 2 * repeats) / 60
        let items = measuredRate.perSecond * Double(measuredSeconds)
        var lines = [
            "name: advise",
            "question: Which of the two is better for \(measuredRate.quantityText) of \(request.payload) B?",
            "# \(repeats) repeats: as many as a verdict between two cases needs. About "
                + "\(Int(minutes.rounded(.up))) min.",
        ]
        if measuredRate > request.rate {
            lines.append("# 1/min is the slowest feed of a scenario, so the rate is not \(request.rate.quantityText).")
        }
        if items < Self.leastPeriods {
            lines.append(
                "# Only about \(Int(items)) items per repeat, since a repeat takes at most "
                    + "\(Self.longestMeasurement / 60) min; a longer duration makes the medians firmer.")
        }
        lines += [
            "feeds:",
            "  - {source: synthetic, rate: \(measuredRate.quantityText), payload: \(request.payload)B, "
                + "arrivals: poisson}",
            "clients: \(measuredClients)",
        ]
        if request.roundTrip > .zero { lines.append("network: {rtt: \(request.roundTrip.quantityText)}") }
        lines.append("transports:")
        lines += candidates.prefix(2).map { "  - \($0.use)" }
        lines.append("warmup: \(Duration.seconds(warmup).quantityText)")
        lines.append("duration: \(Duration.seconds(measuredSeconds).quantityText)")
        lines.append("repeats: \(repeats)")
        return lines.map { $0 + "\n" }.joined()
    }
}
