import ResultFiles

/// The server's CPU time per item, where it differs.
enum ProcessorCost {
    /// Smaller ratios need no sentence.
    private static let worthSaying = 1.5

    static func sentences(_ quoted: [QuotedCase]) -> [String] {
        let costs = quoted.compactMap { one -> (one: QuotedCase, cost: Double)? in
            guard one.result.hasValidTimes, let cost = one.result.times.median(\.serverCPUMicrosecondsPerItem) else {
                return nil
            }
            return (one, cost)
        }
        guard let least = costs.min(by: { ($0.cost, $0.one.name) < ($1.cost, $1.one.name) }),
            let most = costs.max(by: { ($0.cost, $1.one.name) < ($1.cost, $0.one.name) }), least.cost > 0,
            most.cost / least.cost >= worthSaying
        else { return [] }
        let noun = least.one.result.terms.noun
        return [
            "Server CPU per \(noun): from \(Figure.significant(least.cost)) µs for \(least.one.name) to "
                + "\(Figure.significant(most.cost)) µs for \(most.one.name)."
        ]
    }
}
