import ResultFiles

/// How many clients each transport served, and what each client cost then: from a sweep over the number of clients.
enum ServedClients {
    private static let mostFacets = 2

    /// Empty unless the question asks how many clients.
    static func sentences(_ folder: ReportFolder) -> [String] {
        guard QuestionTopics.asksHowMany("clients", folder.question) else { return [] }
        let sweeps = folder.sweeps.filter { $0.axis.name == "clients" }
        return sweeps.prefix(1).flatMap { sweep in
            let facets = sweep.facets.prefix(mostFacets)
            return [served, costs].flatMap { part in
                AxisSentence.merged(
                    facets.compactMap { facet in part(facet, sweep.axis).map { AxisSentence(text: $0, facet: facet) } })
            }
        }
    }

    /// `Every client received every item: up to 5000 clients, the most that were measured, with WebSocket; up to 1000
    /// with long polling.`, with a place for the block.
    private static func served(_ facet: Sweep.Facet, _ axis: SweepAxis) -> String? {
        var groups: [(place: String, names: [String])] = []
        let noun = facet.series.first?.cases.first?.result.terms.noun ?? "item"
        for series in facet.series where !series.isFlat {
            let place = place(series, axis)
            if let index = groups.firstIndex(where: { $0.place == place }) {
                groups[index].names.append(series.phrase)
            } else {
                groups.append((place, [series.phrase]))
            }
        }
        if groups.isEmpty { return nil }
        let parts = groups.map { "\($0.place) with \(Figure.list($0.names, most: 6))" }
        return "Every client received every \(noun)\(AxisSentence.place): \(parts.joined(separator: "; "))."
    }

    /// Where a series is complete from the smallest number of clients on.
    private static func place(_ series: Sweep.Series, _ axis: SweepAxis) -> String {
        let measured = axis.values.filter { series.result(at: $0) != nil }
        let complete = measured.prefix { series.result(at: $0)?.isComplete == true }
        guard let last = complete.last else { return "at no measured number of clients" }
        guard complete.count < measured.count else { return "up to \(clients(last)), the most that were measured," }
        let next = measured[complete.count]
        let isValid = series.result(at: next)?.hasValidBytes == true
        return "up to \(clients(last)) (at \(clients(next)) \(isValid ? "items were missed" : "no row is valid"))"
    }

    /// `At 5,000 clients, one client costs 376 B/s and a median delay of 30.0 ms with long polling; ….`
    private static func costs(_ facet: Sweep.Facet, _ axis: SweepAxis) -> String? {
        guard let most = axis.values.last else { return nil }
        let costs = facet.series.compactMap { series -> String? in
            guard !series.isFlat, let result = series.result(at: most), let cost = cost(result) else { return nil }
            return "\(cost) with \(series.phrase)"
        }
        if costs.isEmpty { return nil }
        return "At \(clients(most))\(AxisSentence.place), one client costs \(costs.joined(separator: "; "))."
    }

    /// What is not known or not valid is left out.
    private static func cost(_ result: CaseResult) -> String? {
        guard result.hasValidBytes else { return nil }
        let processor = result.hasValidTimes ? result.times.median(\.serverCPUMicrosecondsPerClientHour) : nil
        let delay = result.hasValidTimes ? result.times.median(\.latencyP50Microseconds) : nil
        let parts = [
            result.bytes.median(\.bytesPerClientSecond).map { "\(Figure.significant($0)) B/s" },
            processor.map { "\(Figure.significant($0 / 3_600)) µs of server CPU per second" },
            result.bytes.median { $0.serverRSSPerConnectionBytes.map(Double.init) }
                .map { "\(Figure.significant($0)) B of server memory" },
            delay.map { "a median \(result.terms.time) of \(Figure.delay(microseconds: $0))" },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : Figure.list(parts)
    }

    private static func clients(_ value: AxisValue) -> String {
        value.number.flatMap { Int(exactly: $0) }.map { Figure.counted($0, "client") } ?? "\(value.text) clients"
    }
}
