import Measurement
import Transports

extension Advice {
    /// The most clients that the proposed measurement has: more than that, and the machine rather than the transport is
    /// measured.
    package static let mostMeasuredClients = 200

    package var measuredClients: Int { min(request.clients, Self.mostMeasuredClients) }

    /// A scenario that measures the two best, as YAML.
    package var scenario: String {
        var lines = [
            "name: advise",
            "question: Which of the two is better for \(request.rate.quantityText) of \(request.payload) B?",
            "feeds:",
            "  - {source: synthetic, rate: \(request.rate.quantityText), payload: \(request.payload)B, "
                + "arrivals: poisson}",
            "clients: \(measuredClients)",
        ]
        if request.roundTrip > .zero { lines.append("network: {rtt: \(request.roundTrip.quantityText)}") }
        lines.append("transports:")
        lines += candidates.prefix(2).map { "  - \($0.use)" }
        // Two intervals, so that each client has polled.
        let intervals = candidates.prefix(2).compactMap { candidate -> Int64? in
            guard case .duration(let time)? = candidate.options["interval"] else { return nil }
            return Int64(time.seconds.rounded(.up))
        }
        let interval = intervals.max() ?? 0
        let measured = max(10, interval * 2)
        lines.append("warmup: \(Duration.seconds(max(2, interval)).quantityText)")
        lines.append("duration: \(Duration.seconds(measured).quantityText)")
        lines.append("repeats: \(measured <= 20 ? 6 : 1)")
        return lines.map { $0 + "\n" }.joined()
    }
}
