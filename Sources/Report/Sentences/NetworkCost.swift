import ResultFiles

/// What the simulated network of a condition was, and what it cost by itself.
enum NetworkCost {
    /// One or two sentences; empty without a network, or if nothing passed it.
    static func sentences(_ condition: Condition) -> [String] {
        guard let network = condition.network, let name = network.name else { return [] }
        let rows = condition.cases.flatMap(\.rows)
        let medians = rows.compactMap(\.linkAddedP50Microseconds).sorted()
        guard let highest = rows.compactMap(\.linkAddedP99Microseconds).max(), !medians.isEmpty else { return [] }
        let added = Figure.delay(microseconds: medians[medians.count / 2])
        let sentence =
            "The network \(name) was simulated (\(network.figures.joined(separator: ", ")), each connection with its "
            + "own line); by itself the simulation added \(added) (median; 99th percentile at most "
            + "\(Figure.delay(microseconds: highest)))."
        let swallowed = rows.compactMap(\.linkSwallowedBytesUp) + rows.compactMap(\.linkSwallowedBytesDown)
        let total = swallowed.reduce(0) { $0.addingReportingOverflow($1).partialValue }
        return [sentence] + (total == 0 ? [] : ["Resets swallowed \(Figure.counted(total, "byte"))."])
    }
}
