import ResultFiles

/// Where the fastest case by the median is not the fastest by the 99th percentile.
enum TailOrder {
    /// The tail must be longer by this factor; less may be noise.
    private static let worthSaying = 1.2

    static func sentences(_ quoted: [QuotedCase]) -> [String] {
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
        return [
            "By the 99th percentile \(last.one.name) is faster (\(Figure.delay(microseconds: last.tail))) than "
                + "\(first.one.name) (\(Figure.delay(microseconds: first.tail))), which has the lowest median."
        ]
    }
}
