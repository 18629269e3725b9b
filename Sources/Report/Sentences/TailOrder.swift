import ResultFiles

/// Where the fastest case by the median is not the fastest by the 99th percentile.
enum TailOrder {
    /// The tail must be longer by this factor; less is not worth a sentence.
    private static let worthSaying = 1.2

    /// - Parameters:
    ///   - quoted: The cases of one condition.
    ///   - rows: Comparisons of their 99th percentile. Where the repeats allow a test, it decides.
    /// - Returns: One sentence, or none.
    static func sentences(_ quoted: [QuotedCase], _ rows: [ComparisonRow]) -> [String] {
        let timed = quoted.compactMap { one -> (one: QuotedCase, median: Double, tail: Double)? in
            guard let median = one.delay, let tail = one.result.times.median(\.latencyP99Microseconds) else {
                return nil
            }
            return (one, median, tail)
        }
        guard let first = timed.min(by: { ($0.median, $0.one.name) < ($1.median, $1.one.name) }),
            let last = timed.min(by: { ($0.tail, $0.one.name) < ($1.tail, $1.one.name) }),
            first.one.result != last.one.result, first.tail > last.tail * worthSaying
        else { return [] }
        let verdict = TestedOrder.verdict(last.one.result.caseID, first.one.result.caseID, rows)
        if let verdict, verdict != .lower { return [] }
        let repeats = min(first.one.result.times.rows.count, last.one.result.times.rows.count)
        let ground = verdict == nil ? ", in this run (\(Figure.counted(repeats, "repeat")), not tested)" : ""
        return [
            "By the 99th percentile\(ground) \(last.one.name) is faster (\(Figure.delay(microseconds: last.tail))) "
                + "than \(first.one.name) (\(Figure.delay(microseconds: first.tail))), which has the lowest median."
        ]
    }
}
