/// Overhead compared between the extremes, per item and on the wire: a large ratio of overhead may be a small one of
/// what a network carries.
enum WireRatio {
    /// Smaller ratios of overhead need no sentence.
    private static let worthSaying = 2.0

    static func sentences(_ quoted: [QuotedCase]) -> [String] {
        guard let most = quoted.max(by: { ($0.overhead, $1.name) < ($1.overhead, $0.name) }),
            let least = quoted.min(by: { ($0.overhead, $0.name) < ($1.overhead, $1.name) }), least.overhead > 0,
            most.overhead / least.overhead >= worthSaying
        else { return [] }
        let start =
            "\(most.name) has \(times(most.overhead / least.overhead)) the overhead of \(least.name) per "
            + most.result.terms.noun
        guard let high = most.wire, let low = least.wire, low > 0 else { return [capitalized(start) + "."] }
        let noun = most.result.terms.noun
        return [
            capitalized(start) + "; on the wire, with \(noun)s and TCP/IP headers, it takes \(times(high / low)) the "
                + "bytes (\(Figure.significant(high)) against \(Figure.significant(low)) per \(noun))."
        ]
    }

    private static func times(_ ratio: Double) -> String { "\(Figure.significant(ratio)) times" }
}

/// The text with a capital letter at its beginning.
func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
